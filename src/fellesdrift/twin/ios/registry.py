"""How an exec command is declared: its pattern, who may use it, and the function behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fellesdrift.twin.ios.shell import Shell

Function = Callable[["Shell", Mapping[str, str]], "str | Awaitable[str]"]


@dataclass(frozen=True)
class Command:
    """`privilege` 1 is everybody, 15 those who enabled."""

    pattern: str
    privilege: int
    function: Function


class Registry:
    """The commands of one module."""

    def __init__(self) -> None:
        self.commands: list[Command] = []

    def command(self, *patterns: str, privilege: int = 1) -> Callable[[Function], Function]:
        """Declare the function below to be the command(s) of these patterns."""

        def declare(function: Function) -> Function:
            self.commands.extend(Command(pattern, privilege, function) for pattern in patterns)
            return function

        return declare
