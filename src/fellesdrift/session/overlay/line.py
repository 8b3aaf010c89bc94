"""One line typed, and what the exchange says until it asks again: a deadline, a transcript, nothing blindly."""

from __future__ import annotations

import time
from collections.abc import Callable, Container
from typing import NoReturn, Protocol

from fellesdrift.session.errors import SessionError, SessionLostError
from fellesdrift.session.overlay.errors import (
    ExchangePromptError,
    ExchangeSilentError,
    GarbledError,
    IdleTooLongError,
    told,
)
from fellesdrift.session.overlay.hearing import LOADER, MAINTENANCE, Hearing, rest_of
from fellesdrift.session.overlay.target import OverlayTarget
from fellesdrift.session.redaction import PLACEHOLDER

Transcript = Callable[[str, str], None]
Wanted = Callable[[Hearing], Container[str] | None]
ENCODING = "latin-1"
_SETTLE = 0.2  # a dot at the beginning of a line may be the first of several, or the prompt
_LEAST = 0.001


class Wire(Protocol):
    """A connection; `driver.OverlayDriver` explains."""

    def receive(self, seconds: float) -> bytes: ...
    def waiting(self) -> bool: ...
    def type_line(self, text: str, seconds: float) -> None: ...


class Line:
    """at      the prompt at which the exchange waits; None when that is not known
    lost       nothing more can be said or heard
    echoes     whether the exchange echoes what is typed: found out with the first line
    notices    lines that nobody asked for, of all the session
    """

    def __init__(self, target: OverlayTarget, wire: Wire, transcript: Transcript | None = None) -> None:
        self.at: str | None = None
        self.lost = False
        self.echoes: bool | None = None
        self.notices: list[str] = []
        self._target = target
        self._wire = wire
        self._transcript = transcript or target.transcript
        self._typed_at = time.monotonic()

    # -- what may be said

    def greeting(self) -> None:
        """To the first prompt. Raises EOFError when the line ends before anything was said."""
        hearing = Hearing()
        self._hear(hearing, lambda _: {LOADER}, "the login", self._target.timeout, first=True)

    def say(self, typed: str, wanted: Wanted, within: float | None = None) -> Hearing:
        """Type a line at the prompt, and hear the answer up to a prompt of `wanted`; `at` is that prompt then.

        within   seconds, where an answer may take longer than usual
        Raises SessionLostError, ExchangeSilentError, ExchangePromptError (any other prompt, or the exchange has
        moved on by itself), GarbledError, IdleTooLongError.
        """
        during = self._clean(told(self.at, typed))
        if self.lost:
            raise SessionLostError(self._target.host, during)
        idle = time.monotonic() - self._typed_at
        if idle > self._target.idle:
            self.at = None
            raise IdleTooLongError(self._target.host, during, idle, self._target.idle)
        self._drain(during)
        hearing = Hearing(typed, self.echoes is True, self.at)
        self._send(typed, typed, during)
        self._hear(hearing, wanted, during, within or self._target.timeout)
        if self.echoes is None:
            self.echoes = hearing.echoed
        elif self.echoes and not hearing.echoed:
            self.at = None
            raise GarbledError(self._target.host, during, "another echo than what was typed")
        return hearing

    def say_secret(self, secret: str, wanted: Wanted) -> Hearing:
        """The same for what is not echoed, and not to be seen."""
        hearing = Hearing()
        self._send(secret, PLACEHOLDER, "the password")
        self._hear(hearing, wanted, "the password", self._target.timeout)
        return hearing

    def leave(self, typed: str) -> bool:
        """Type a way out wherever the exchange is, and hear whether the loader answers. Never raises a SessionError."""
        if self.lost:
            return False
        hearing = Hearing(typed, echo=False)
        try:
            self._send(typed, typed, typed)
            self._hear(hearing, lambda _: {LOADER}, typed, self._target.farewell, strict=False)
        except (SessionError, EOFError):
            return False
        return True

    # -- how

    def _send(self, text: str, shown: str, during: str) -> None:
        self.at = None
        self._record("sent", shown)
        self._typed_at = time.monotonic()
        try:
            self._wire.type_line(text, self._target.timeout)
        except (OSError, EOFError) as error:
            self.lost = True
            raise SessionLostError(self._target.host, during) from error

    def _drain(self, during: str) -> None:
        """What came since the last prompt: lines that nobody asked for are kept, and anything else means that the
        exchange is not where it was."""
        prompt, hearing = self.at, Hearing()
        until = time.monotonic() + self._target.quiet
        while self._wire_waits() or (hearing.tail.strip() and not rest_of(prompt, hearing.tail)):
            try:
                hearing.feed(self._wire.receive(max(until - time.monotonic(), _LEAST)).decode(ENCODING))
            except TimeoutError:
                break
            except (OSError, EOFError) as error:
                self.lost = True
                raise SessionLostError(self._target.host, during) from error
            if time.monotonic() > until:
                break
        self._keep(hearing)
        said = [text for text in (*hearing.lines, hearing.tail) if text.strip() and not rest_of(prompt, text)]
        if said or hearing.noise:
            self.at = None
            found = "noise" if hearing.noise else self._clean(said[0].strip())
            raise ExchangePromptError(self._target.host, during, found, f"the prompt {prompt}")

    def _wire_waits(self) -> bool:
        try:
            return self._wire.waiting()
        except (OSError, ValueError):
            # its end is heard by whoever reads
            return True

    def _hear(
        self,
        hearing: Hearing,
        wanted: Wanted,
        during: str,
        seconds: float,
        first: bool = False,
        strict: bool = True,
    ) -> None:
        try:
            name = self._until(hearing, wanted, during, seconds, strict)
        except (OSError, EOFError) as error:
            self.lost = True
            if first and not "".join(hearing.raw).strip():
                raise EOFError from error
            raise SessionLostError(self._target.host, during) from error
        finally:
            self._keep(hearing)
        hearing.close(name)
        if strict and hearing.noise:
            raise GarbledError(self._target.host, during, "letters that no text has")
        self.at = name

    def _until(self, hearing: Hearing, wanted: Wanted, during: str, seconds: float, strict: bool) -> str:
        """The name of the prompt at which the exchange waits. Raises OSError and EOFError too."""
        deadline = time.monotonic() + seconds
        if self._target.until is not None:
            deadline = min(deadline, self._target.until)
        while True:
            name = hearing.prompt(wanted(hearing))
            if name is not None and name != MAINTENANCE and not self._wire_waits():
                return name
            left = deadline - time.monotonic()
            if left <= 0 or hearing.too_long:
                self._stop(hearing, during, seconds)
            quiet = self._patience(hearing, name, strict)
            try:
                hearing.feed(self._wire.receive(max(min(left, quiet), _LEAST)).decode(ENCODING))
            except TimeoutError:
                if name is not None:
                    return name
                if quiet < left:
                    self._unexpected(hearing, during)

    def _patience(self, hearing: Hearing, name: str | None, strict: bool) -> float:
        """How long silence may last until what is there is judged."""
        if name is not None:
            return min(_SETTLE, self._target.quiet)
        if strict and (hearing.noise or hearing.prompt() is not None):
            return self._target.quiet
        return float("inf")

    def _unexpected(self, hearing: Hearing, during: str) -> NoReturn:
        if hearing.noise:
            raise GarbledError(self._target.host, during, "letters that no text has, and no prompt")
        raise ExchangePromptError(
            self._target.host, during, str(hearing.prompt()), "a prompt with an answer, or the end"
        )

    def _stop(self, hearing: Hearing, during: str, seconds: float) -> NoReturn:
        if hearing.too_long:
            raise GarbledError(self._target.host, during, "more than an answer can be")
        if hearing.noise:
            raise GarbledError(self._target.host, during, "letters that no text has, and no prompt")
        error = ExchangeSilentError(self._target.host, during, seconds)
        if hearing.tail.strip():
            error.details.append(f"the last it said: {self._clean(hearing.tail.strip())[:120]!r}")
        raise error

    # -- telling

    def _keep(self, hearing: Hearing) -> None:
        self.notices.extend(self._clean(line) for line in hearing.unsolicited)
        text = "".join(hearing.raw).replace("\r", "")
        if text.strip():
            self._record("received", text)

    def _clean(self, text: str) -> str:
        for secret in self._target.secrets():
            text = text.replace(secret, PLACEHOLDER)
        return text

    def _record(self, direction: str, text: str) -> None:
        if self._transcript is not None:
            self._transcript(direction, self._clean(text))
