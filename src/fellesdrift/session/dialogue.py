"""The dialogue with a command line of IOS: one command, its answer, judged. What carries it is a `Line`.

One text of the rules for every transport. A line that waits in a thread (`cli`) and one that lets others work meanwhile
(`reading`) are both awaited here; the first never gives up its turn. Nothing here can change a device: `cli` adds that.
"""

from __future__ import annotations

import codecs
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from fellesdrift.session import output
from fellesdrift.session.errors import (
    CommandRefusedError,
    EnableRefusedError,
    OutputDisturbedError,
    SessionError,
    SessionLostError,
    TimedOutError,
    UnexpectedPromptError,
)
from fellesdrift.session.redaction import scrub
from fellesdrift.session.target import Target

Transcript = Callable[[str, str], None]
_ATTEMPTS = 3  # to read an answer into which no log message falls
_HANG_UP = 1.0  # seconds for a device to drop a question


class Line(Protocol):
    """A logged-in shell. OSError or EOFError when it is gone."""

    async def receive(self, seconds: float) -> bytes:
        """What came, at least a byte; b"" at the end of the line. TimeoutError when nothing does in time."""

    def waiting(self) -> bool:
        """Whether more has come already."""

    def send(self, text: str) -> None:
        """Type it."""

    def close(self) -> None:
        """Hang up; never raises."""


