"""WinRS: the cmd shell of a Windows host, in the code page that it speaks.

The exit code is the answer. What a command prints is shown and kept, and judged by nothing: it may be Norwegian.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from lxml import etree

from fellesdrift.session.errors import SessionError
from fellesdrift.session.wsman import envelope, names
from fellesdrift.session.wsman.client import Client
from fellesdrift.session.wsman.errors import (
    AnswerUnreadableError,
    FaultError,
    NoAnswerError,
    OutputTooLongError,
    ShellGoneError,
)

_MOST = 8 * 1024 * 1024
# leaves room in an envelope for base64 and the header
_CHUNK = 32 * 1024


@dataclass(frozen=True)
class CommandResult:
    """What a command left: its exit code, and what it printed."""

    code: int
    stdout: str
    stderr: str


class Shell:
    """An open shell; `open_shell` makes and closes it. Commands run one after the other."""

    def __init__(self, client: Client, shell_id: str) -> None:
        self.client = client
        self.id = shell_id
        self._page = f"cp{client.target.code_page}"
        self._selectors = {"ShellId": shell_id}

    def run(self, command: str, *, stdin: str | None = None, seconds: float = 60.0) -> CommandResult:
        """Run a line of cmd to its end.

        seconds   then it is ended, and NoAnswerError (FD308) raised: what it has done is not known
        Raises SessionError; after a lost connection (FD307) it is not known either. Nothing is ever run twice.
        """
        deadline = time.monotonic() + seconds
        command_id = self._start(command)
        try:
            if stdin is not None:
                self._send(command_id, stdin.encode(self._page))
            result = self._finish(command_id, deadline, seconds)
        except (NoAnswerError, OutputTooLongError):
            with suppress(SessionError):
                self._signal(command_id)
            raise
        # ends the command for the host too: one that nobody signalled counts against the user's quota
        with suppress(FaultError):
            self._signal(command_id)
        return result

    def _finish(self, command_id: str, deadline: float, seconds: float) -> CommandResult:
        """Receive until the command has ended."""
        host = self.client.target.host
        streams = {"stdout": b"", "stderr": b""}
        code: int | None = None
        while code is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise NoAnswerError(host, "a command", seconds)
            code = self._receive(command_id, streams, left)
            if sum(len(data) for data in streams.values()) > _MOST:
                raise OutputTooLongError(host, _MOST)
        return CommandResult(code, streams["stdout"].decode(self._page), streams["stderr"].decode(self._page))

    def _start(self, command: str) -> str:
        body = envelope.element(names.SHELL, "CommandLine")
        envelope.child(body, names.SHELL, "Command", command)
        options = {"WINRS_CONSOLEMODE_STDIN": "FALSE", "WINRS_SKIP_CMD_SHELL": "FALSE"}
        try:
            answer = self._call(names.COMMAND, body, options=options)
        except FaultError as fault:
            if fault.not_there:
                raise ShellGoneError(*fault.told) from fault
            raise
        found = answer.findtext(f".//{{{names.SHELL}}}CommandId", "").strip()
        if not found:
            raise AnswerUnreadableError(self.client.target.host, "a command", "no CommandId")
        return found

    def _send(self, command_id: str, data: bytes) -> None:
        pieces = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)] or [b""]
        for number, piece in enumerate(pieces):
            body = envelope.element(names.SHELL, "Send")
            stream = envelope.child(body, names.SHELL, "Stream", base64.b64encode(piece).decode())
            stream.set("Name", "stdin")
            stream.set("CommandId", command_id)
            if number == len(pieces) - 1:
                stream.set("End", "true")
            self._call(names.SEND, body)

    def _receive(self, command_id: str, streams: dict[str, bytes], left: float) -> int | None:
        """Take what the command has printed; its exit code when it is done."""
        host = self.client.target.host
        body = envelope.element(names.SHELL, "Receive")
        stream = envelope.child(body, names.SHELL, "DesiredStream", "stdout stderr")
        stream.set("CommandId", command_id)
        try:
            answer = self._call(names.RECEIVE, body, seconds=min(left, self.client.target.timeout * 0.5))
        except FaultError as fault:
            if fault.timed_out:
                return None
            raise
        for each in answer.iter(f"{{{names.SHELL}}}Stream"):
            name = each.get("Name", "")
            if name not in streams:
                raise AnswerUnreadableError(host, "a command", "output of a stream that nobody asked for")
            try:
                streams[name] += base64.b64decode(each.text or "", validate=False)
            except (binascii.Error, ValueError) as error:
                raise AnswerUnreadableError(host, "a command", "output that is no base64") from error
        state = answer.find(f".//{{{names.SHELL}}}CommandState")
        if state is None or state.get("State") != names.DONE:
            return None
        code = state.findtext(f"{{{names.SHELL}}}ExitCode", "").strip()
        try:
            number = int(code[:12])
        except ValueError as error:
            raise AnswerUnreadableError(host, "a command", "an end without an exit code") from error
        # a negative one and its unsigned spelling are the same
        return number & 0xFFFFFFFF

    def _signal(self, command_id: str) -> None:
        body = envelope.element(names.SHELL, "Signal", CommandId=command_id)
        envelope.child(body, names.SHELL, "Code", names.TERMINATE)
        self._call(names.SIGNAL, body)

    def _call(
        self,
        action: str,
        body: etree._Element | None,
        options: dict[str, str] | None = None,
        seconds: float | None = None,
    ) -> etree._Element:
        return self.client.call(
            action, names.CMD, body, "a command", selectors=self._selectors, options=options, seconds=seconds
        )

    def close(self) -> None:
        """Give the shell back: a user has about five of them."""
        self._call(names.DELETE, None)


@contextmanager
def open_shell(client: Client, folder: str | None = None) -> Iterator[Shell]:
    """A shell in the target's code page, in a folder. Raises FaultError with `.quota` when the host has too many."""
    body = envelope.element(names.SHELL, "Shell")
    if folder is not None:
        envelope.child(body, names.SHELL, "WorkingDirectory", folder)
    envelope.child(body, names.SHELL, "InputStreams", "stdin")
    envelope.child(body, names.SHELL, "OutputStreams", "stdout stderr")
    options = {"WINRS_NOPROFILE": "TRUE", "WINRS_CODEPAGE": str(client.target.code_page)}
    answer = client.call(names.CREATE, names.CMD, body, "a shell", options=options)
    found = next(
        (
            each.text
            for each in answer.iter(f"{{{names.WSMAN}}}Selector")
            if each.get("Name") == "ShellId" and each.text
        ),
        None,
    )
    if found is None:
        raise AnswerUnreadableError(client.target.host, "a shell", "no ShellId")
    shell = Shell(client, found.strip())
    try:
        yield shell
    finally:
        # a shell that cannot be closed ends by its idle timeout; what went wrong before must be seen, not this
        with suppress(SessionError):
            shell.close()
