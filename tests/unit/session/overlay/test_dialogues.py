"""The published dialogues (docs/telephony.md), played by an exchange that takes nothing but what was typed then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from support.overlay import Clock, Play, clocked, dialogue, opened

from fellesdrift.session.overlay import Said
from fellesdrift.session.overlay.errors import AnswerUnaskedError, ExchangePromptError, RefusedByExchangeError

FILTERS = {"DATE": "", "PAGE": "", "DES": ""}
PRINT_DN = {"REQ": "prt", "TYPE": "dn", "CUST": "0", "DN": "2057", **FILTERS}
PRINT_TN = {"REQ": "prt", "TYPE": "tn", "TN": "14 3", **FILTERS}
NEW = {
    "REQ": "new", "TYPE": "3902", "TN": "14 3", "DES": "3902", "CUST": "0", "ERL": "0", "FDN": "", "TGAR": "0",
    "LDN": "no", "NCOS": "1", "RNPG": "23", "SSU": "", "XLST": "1", "SCPW": "", "SGRP": "0", "SFLT": "no",
    "CAC_CIS": "3", "CAC_MFC": "0", "CLS": "", "HUNT": "", "SCI": "0", "PLEV": "02", "DANI": "no", "AST": "",
    "IAPG": "0", "MLWU_LANG": "0", "MLNG": "rus", "DNDR": "0", "KEY": ["00 scr 2564 0", ""], "MARP": "", "CPND": "",
    "VMB": "", "ANIE": "0",
}  # fmt: skip
HUNT = {"REQ": "chg", "TYPE": "ght", "LSNO": "0011", "SIZE": "", "WRT": ["", "", ""], "STOR": ["0  ", "2  ", ""]}
SAVED = ("MEM AVAIL: (U/P): 2718568    USED U P: 220248 59456    TOT: 2998272 ", "DISK RECS AVAIL: 768 ")
PIECES = pytest.mark.parametrize("at_once", [1_000_000, 7, 1])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return clocked(monkeypatch)


def played(name: str, clock: Clock, answers: Any, at_once: int, overlay: int = 20, accept: Sequence[str] = ()) -> Said:
    """The dialogue, and that nothing but it was typed."""
    play = Play(dialogue(name), clock, at_once)
    session = opened(play)
    session.load(overlay)
    said = session.answer(answers, accept=accept)
    assert not play.part, "the dialogue is over"
    session.goodbye()
    assert play.typed == ["LOGI LOGINID", "secret-1", *(typed for typed, _ in dialogue(name)[1:]), "****", "LOGO"]
    return said


@PIECES
def test_print_of_a_directory_number(clock: Clock, at_once: int) -> None:
    assert played("print_dn", clock, PRINT_DN, at_once).lines == (
        "TYPE DNB",
        "",
        "DN   2057",
        "TYPE SL1 ",
        "TN   014 0 00 03 KEY 00   MARP  DES 3902      11 APR 2009 ",
        "     (3902)",
    )


@PIECES
def test_print_of_an_absent_number(clock: Clock, at_once: int) -> None:
    answers = PRINT_DN | {"DN": "2506"}
    said = played("print_absent", clock, answers, at_once, accept=["SCH0881"])
    assert said.codes == ("SCH0881",)
    assert said.lines[2:] == ("SCH0881 ", "", "NO ACT SINCE NO DATE     ")
    assert said.unsolicited == ("PT0000",)
    play = Play(dialogue("print_absent"), clock, at_once)
    session = opened(play)
    session.load(20)
    with pytest.raises(RefusedByExchangeError) as caught:
        session.print(answers)
    assert (caught.value.code_of_exchange, caught.value.prompt) == ("SCH0881", "DES")
    assert session.overlay is None and play.typed[-1] == "****"


@PIECES
def test_print_of_a_terminal_number(clock: Clock, at_once: int) -> None:
    """Its lines begin as the prompts do that were just answered: TYPE, TN, DES, DATE."""
    said = played("print_tn", clock, PRINT_TN, at_once)
    assert said.asked == ("REQ", "TYPE", "TN", "DATE", "PAGE", "DES")
    assert said.lines[:4] == ("TYPE TNB", "", "DES  3902  ", "TN   014 0 00 03 ")
    assert said.lines[-1] == "DATE 11 APR 2009 "
    assert len(said.lines) == 52


@PIECES
def test_new(clock: Clock, at_once: int) -> None:
    said = played("new_3902", clock, NEW, at_once)
    assert len(said.asked) == 34
    assert said.asked[-7:] == ("DNDR", "KEY", "MARP", "CPND", "VMB", "ANIE", "KEY")
    assert said.unsolicited == ("MGMT001 TNB NEW TYPE:3902 TN:14 0 0 3",)
    assert [line for line in said.lines if line] == list(SAVED)


@PIECES
def test_a_hunt_list(clock: Clock, at_once: int) -> None:
    said = played("hunt_list", clock, HUNT, at_once, overlay=18)
    assert said.lines == SAVED
    assert said.asked == ("REQ", "TYPE", "LSNO", "SIZE", "WRT", "STOR", "WRT", "STOR", "WRT", "STOR")


@PIECES
def test_a_member_of_a_hunt_list_is_refused(clock: Clock, at_once: int) -> None:
    play = Play(dialogue("refused"), clock, at_once)
    session = opened(play)
    session.load(20)
    began = clock.now
    with pytest.raises(RefusedByExchangeError) as caught:
        session.answer({"REQ": "chg", "TYPE": "500", "TN": "24 1", "ECHG": "yes", "ITEM": ["dn 2506", ""]})
    assert (caught.value.code_of_exchange, caught.value.typed) == ("SCH0101", "dn 2506")
    assert caught.value.lines == ("SCH0101 ",)
    assert play.typed[-2:] == ["dn 2506", "****"], "the empty answer would have ended the entry"
    assert clock.now - began < 0.5, "a code does not have to be waited for"


def test_a_prompt_without_an_answer_is_named(clock: Clock) -> None:
    for left_out in ("SGRP", "CAC_CIS", "ANIE"):
        play = Play(dialogue("new_3902"), clock)
        session = opened(play)
        session.load(20)
        with pytest.raises(ExchangePromptError) as caught:
            session.answer({name: value for name, value in NEW.items() if name != left_out})
        assert caught.value.prompt == left_out
        assert play.typed[-1] == "****"
        session.goodbye()
        assert play.typed[-1] == "LOGO"
    play = Play(dialogue("new_3902"), clock)
    session = opened(play)
    session.load(20)
    with pytest.raises(ExchangePromptError) as caught:
        session.answer(NEW | {"KEY": ["00 scr 2564 0"]})
    assert caught.value.prompt == "KEY", "asked once more than there are answers"


def test_an_answer_that_nobody_asked_for(clock: Clock) -> None:
    play = Play(dialogue("print_dn"), clock)
    session = opened(play)
    session.load(20)
    with pytest.raises(AnswerUnaskedError) as caught:
        session.print(PRINT_DN | {"XLST": "1", "DES": ["", "again"]})
    assert caught.value.unasked == ("DES", "XLST")
    assert session.overlay is None
