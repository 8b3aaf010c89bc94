"""A command line of IOS: one command, its answer, judged.

netmiko opens the connection; the reading here waits on the channel until data comes, instead of polling, so that a
command costs its round trip. Every wait has a deadline.
"""

from __future__ import annotations

import codecs
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Protocol

import paramiko

from fellesdrift.session import output
from fellesdrift.session.errors import (
    CommandRefusedError,
    EnableRefusedError,
    OutputDisturbedError,
    PlatformUnsupportedError,
    SessionError,
    SessionLostError,
    TimedOutError,
    UnexpectedPromptError,
)
from fellesdrift.session.redaction import scrub
from fellesdrift.session.target import Target
from fellesdrift.session.transport import connect

Transcript = Callable[[str, str], None]
PLATFORMS = ("cisco_ios",)
_ATTEMPTS = 3  # to read an answer into which no log message falls
_CHUNK = 65_536
_HANG_UP = 1.0  # seconds for a device to drop a question
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


class CliSession:
    """A session in enable mode. Made by `open_session`; not thread-safe.

    hostname      as the prompt says
    unsolicited   log messages and reload countdowns seen so far, redacted
    closed        nothing more can be asked (after close, or after an error that leaves the dialogue unknown)
    """

    def __init__(self, target: Target, driver: Driver, channel: Channel, transcript: Transcript | None = None) -> None:
        self.host = target.host
        self.hostname = ""
        self.unsolicited: list[str] = []
        self.closed = False
        self._target = target
        self._driver = driver
        self._channel = channel
        self._transcript = transcript
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._prompt = re.compile("")

    # -- what callers use

    def show(self, command: str, accept: Sequence[str] = ()) -> str:
        """What the device prints for a command that changes nothing.

        accept   beginnings of `%` lines that are an answer, not an error

        When a log message falls into the answer, a line may have been torn by it; the command is then repeated until
        an answer is clean or the same one came twice.
        Raises CommandRefusedError, OutputDisturbedError, SessionLostError, TimedOutError, UnexpectedPromptError.
        """
        seen: list[str] = []
        for _ in range(_ATTEMPTS):
            answer = self._ask(command)
            self._refuse_errors(command, answer.body, accept)
            if not answer.disturbed or answer.body in seen:
                return answer.body
            seen.append(answer.body)
        raise OutputDisturbedError(self.host, command, _ATTEMPTS)

    def configure(self, lines: Sequence[str], entry: str = "configure terminal") -> str:
        """Type configuration lines, one by one, and leave configuration mode.

        entry   the command that enters it (`configure terminal revert timer 5` arms the device's own way back)

        Returns what the device said (usually nothing). At the first line that it refuses, configuration mode is left
        and CommandRefusedError raised: the lines before it are in force.
        """
        said: list[str] = []
        for number, line in enumerate([entry, *lines]):
            command = line.strip()
            answer = self._ask(command)
            errors = output.device_errors(answer.body)
            if errors or self._mode(answer.prompt) is None:
                if errors:
                    self._leave_configuration(answer.prompt)
                    raise self._refused(command, errors)
                self.close()
                raise UnexpectedPromptError(
                    self.host, self._clean(command), answer.prompt.strip(), "configuration mode"
                )
            # the entry's greeting ("Enter configuration commands, one per line.") says nothing
            if number and answer.body.strip():
                said.append(self._clean(answer.body))
        answer = self._ask("end")
        if self._mode(answer.prompt) is not None:
            self.close()
            raise UnexpectedPromptError(self.host, "end", answer.prompt.strip(), f"{self.hostname}#")
        self._refuse_errors("end", answer.body)
        return "\n".join(said)

    def execute(self, command: str, answers: Sequence[tuple[str, str]] = (), accept: Sequence[str] = ()) -> str:
        """A privileged command that may ask back. Returns everything it printed.

        answers   (regular expression on what was printed since the last answer, what to type); the first that
                  matches counts, each question may come any number of times up to ten
        """
        self._send(command)
        deadline = time.monotonic() + self._target.read_timeout
        text, asked_from = "", 0
        for _ in range(_MAX_ANSWERS):
            ends = partial(self._end_or_question, command, asked_from)
            text = self._read(command, ends, deadline, text)
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
        raise self._unanswered(command, text)

    def close(self) -> None:
        """End the session; never raises."""
        if not self.closed:
            self.closed = True
            self._driver.disconnect()

    # -- opening

    def prepare(self) -> None:
        """From a fresh shell to enable mode with paging off."""
        last_line = self._read("the login", output.FIRST_PROMPT.search).rsplit("\n", 1)[-1].strip()
        self.hostname = last_line[:-1]
        self._prompt = output.prompt_pattern(self.hostname)
        if last_line.endswith(">"):
            self._enable()
        # a login banner may end like a prompt; what comes after a command's echo does not
        for command in ("terminal length 0", "terminal width 511"):
            answer = self._ask(command)
            self._refuse_errors(command, answer.body)
        self.hostname = answer.prompt.strip().rstrip("#>")

    def _enable(self) -> None:
        self._send("enable")
        wanted = re.compile(r"(?:[Pp]assword: ?|[>#] ?)$")
        text = self._read("enable", lambda text: text.startswith("enable\n") and wanted.search(text) is not None)
        if text.rstrip().endswith(":"):
            if not self._target.enable_secret:
                self.close()
                raise EnableRefusedError(self.host, "the device asks for an enable secret and none is given")
            self._send(self._target.enable_secret)
            # three tries are given: anything but # is a refusal
            text = self._read("enable", lambda text: wanted.search(text) is not None)
        if not text.rstrip().endswith("#"):
            said = output.device_errors(text) or ["the device asks for the secret again"]
            self.close()
            raise EnableRefusedError(self.host, self._clean(" / ".join(said)))

    # -- one exchange

    def _ask(self, command: str) -> output.Answer:
        self._send(command)
        found: list[output.Answer] = []

        def complete(text: str) -> bool:
            answer = output.take_answer(text, command, self._prompt) if self._may_end(text) else None
            if answer is None:
                if output.QUESTION.search(text):
                    raise self._unanswered(command, text)
                return False
            found.append(answer)
            return True

        self._read(command, complete)
        self._note(found[0].unsolicited)
        return found[0]

    def _unanswered(self, command: str, text: str) -> UnexpectedPromptError:
        """The device waits for an answer that nobody gave. Hanging up could be taken for one, so it is told to forget
        the question first (^C), and then given the time to read that."""
        question = text.rsplit("\n", 1)[-1].strip()
        with suppress(SessionError, OSError, EOFError, paramiko.SSHException):
            self._driver.write_channel("\x03")
            self._read(command, self._may_end, time.monotonic() + _HANG_UP)
        self.close()
        return UnexpectedPromptError(self.host, self._clean(command), self._clean(question), "no question")

    def _may_end(self, text: str) -> bool:
        """Cheap look at the end before the whole text is taken apart."""
        return any(self._prompt.match(line) for line in text[-4096:].split("\n"))

    def _end_or_question(self, command: str, asked_from: int, text: str) -> bool:
        if len(text) > asked_from and output.QUESTION.search(text, asked_from):
            return True
        return self._may_end(text) and output.take_answer(text, command, self._prompt) is not None

    def _send(self, text: str) -> None:
        if self.closed:
            raise SessionLostError(self.host, self._clean(text))
        self._record("sent", text)
        try:
            self._driver.write_channel(text + "\n")
        except (OSError, EOFError, paramiko.SSHException) as error:
            self.close()
            raise SessionLostError(self.host, self._clean(text)) from error

    def _read(
        self, during: str, complete: Callable[[str], object], deadline: float | None = None, text: str = ""
    ) -> str:
        """Read until `complete`; `text` is what was read before and stays in front."""
        seconds = self._target.read_timeout
        deadline = deadline if deadline is not None else time.monotonic() + seconds
        begin, pending = len(text), ""
        while True:
            remaining = deadline - time.monotonic()
            try:
                self._channel.settimeout(max(remaining, 0.001))
                data = self._channel.recv(_CHUNK)
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
            text, pending = output.newlines(text + ready), pending[len(ready) :]
            # more is waiting: what looks like the end may be the middle
            if not self._channel.recv_ready() and complete(text):
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

    def _mode(self, prompt: str) -> str | None:
        match = self._prompt.match(prompt)
        return match["mode"] if match else None

    def _leave_configuration(self, prompt: str) -> None:
        if self._mode(prompt) is not None:
            self._ask("end")

    def _note(self, lines: Sequence[str]) -> None:
        self.unsolicited.extend(self._clean(line) for line in lines)

    def _clean(self, text: str) -> str:
        return scrub(text, self._target.secrets())

    def _record(self, direction: str, text: str) -> None:
        if self._transcript is not None:
            self._transcript(direction, self._clean(text))


@contextmanager
def open_session(target: Target, transcript: Transcript | None = None) -> Iterator[CliSession]:
    """Log in, go to enable mode, switch paging off; the connection is closed on leaving.

    transcript   called with ("sent" | "received", text without secrets); default: the target's

    Raises a SessionError.
    """
    if target.platform not in PLATFORMS:
        raise PlatformUnsupportedError(target.host, target.platform, ", ".join(PLATFORMS))
    session = CliSession(target, *connect(target), transcript or target.transcript)
    try:
        session.prepare()
        yield session
    finally:
        session.close()