class Dialogue:
    """A session in privileged mode, for reading.

    hostname      as the prompt says
    unsolicited   log messages and reload countdowns seen so far, redacted
    closed        nothing more can be asked (after close, or after an error that leaves the dialogue unknown)
    """

    def __init__(self, target: Target, line: Line, transcript: Transcript | None = None) -> None:
        self.host = target.host
        self.hostname = ""
        self.unsolicited: list[str] = []
        self.closed = False
        self._target = target
        self._line = line
        self._transcript = transcript or target.transcript
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._prompt = output.Prompt("")

    async def show(self, command: str, accept: Sequence[str] = ()) -> str:
        """What the device prints for a command that changes nothing.

        accept   beginnings of `%` lines that are an answer, not an error

        When a log message falls into the answer, a line may have been torn by it; the command is then repeated until
        an answer is clean or the same one came twice.
        Raises CommandRefusedError, OutputDisturbedError, SessionLostError, TimedOutError, UnexpectedPromptError.
        """
        seen: list[str] = []
        for _ in range(_ATTEMPTS):
            answer = await self._ask(command)
            self._refuse_errors(command, answer.body, accept)
            if not answer.disturbed or answer.body in seen:
                return answer.body
            seen.append(answer.body)
        raise OutputDisturbedError(self.host, command, _ATTEMPTS)

    def close(self) -> None:
        """End the session; never raises."""
        if not self.closed:
            self.closed = True
            self._line.close()

    # -- opening

    async def prepare(self) -> None:
        """From a fresh shell to enable mode with paging off."""
        last_line = (await self._read("the login", output.FIRST_PROMPT.search)).rsplit("\n", 1)[-1].strip()
        self.hostname = last_line[:-1]
        self._prompt = output.Prompt(self.hostname)
        if last_line.endswith(">"):
            await self._enable()
        # a login banner may end like a prompt; what comes after a command's echo does not
        for command in ("terminal length 0", "terminal width 511"):
            answer = await self._ask(command)
            self._refuse_errors(command, answer.body)
        self.hostname = answer.prompt.strip().rstrip("#>")

    async def _enable(self) -> None:
        self._send("enable")
        wanted = re.compile(r"(?:[Pp]assword: ?|[>#] ?)$")
        text = await self._read("enable", lambda text: text.startswith("enable\n") and wanted.search(text) is not None)
        if text.rstrip().endswith(":"):
            if not self._target.enable_secret:
                self.close()
                raise EnableRefusedError(self.host, "the device asks for an enable secret and none is given")
            self._send(self._target.enable_secret)
            # three tries are given: anything but # is a refusal
            text = await self._read("enable", lambda text: wanted.search(text) is not None)
        if not text.rstrip().endswith("#"):
            said = output.device_errors(text) or ["the device asks for the secret again"]
            self.close()
            raise EnableRefusedError(self.host, self._clean(" / ".join(said)))

    # -- one exchange

    async def _ask(self, command: str) -> output.Answer:
        self._send(command)
        found: list[output.Answer] = []
        questions: list[str] = []

        def complete(text: str) -> bool:
            answer = output.take_answer(text, command, self._prompt) if self._may_end(text) else None
            if answer is not None:
                found.append(answer)
            elif output.QUESTION.search(text):
                questions.append(text)
            return bool(found or questions)

        await self._read(command, complete)
        if questions:
            raise await self._unanswered(command, questions[0])
        self._note(found[0].unsolicited)
        return found[0]

    async def _unanswered(self, command: str, text: str) -> UnexpectedPromptError:
        """The device waits for an answer that nobody gave. Hanging up could be taken for one, so it is told to forget
        the question first (^C), and then given the time to read that."""
        question = text.rsplit("\n", 1)[-1].strip()
        with suppress(SessionError, OSError, EOFError):
            self._line.send("\x03")
            await self._read(command, self._may_end, time.monotonic() + _HANG_UP)
        self.close()
        return UnexpectedPromptError(self.host, self._clean(command), self._clean(question), "no question")

    def _may_end(self, text: str) -> bool:
        """Cheap look at the end before the whole text is taken apart."""
        tail = text[-4096:]
        if self._prompt.name not in tail:
            return False
        # from the end: where it has come, the prompt is the last line
        return any(self._prompt.match(line) for line in reversed(tail.split("\n")))

    def _send(self, text: str) -> None:
        if self.closed:
            raise SessionLostError(self.host, self._clean(text))
        self._record("sent", text)
        try:
            self._line.send(text + "\n")
        except (OSError, EOFError) as error:
            self.close()
            raise SessionLostError(self.host, self._clean(text)) from error

    async def _read(
        self, during: str, complete: Callable[[str], object], deadline: float | None = None, text: str = ""
    ) -> str:
        """Read until `complete`; `text` is what was read before and stays in front."""
        seconds = self._target.read_timeout
        deadline = deadline if deadline is not None else time.monotonic() + seconds
        begin, pending = len(text), ""
        while True:
            remaining = deadline - time.monotonic()
            try:
                data = await self._line.receive(max(remaining, 0.001))
            except TimeoutError as error:
                self._lost(text[begin:])
                raise TimedOutError(self.host, self._clean(during), seconds) from error
            except (OSError, EOFError) as error:
                self._lost(text[begin:])
                raise SessionLostError(self.host, self._clean(during)) from error
            if not data:
                self._lost(text[begin:])
                raise SessionLostError(self.host, self._clean(during))
            pending += self._decoder.decode(data)
            # a carriage return at the end belongs to a newline that is still under way
            ready = pending.rstrip("\r")
            text, pending = text + output.newlines(ready), pending[len(ready) :]
            # more is waiting: what looks like the end may be the middle
            if not self._line.waiting() and complete(text):
                self._record("received", text[begin:])
                return text

    def _lost(self, heard: str) -> None:
        """The answer ends here; what came of it is what somebody will want to read."""
        if heard:
            self._record("received", heard)
        self.close()

    # -- judging and telling

    def _refuse_errors(self, command: str, body: str, accept: Sequence[str] = ()) -> None:
        errors = [line for line in output.device_errors(body) if not line.startswith(tuple(accept))]
        if errors:
            raise self._refused(command, errors)

    def _refused(self, command: str, errors: Sequence[str]) -> CommandRefusedError:
        return CommandRefusedError(self.host, self._clean(command), self._clean("\n".join(errors)))

    def _note(self, lines: Sequence[str]) -> None:
        self.unsolicited.extend(self._clean(line) for line in lines)

    def _clean(self, text: str) -> str:
        return scrub(text, self._target.secrets())

    def _record(self, direction: str, text: str) -> None:
        if self._transcript is not None:
            self._transcript(direction, self._clean(text))
