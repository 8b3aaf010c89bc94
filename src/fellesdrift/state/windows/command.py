"""One command of cmd on a Windows host, run once or not at all; its exit code decides, never what it prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fellesdrift.errors import FellesdriftError
from fellesdrift.session.errors import SessionError, SessionLostError
from fellesdrift.session.wsman import literal, open_shell
from fellesdrift.session.wsman.errors import NoAnswerError, OutputTooLongError

if TYPE_CHECKING:
    from fellesdrift.session.wsman import Client, CommandResult

_UNCERTAIN = (SessionLostError, NoAnswerError, OutputTooLongError)


@dataclass(frozen=True)
class Command:
    """line: of cmd. creates, removes: a file or folder that is there, or is not, when there is nothing to do. folder:
    where it runs. seconds: how long it may take."""

    line: str
    creates: str | None = None
    removes: str | None = None
    folder: str | None = None
    stdin: str | None = None
    seconds: float = 60.0


def not_needed(client: Client, command: Command) -> str | None:
    """Why there is nothing to do; None when the command is to be run. Raises SessionError."""
    if command.creates is not None and exists(client, command.creates):
        return f"{command.creates} is there"
    if command.removes is not None and not exists(client, command.removes):
        return f"{command.removes} is not there"
    return None


def exists(client: Client, path: str) -> bool:
    """Whether the host has a file or a folder of that full path. Raises SessionError."""
    bare = path.rstrip("\\")
    where = f"Name = {literal(path if bare.endswith(':') else bare)}"  # WMI has C:\ with, and C:\TEMP without it
    return any(client.query(cls, ["Name"], where) for cls in ("CIM_DataFile", "Win32_Directory"))


def run(client: Client, command: Command) -> CommandResult:
    """Run it, once. Raises SessionError for what happened before it was begun, FD441 when nobody knows whether it was
    run to its end."""
    with open_shell(client, command.folder) as shell:
        try:
            return shell.run(command.line, stdin=command.stdin, seconds=command.seconds)
        except _UNCERTAIN as error:
            raise _unknown(client, command, error) from error


def refuse_exit_code(host: str, title: str, code: int, success: Sequence[int]) -> FellesdriftError | None:
    """FD442 for an exit code that is none of those that mean success; None otherwise."""
    if code in success:
        return None
    return FellesdriftError(
        "FD442",
        "a command ended with an exit code that does not mean success",
        host=host,
        key=title,
        found=str(code),
        expected=" or ".join(str(each) for each in success),
        next_step="see stdout and stderr; if this code means success here, name it in `success`",
    )


def _unknown(client: Client, command: Command, error: SessionError) -> FellesdriftError:
    """What is known of a command whose end was not seen: what it creates or removes says whether it has worked."""
    found = f"{error.code}: {error.problem}"
    try:
        if command.creates or command.removes:
            client.close()
            why = not_needed(client, command)
            found += f"; read again: {why or 'as before the command'}"
    except SessionError as again:
        found += f"; read again: {again.code}: {again.problem}"
    return FellesdriftError(
        "FD441",
        "nobody knows whether a command was run to its end",
        host=client.target.host,
        found=found,
        expected="its exit code",
        next_step="look on the host whether it has done its work; it was not, and is not, run twice",
    )
