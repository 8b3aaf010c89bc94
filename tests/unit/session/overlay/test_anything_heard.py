"""Whatever an exchange says: a session ends in time, and what is no answer never counts as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.overlay import TARGET, Clock, Play, clocked, dialogue, opened

from fellesdrift.session.errors import SessionError
from fellesdrift.session.overlay import Said
from fellesdrift.session.overlay.errors import RefusedByExchangeError
from fellesdrift.session.overlay.session import OverlaySession

PRINT = {"REQ": "prt", "TYPE": "tn", "TN": "14 3", "DATE": "", "PAGE": "", "DES": ""}
UNASKED = "\r\nMGMT001 TNB NEW TYPE:3902 TN:14 0 0 3 \r\n"
Parts = list[tuple[str, str]]
PRINTED = dialogue("print_tn")
WHOLE = ("TYPE TNB", *(line.rstrip("\r") for line in PRINTED[-1][1].split("\n")[2:-2]))
SHORT, LONG = (
    settings(max_examples=count, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    for count in (50, 1500)
)


def read(parts: Parts, clock: Clock, ends: bool = False, at_once: int = 1_000_000) -> Said | SessionError:
    """What a print of these parts comes to; in time, and with the overlay left where the line is not lost."""
    play = Play(parts, clock, at_once)
    session = opened(play)
    play.ends = ends
    began = clock.now
    try:
        session.load(20)
        found: Said | SessionError = session.print(PRINT)
    except SessionError as error:
        assert session.overlay is None
        found = error
    _in_time(session, play, clock.now - began)
    return found


def _in_time(session: OverlaySession, play: Play, seconds: float) -> None:
    lines = len(play.typed)
    assert seconds <= (lines + 1) * (TARGET.timeout + TARGET.quiet), f"{seconds} s for {lines} lines"
    session.goodbye()
    assert play.ends or play.typed[-1] in ("LOGO", "****"), "the last word of every session that is not cut"


def changed(parts: Parts, at: int, change: Callable[[str], str]) -> Parts:
    """The dialogue with one of the exchange's parts changed."""
    return [(typed, change(said) if number == at else said) for number, (typed, said) in enumerate(parts)]


def until_prompt(said: str) -> int:
    """How many letters there are before the prompt that ends it."""
    return said.rindex("\n") + 1


place = st.integers(1, len(PRINTED) - 1)
share = st.floats(0, 1, exclude_max=True)
NOISE = st.sampled_from("\x01\x1a\x1b\x7f\x80\x9f\x0c")
CODES = st.from_regex(r"\A(SCH|ESN|OVL|NPR|EDD|XYZ)[0-9]{3,4}\Z")


def noise(clock: Clock, at: int, where: float, letter: str) -> None:
    said = PRINTED[at][1]
    hit = int(where * len(said))
    found = read(changed(PRINTED, at, lambda text: text[:hit] + letter + text[hit:]), clock)
    assert isinstance(found, SessionError), found


def silence(clock: Clock, at: int, where: float, cut: bool) -> None:
    """It stops somewhere before a prompt, with the line open or cut."""
    stop = int(where * until_prompt(PRINTED[at][1]))
    parts = changed(PRINTED, at, lambda text: text[:stop])
    found = read(parts[: at + 1], clock, ends=cut)
    assert isinstance(found, SessionError), found
    if cut:
        assert found.code == "FD307"


def a_code(clock: Clock, at: int, line: int, code: str, at_once: int) -> None:
    """A code that nobody knows, at the beginning of any line of an answer."""
    lines = PRINTED[at][1].split("\n")
    after = 1 + line % (len(lines) - 1)
    text = "\n".join([*lines[:after], f"{code} \r", *lines[after:]])
    found = read(changed(PRINTED, at, lambda _: text), clock, at_once=at_once)
    if at > 1:
        assert isinstance(found, RefusedByExchangeError), found
    else:
        assert isinstance(found, SessionError), found


def torn(clock: Clock, at: int, where: float, at_once: int) -> None:
    """A line that nobody asked for, between any two letters: the answer is the same as without."""
    said = PRINTED[at][1]
    hit = int(where * (len(said) + 1))
    parts = changed(PRINTED, at, lambda text: text[:hit] + UNASKED + text[hit:])
    found = read(parts + PRINTED[2:], clock, at_once=at_once)
    assert isinstance(found, Said), found
    assert [line for line in found.lines if line.strip()] == [line for line in WHOLE if line]
    # behind the first letters of the last prompt it comes when the answer is there
    late = said is PRINTED[-1][1] and hit > until_prompt(said)
    assert found.unsolicited == (UNASKED.strip(),) or (late and not found.unsolicited)


def rubbish(clock: Clock, at: int, text: str, ends: bool) -> None:
    """Anything at all but a prompt, in the place of an answer."""
    found = read(changed(PRINTED, at, lambda _: text)[: at + 1], clock, ends=ends)
    assert isinstance(found, SessionError), found


letters = st.text(st.characters(max_codepoint=255, exclude_characters=":>."), max_size=200)
CASES: list[tuple[Callable[..., None], dict[str, Any]]] = [
    (noise, {"at": place, "where": share, "letter": NOISE}),
    (silence, {"at": place, "where": share, "cut": st.booleans()}),
    (a_code, {"at": place, "line": st.integers(0, 60), "code": CODES, "at_once": st.sampled_from([1, 5, 10_000])}),
    (torn, {"at": place, "where": share, "at_once": st.sampled_from([1, 5, 10_000])}),
    (rubbish, {"at": place, "text": letters, "ends": st.booleans()}),
]


def _run(check: Callable[..., None], drawn: dict[str, Any], limits: settings, clock: Clock) -> None:
    @limits
    @given(**drawn)
    def story(**values: Any) -> None:
        check(clock, **values)

    story()


@pytest.mark.parametrize(("check", "drawn"), CASES, ids=[check.__name__ for check, _ in CASES])
def test_it_ends_in_time_and_never_counts(
    check: Callable[..., None], drawn: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(check, drawn, SHORT, clocked(monkeypatch))


@pytest.mark.long
@pytest.mark.parametrize(("check", "drawn"), CASES, ids=[check.__name__ for check, _ in CASES])
def test_it_ends_in_time_and_never_counts_at_length(
    check: Callable[..., None], drawn: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(check, drawn, LONG, clocked(monkeypatch))


@pytest.mark.parametrize("text", ["x\r\n", "REQ", "\r\nTYPE ", "MGMT001 x\r\n", "\x00"])
def test_talk_without_an_end(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A deadline is one, whatever trickles in meanwhile."""
    clock = clocked(monkeypatch)
    play = Play([("LD 20", "LD 20\r\n\r\nREQ: ")], clock)
    session = opened(play)
    session.load(20)
    play.part.append(("prt", "prt\r\n"))

    def receive(seconds: float) -> bytes:
        clock.now += 0.01
        return text.encode()

    monkeypatch.setattr(play, "receive", receive)
    monkeypatch.setattr(play, "waiting", lambda: play.typed[-1] == "prt")
    began = clock.now
    with pytest.raises(SessionError):
        session.print(PRINT)
    session.goodbye()
    assert clock.now - began <= TARGET.timeout + 2 * TARGET.farewell
