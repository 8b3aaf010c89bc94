"""The forms that values of desired data may have. `take` gives the value in the form in which it is compared."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from fellesdrift.state.forms import FLAG, Form, choice, many, number

__all__ = ["DESCRIPTION", "FLAG", "Form", "choice", "many", "number", "quoted", "same_text", "text"]

_CMD = frozenset('"%!^\r\n')
"""What cmd reads inside quotes as something else than itself."""


def text(longest: int = 1024, *, empty: bool = True, without: Collection[str] = (), cmd: bool = False) -> Form:
    """A line of text. cmd: it goes through the command shell in quotes, and may hold nothing that cmd would read."""
    refused = set(without) | (_CMD if cmd else set())
    shown = f" and without {' '.join(sorted(each for each in refused if each.isprintable()))}" if refused else ""

    def take(value: Any) -> str:
        if not isinstance(value, str) or len(value) > longest or not (value or empty):
            raise ValueError
        if any(not each.isprintable() for each in value) or set(value) & refused:
            raise ValueError
        return value

    return Form(f"a text of up to {longest} characters in one line{shown}", take)


DESCRIPTION = text(256)
"""A description that does not go through the command shell."""


def same_text(left: Any, right: Any) -> bool:
    """Two texts, or lists of them in any order, without regard to case."""
    if isinstance(left, list) and isinstance(right, list):
        return sorted(str(each).lower() for each in left) == sorted(str(each).lower() for each in right)
    return bool(left == right) or (isinstance(left, str) and isinstance(right, str) and left.lower() == right.lower())


def quoted(value: str) -> str:
    """A text as one word of cmd. Raises ValueError for what cannot be one."""
    if set(value) & _CMD or not all(each.isprintable() for each in value):
        raise ValueError(value)
    # a backslash before the closing quote would escape it for the program
    return f'"{value}\\"' if value.endswith("\\") else f'"{value}"'
