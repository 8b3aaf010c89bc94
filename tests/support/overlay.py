"""Published dialogues played to a session, with a clock of their own: no twin, no wire, no waiting.

A dialogue is a file of what a screen showed: `⟨...⟩` is a line that was typed (echoed), `⟨⟩` a bare carriage return and
`⟨*⟩` the password, which is not echoed.
"""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path

import pytest

from fellesdrift.session.overlay import OverlayTarget, line, session

FIXTURES = Path(__file__).parents[1] / "fixtures" / "telephony"
TARGET = OverlayTarget("san-meridian1", "192.0.2.71", 23, "LOGINID", "secret-1", telnet=True)
LOGIN = [("LOGI LOGINID", "PASS?"), ("secret-1", "\r\nTTY #14 LOGGED IN LOGINID 09:49  30/4/2007\r\n>")]
WAY_OUT = {"****": "\r\n>", "LOGO": "\r\nTTY #14 LOGGED OUT LOGINID 09:50  30/4/2007\r\n>"}


class Clock:
    """Stands for the module `time`: waiting is what makes it go."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def clocked(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(line, "time", clock)
    monkeypatch.setattr(session, "time", clock)
    return clock


def dialogue(name: str) -> list[tuple[str, str]]:
    """(typed, what the exchange said to it), echo included; the first has nothing typed."""
    text = (FIXTURES / f"{name}.txt").read_text(encoding="utf-8").rstrip("\n").replace("$\n", "\n")
    start, *rest = re.split(r"⟨(.*?)⟩\n?", text)
    found = [("", start)]
    for typed, said in zip(rest[::2], rest[1::2], strict=True):
        password = typed == "*"
        line_end = "\r\n"
        found.append((TARGET.password if password else typed, ("" if password else typed) + line_end + _wire(said)))
    return found


def _wire(text: str) -> str:
    return text.replace("\n", "\r\n")


class Play:
    """An exchange that says what its part says, and takes nothing but the line that it expects next.

    at_once   how many letters come in one piece
    ends      the line is cut when its part is over
    """

    def __init__(self, part: list[tuple[str, str]], clock: Clock, at_once: int = 1_000_000) -> None:
        self.part = deque(part)
        self.typed: list[str] = []
        self.ends = False
        self._clock = clock
        self._at_once = at_once
        self._coming: deque[str] = deque()
        if self.part and not self.part[0][0]:
            self.comes(self.part.popleft()[1])

    def comes(self, text: str) -> None:
        """It says something."""
        self._coming.extend(text[at : at + self._at_once] for at in range(0, len(text), self._at_once))

    def receive(self, seconds: float) -> bytes:
        if self._coming:
            self._clock.now += 0.001
            return self._coming.popleft().encode("latin-1")
        if self.ends:
            raise EOFError
        self._clock.now += seconds
        raise TimeoutError

    def waiting(self) -> bool:
        # pieces come one by one: what is not there yet is not seen
        return bool(self._coming) and self._at_once > 1

    def type_line(self, text: str, seconds: float) -> None:
        self.typed.append(text)
        if self.part and self.part[0][0] == text:
            self.comes(self.part.popleft()[1])
        elif text in WAY_OUT:
            self.comes(text + WAY_OUT[text])
        else:
            expected = self.part[0][0] if self.part else "nothing"
            raise AssertionError(f"typed {text!r}, and expected was {expected!r}")


def opened(play: Play, target: OverlayTarget = TARGET) -> session.OverlaySession:
    """A session that is logged in."""
    known = session.OverlaySession(target, play)
    play.part.extendleft(reversed([(typed, _echo(typed) + said) for typed, said in LOGIN]))
    play.comes(">")
    known.login()
    return known


def _echo(typed: str) -> str:
    return "" if typed == TARGET.password else f"{typed}\r\n"
