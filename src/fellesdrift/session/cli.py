"""A session that waits in its own thread, over netmiko; the one that may change a device.

netmiko opens the connection; the reading here waits on the channel until data comes, instead of polling, so that a
command costs its round trip. Every wait has a deadline.
"""

from __future__ import annotations

import re
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol

import paramiko

from fellesdrift.session import output
from fellesdrift.session.dialogue import Dialogue, Transcript
from fellesdrift.session.errors import UnexpectedPromptError
from fellesdrift.session.target import Target, refuse_platform
from fellesdrift.session.transport import connect

_CHUNK = 65_536
_MAX_ANSWERS = 10  # a dialogue longer than this turns in circles


class Channel(Protocol):
    """What is needed of paramiko's channel: reads that wait until data comes or time is over."""

    def settimeout(self, timeout: float) -> None: ...
    def recv(self, nbytes: int) -> bytes: ...
    def recv_ready(self) -> bool: ...


class Driver(Protocol):
    """What is needed of netmiko's driver."""

    def write_channel(self, out_data: str) -> None: ...
    def disconnect(self) -> None: ...


class _ThreadLine:
    """A line whose `receive` waits in the thread: awaiting it never lets anybody else work."""

    def __init__(self, driver: Driver, channel: Channel) -> None:
        self._driver = driver
        self._channel = channel

    async def receive(self, seconds: float) -> bytes:
        self._channel.settimeout(seconds)
        return self._channel.recv(_CHUNK)

    def waiting(self) -> bool:
        return self._channel.recv_ready()

    def send(self, text: str) -> None:
        try:
            self._driver.write_channel(text)
        except paramiko.SSHException as error:
            raise ConnectionError from error

    def close(self) -> None:
        self._driver.disconnect()


class _Changing(Dialogue):
    """A dialogue that may change the device."""

    async def configure(self, lines: Sequence[str], entry: str) -> str:
        said: list[str] = []
        for number, line in enumerate([entry, *lines]):
            command = line.strip()
            answer = await self._ask(command)
            errors = output.device_errors(answer.body)
            if errors or self._mode(answer.prompt) is None:
                if errors:
                    await self._leave_configuration(answer.prompt)
                    raise self._refused(command, errors)
                self.close()
                raise UnexpectedPromptError(
                    self.host, self._clean(command), answer.prompt.strip(), "configuration mode"
                )
            # the entry's greeting ("Enter configuration commands, one per line.") says nothing
            if number and answer.body.strip():
                said.append(self._clean(answer.body))
        answer = await self._ask("end")
        if self._mode(answer.prompt) is not None:
            self.close()
            raise UnexpectedPromptError(self.host, "end", answer.prompt.strip(), f"{self.hostname}#")
        self._refuse_errors("end", answer.body)
        return "\n".join(said)

    async def execute(self, command: str, answers: Sequence[tuple[str, str]], accept: Sequence[str]) -> str:
        self._send(command)
        deadline = time.monotonic() + self._target.read_timeout
        text, asked_from = "", 0
        for _ in range(_MAX_ANSWERS):
            ends = partial(self._end_or_question, command, asked_from)
            text = await self._read(command, ends, deadline, text)
            answer = output.take_answer(text, command, self._prompt)
            if answer is not None:
                self._note(answer.unsolicited)
                self._refuse_errors(command, answer.body, accept)
                return answer.body
            question, asked_from = text[asked_from:], len(text)
            reply = next((reply for pattern, reply in answers if re.search(pattern, question)), None)
            if reply is None:
                break
            self._send(reply)
        raise await self._unanswered(command, text)

    def _end_or_question(self, command: str, asked_from: int, text: str) -> bool:
        if len(text) > asked_from and output.QUESTION.search(text, asked_from):
            return True
        return self._may_end(text) and output.take_answer(text, command, self._prompt) is not None

    def _mode(self, prompt: str) -> str | None:
        match = self._prompt.match(prompt)
        return match["mode"] if match else None

    async def _leave_configuration(self, prompt: str) -> None:
        if self._mode(prompt) is not None:
            await self._ask("end")


class CliSession:
    """A session in enable mode. Made by `open_session`; not thread-safe.

    hostname      as the prompt says
    unsolicited   log messages and reload countdowns seen so far, redacted
    closed        nothing more can be asked (after close, or after an error that leaves the dialogue unknown)
    """

    def __init__(self, target: Target, driver: Driver, channel: Channel, transcript: Transcript | None = None) -> None:
        self.host = target.host
        self._dialogue = _Changing(target, _ThreadLine(driver, channel), transcript)

    @property
    def hostname(self) -> str:
        return self._dialogue.hostname

    @property
    def unsolicited(self) -> list[str]:
        return self._dialogue.unsolicited

    @property
    def closed(self) -> bool:
        return self._dialogue.closed

    def prepare(self) -> None:
        """From a fresh shell to enable mode with paging off."""
        _finished(self._dialogue.prepare())

    def show(self, command: str, accept: Sequence[str] = ()) -> str:
        """What the device prints for a command that changes nothing: see `Dialogue.show`."""
        return _finished(self._dialogue.show(command, accept))

    def configure(self, lines: Sequence[str], entry: str = "configure terminal") -> str:
        """Type configuration lines, one by one, and leave configuration mode.

        entry   the command that enters it (`configure terminal revert timer 5` arms the device's own way back)

        Returns what the device said (usually nothing). At the first line that it refuses, configuration mode is left
        and CommandRefusedError raised: the lines before it are in force.
        """
        return _finished(self._dialogue.configure(lines, entry))

    def execute(self, command: str, answers: Sequence[tuple[str, str]] = (), accept: Sequence[str] = ()) -> str:
        """A privileged command that may ask back. Returns everything it printed.

        answers   (regular expression on what was printed since the last answer, what to type); the first that
                  matches counts, each question may come any number of times up to ten
        """
        return _finished(self._dialogue.execute(command, answers, accept))

    def close(self) -> None:
        """End the session; never raises."""
        self._dialogue.close()


def _finished[T](work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives that waits in the thread, and so is done when its first step is."""
    try:
        work.send(None)
    except StopIteration as end:
        value: T = end.value
        return value
    work.close()
    raise RuntimeError("a line that waits in the thread let others work")


@contextmanager
def open_session(target: Target, transcript: Transcript | None = None) -> Iterator[CliSession]:
    """Log in, go to enable mode, switch paging off; the connection is closed on leaving.

    transcript   called with ("sent" | "received", text without secrets); default: the target's

    Raises a SessionError.
    """
    refuse_platform(target)
    session = CliSession(target, *connect(target), transcript)
    try:
        session.prepare()
        yield session
    finally:
        session.close()
