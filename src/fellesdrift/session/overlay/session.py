"""A session with an exchange: logged in, one overlay at a time, its prompts answered by name."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from fellesdrift.session.errors import SessionLostError
from fellesdrift.session.overlay import codes
from fellesdrift.session.overlay.errors import (
    AnswerUnaskedError,
    AnswerUnfitError,
    ExchangeLoginError,
    ExchangePromptError,
    LockedOutError,
    NoPortError,
    OverlayBusyError,
    PrintDisturbedError,
    RefusedByExchangeError,
)
from fellesdrift.session.overlay.hearing import CONFIGURATION, LOADER, MAINTENANCE, PASSWORD, Hearing
from fellesdrift.session.overlay.line import ENCODING, Line, Transcript, Wire
from fellesdrift.session.overlay.target import OverlayTarget

Answers = Mapping[str, str | Sequence[str]]
_FIRST = frozenset({"REQ", MAINTENANCE, CONFIGURATION})
_LOGGED_IN = "LOGGED IN"  # `TTY #14 LOGGED IN LOGINID 09:49  30/4/2007`; an exchange has one language
_ATTEMPTS = 3  # to read a print into which nothing falls
_LEAVE = "****"


@dataclass(frozen=True)
class Said:
    """What an exchange said to an entry.

    lines         of all its answers, without echoes and prompts, empty ones at both ends left out
    codes         accepted ones that are among them
    unsolicited   lines that nobody asked for, since the entry before
    asked         the prompts that were answered, in order
    disturbed     some of the unsolicited lines stood within an answer: a line of it may be torn
    """

    lines: tuple[str, ...]
    codes: tuple[str, ...]
    unsolicited: tuple[str, ...]
    asked: tuple[str, ...]
    disturbed: bool


class OverlaySession:
    """Made by `open_overlay`; not thread-safe.

    overlay       the number of the one that is loaded, or None
    unsolicited   lines that nobody asked for, of all the session, without the password
    """

    def __init__(self, target: OverlayTarget, wire: Wire, transcript: Transcript | None = None) -> None:
        self.host = target.host
        self.overlay: int | None = None
        self._target = target
        self._line = Line(target, wire, transcript)
        self._first = LOADER
        self._logged_in = False
        self._told = 0

    @property
    def unsolicited(self) -> list[str]:
        return list(self._line.notices)

    def login(self) -> None:
        """From a fresh connection to the loader. Once: a wrong password that is tried again locks everybody out."""
        try:
            self._line.greeting()
        except EOFError as error:
            raise NoPortError(self.host, self._target.where) from error
        name = self._target.username
        self._typable("LOGI", name)
        heard = self._line.say(f"LOGI {name}", lambda hearing: {PASSWORD, *_loader_after(hearing)})
        if self._line.at != PASSWORD:
            raise self._no_login(heard)
        heard = self._line.say_secret(self._target.password, lambda _: {LOADER})
        if heard.codes or not any(_LOGGED_IN in line for line in heard.lines):
            raise self._no_login(heard)
        self._logged_in = True

    def load(self, overlay: int) -> None:
        """LD: load an overlay, leaving the one that is loaded. While another operator is in the way it is tried again,
        with pauses that grow, until `busy_for` is over.

        Raises OverlayBusyError, RefusedByExchangeError, ExchangePromptError and what `answer` does.
        """
        if self.overlay is not None:
            self.leave()
        typed = f"LD {overlay}"
        begin, pause, attempts = time.monotonic(), self._target.busy_first, 0
        with self._leaving():
            while True:
                heard = self._line.say(typed, lambda _: _FIRST | {LOADER})
                attempts += 1
                if self._line.at != LOADER and not heard.codes:
                    break
                if codes.CONFLICT not in heard.codes:
                    self._refuse_codes(heard, LOADER, typed, ())
                    raise ExchangePromptError(self.host, typed, LOADER, "the overlay's first prompt")
                left = self._target.busy_for - (time.monotonic() - begin)
                if left <= 0:
                    raise OverlayBusyError(self.host, overlay, self._target.busy_for, attempts)
                time.sleep(min(pause, left))
                pause = min(pause * 2, self._target.busy_most)
            self.overlay, self._first = overlay, str(self._line.at)

    def answer(
        self, answers: Answers, *, accept: Iterable[str] = (), within: float | None = None, nothing: bool = False
    ) -> Said:
        """One entry: from the overlay's first prompt until it asks that again.

        answers   prompt -> what to type; a list where it is asked several times, in order; "" is a bare return.
                  The first prompt has one: the lines of a print may begin as the prompts of a next entry do
        accept    codes of the exchange's that are an answer, as SCH0881 to the print of a number that may be absent
        within    seconds for each line, where one takes longer than usual
        nothing   a code that ends the entry, after its last answer, says that there is nothing to print. What the
                  exchange does not take is asked again, and stays an error

        A prompt without an answer left, a code, an answer that was never asked for: each is an error, and after each
        error the overlay is left (`****`). What the exchange writes with the last prompt is then not written; what it
        writes at once (hunt lists) is.
        Raises ExchangePromptError, RefusedByExchangeError, AnswerUnaskedError, AnswerUnfitError, ExchangeSilentError,
        GarbledError, IdleTooLongError, SessionLostError.
        """
        if self.overlay is None:
            raise RuntimeError("no overlay is loaded")
        plan = {name: deque([value] if isinstance(value, str) else value) for name, value in answers.items()}
        if len(plan.get(self._first, ())) > 1:
            raise ValueError(f"one entry has one answer to {self._first}")
        for name, values in plan.items():
            for value in values:
                self._typable(name, value)
        with self._leaving():
            return self._enter(plan, tuple(accept), within, nothing)

    def command(self, text: str, *, accept: Iterable[str] = (), within: float | None = None) -> Said:
        """A line at the overlay's first prompt that asks nothing back: `EDD` in LD 43, `STAT 14 3` in LD 20."""
        return self.answer({self._first: text}, accept=accept, within=within)

    def print(
        self, answers: Answers, *, accept: Iterable[str] = (), within: float | None = None, nothing: bool = False
    ) -> Said:
        """An entry that changes nothing. Where other lines fell into it, it is printed again, until a print is whole or
        the same one came twice. Raises PrintDisturbedError and what `answer` does."""
        seen: list[list[str]] = []
        told = self._told
        for _ in range(_ATTEMPTS):
            said = self.answer(answers, accept=accept, within=within, nothing=nothing)
            filled = [line for line in said.lines if line.strip()]
            if not said.disturbed or filled in seen:
                return replace(said, unsolicited=tuple(self._line.notices[told:]))
            seen.append(filled)
        with self._leaving():
            raise PrintDisturbedError(self.host, f"LD {self.overlay}", _ATTEMPTS)

    def leave(self) -> None:
        """Leave the overlay. Raises SessionLostError when the exchange does not go back to its loader."""
        self.overlay = None
        if not self._line.leave(_LEAVE):
            self._line.lost = True
            raise SessionLostError(self.host, _LEAVE)

    def goodbye(self) -> None:
        """`****` wherever the exchange is, then LOGO; never raises a SessionError."""
        if not self._logged_in or self._line.lost:
            return
        if self._line.at == LOADER or self._line.leave(_LEAVE):
            self._line.leave("LOGO")
        self.overlay, self._logged_in = None, False

    # -- how

    @contextmanager
    def _leaving(self) -> Iterator[None]:
        """After an exception the overlay is left, whatever it was."""
        try:
            yield
        except BaseException:
            self.overlay = None
            if self._line.at != LOADER and not self._line.leave(_LEAVE):
                self._line.lost = True
            raise

    def _enter(self, plan: dict[str, deque[str]], accept: Sequence[str], within: float | None, nothing: bool) -> Said:
        asked: list[str] = []
        lines: list[str] = []
        found: list[str] = []
        disturbed = False
        prompt = self._first
        while not asked or prompt != self._first:
            if not plan.get(prompt):
                raise ExchangePromptError(self.host, f"LD {self.overlay}", prompt, _left(plan))
            typed = plan[prompt].popleft()
            wanted = frozenset({self._first, *(name for name, values in plan.items() if values)})
            heard = self._line.say(typed, partial(_or_again, wanted, prompt), within)
            asked.append(prompt)
            lines += heard.lines
            disturbed = disturbed or heard.disturbed
            over = self._line.at == self._first and not any(plan.values())
            if not (nothing and over):
                self._refuse_codes(heard, prompt, typed, accept)
            found += heard.codes
            prompt = str(self._line.at)
        left = [name for name, values in plan.items() if values]
        if left:
            raise AnswerUnaskedError(self.host, f"LD {self.overlay}", left)
        news = self._line.notices[self._told :]
        self._told = len(self._line.notices)
        return Said(_stripped(lines), tuple(found), tuple(news), tuple(asked), disturbed)

    def _refuse_codes(self, heard: Hearing, prompt: str, typed: str, accept: Sequence[str]) -> None:
        refused = [code for code in heard.codes if code not in accept]
        if refused:
            raise RefusedByExchangeError(self.host, prompt, typed, refused, _stripped(heard.lines))

    def _no_login(self, heard: Hearing) -> LockedOutError | ExchangeLoginError:
        if codes.LOCKED_OUT in heard.codes:
            return LockedOutError(self.host)
        return ExchangeLoginError(self.host, self._target.username, heard.codes[0] if heard.codes else None)

    def _typable(self, prompt: str, value: str) -> None:
        why = None
        if any(letter < " " or "\x7f" <= letter < "\xa0" for letter in value):
            why = "a control character, as the end of a line is one"
        elif value.strip() in ("**", _LEAVE):
            why = "it cancels the entry"
        else:
            try:
                value.encode(ENCODING)
            except UnicodeEncodeError:
                why = "a letter that Latin-1 does not have"
        if why is not None:
            raise AnswerUnfitError(self.host, prompt, value, why)


def _loader_after(hearing: Hearing) -> set[str]:
    """The loader's prompt ends an answer that is a refusal."""
    return {LOADER} if hearing.codes else set()


def _or_again(wanted: frozenset[str], prompt: str, hearing: Hearing) -> frozenset[str]:
    """What is refused is asked for again."""
    return wanted | {prompt} if hearing.codes else wanted


def _left(plan: dict[str, deque[str]]) -> str:
    left = [name for name, values in plan.items() if values]
    return f"one of {', '.join(left)}" if left else "the end of the entry"


def _stripped(lines: Sequence[str]) -> tuple[str, ...]:
    """Without empty lines at both ends."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return tuple(lines[filled[0] : filled[-1] + 1]) if filled else ()
