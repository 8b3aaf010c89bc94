"""The login, the ways out, and what a session never types; the errors as a user sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from support.overlay import LOGIN, TARGET, Clock, Play, clocked, dialogue, opened

from fellesdrift.session.errors import SessionError, SessionLostError
from fellesdrift.session.overlay import errors, target_of
from fellesdrift.session.overlay.driver import OverlayDriver
from fellesdrift.session.overlay.session import OverlaySession

PRINT_DN = {"REQ": "prt", "TYPE": "dn", "CUST": "0", "DN": "2057", "DATE": "", "PAGE": "", "DES": ""}
REQ = [("LD 20", "LD 20\r\n\r\nREQ: ")]
BUSY = ("LD 20", "LD 20\r\nOVL429-OVERLAY CONFLICT\r\n>")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return clocked(monkeypatch)


@pytest.mark.parametrize(
    ("said", "refusal", "code"),
    [
        ("\r\nOVL015\r\nOVL111\r\n>", errors.ExchangeLoginError, "OVL015"),
        ("\r\nOVL400\r\n>", errors.LockedOutError, "OVL400"),
        ("\r\n>", errors.ExchangeLoginError, None),
        ("\r\nTTY #14 LOGGED IN LOGINID\r\nOVL111\r\n>", errors.ExchangeLoginError, "OVL111"),
    ],
)
def test_no_login(clock: Clock, said: str, refusal: type[SessionError], code: str | None) -> None:
    """Tried once, and no `****` behind it: that would be a further wrong password where one is asked for."""
    play = Play([("", ">"), ("LOGI LOGINID", "LOGI LOGINID\r\nPASS?"), ("secret-1", said)], clock)
    session = OverlaySession(TARGET, play)
    with pytest.raises(refusal) as caught:
        session.login()
    assert getattr(caught.value, "code_of_exchange", None) == code
    session.goodbye()
    assert play.typed == ["LOGI LOGINID", "secret-1"]
    assert "secret-1" not in str(caught.value)


def test_the_password_is_not_asked_for(clock: Clock) -> None:
    play = Play([("", ">"), ("LOGI LOGINID", "LOGI LOGINID\r\nOVL400\r\n>")], clock)
    with pytest.raises(errors.LockedOutError):
        OverlaySession(TARGET, play).login()
    assert play.typed == ["LOGI LOGINID"]


def test_no_port(clock: Clock) -> None:
    play = Play([], clock)
    play.ends = True
    with pytest.raises(errors.NoPortError):
        OverlaySession(TARGET, play).login()
    play = Play([("", "\r\nWELCOME\r\n")], clock)
    play.ends = True
    with pytest.raises(SessionLostError):
        OverlaySession(TARGET, play).login()
    play = Play([("", "")], clock)
    with pytest.raises(errors.ExchangeSilentError):
        OverlaySession(TARGET, play).login()
    assert play.typed == [], "a carriage return would bring the prompt, and could answer another one"


def test_the_transcript_has_everything_but_the_password(clock: Clock) -> None:
    lines: list[tuple[str, str]] = []
    play = Play(dialogue("print_dn"), clock)
    play.part[0] = ("LD 20", "LD 20\r\nCOM001 secret-1\r\n\r\nREQ: ")
    session = opened(play, replace(TARGET, transcript=lambda direction, text: lines.append((direction, text))))
    session.load(20)
    said = session.print(PRINT_DN)
    session.goodbye()
    assert "secret-1" not in repr(lines) + repr(said) + repr(TARGET)
    assert [text for direction, text in lines if direction == "sent"] == [
        "LOGI LOGINID", "<secret>", "LD 20", "prt", "dn", "0", "2057", "", "", "", "****", "LOGO",
    ]  # fmt: skip
    assert ("received", "dn\nTYPE DNB\nCUST ") in lines
    assert said.unsolicited == ("COM001 <secret>",)


def test_an_overlay_that_is_taken_is_tried_again(clock: Clock) -> None:
    play = Play([BUSY] * 5 + REQ, clock)
    session = opened(play)
    began = clock.now
    session.load(20)
    assert 31 <= clock.now - began < 32, "after 1, 2, 4, 8 and 16 seconds"
    play = Play([BUSY] * 50, clock)
    session = opened(play)
    began = clock.now
    with pytest.raises(errors.OverlayBusyError):
        session.load(20)
    assert 300 <= clock.now - began < 302
    session.goodbye()
    assert "****" not in play.typed and play.typed[-1] == "LOGO", "the loader was asked, no overlay is loaded"


def test_what_an_overlay_is_refused_with(clock: Clock) -> None:
    play = Play([("LD 99", "LD 99\r\nOVL007\r\n>"), ("LD 98", "LD 98\r\n>")], clock)
    session = opened(play)
    with pytest.raises(errors.RefusedByExchangeError) as caught:
        session.load(99)
    assert caught.value.code_of_exchange == "OVL007"
    with pytest.raises(errors.ExchangePromptError):
        session.load(98)
    with pytest.raises(RuntimeError, match="no overlay"):
        session.answer({"REQ": "prt"})


def test_what_has_come_is_read_before_anything_is_typed(clock: Clock) -> None:
    play = Play(dialogue("print_dn"), clock)
    session = opened(play)
    session.load(20)
    play.comes("\r\nMGMT001 TNB NEW TYPE:3902 TN:14 0 0 3 \r\nREQ: ")
    said = session.print(PRINT_DN)
    assert said.unsolicited == ("MGMT001 TNB NEW TYPE:3902 TN:14 0 0 3",)
    assert said.lines[-1] == "     (3902)"
    typed = len(play.typed)
    play.comes("\r\nTTY #14 LOGGED OUT LOGINID 10:20  30/4/2007\r\n>")
    with pytest.raises(errors.ExchangePromptError) as caught:
        session.answer({"REQ": "chg"})
    assert caught.value.prompt.startswith("TTY #14 LOGGED OUT")
    assert play.typed[typed:] == ["****"]


def test_a_session_that_was_idle_is_not_used(clock: Clock) -> None:
    play = Play(REQ, clock)
    session = opened(play)
    session.load(20)
    clock.now += TARGET.idle + 1
    with pytest.raises(errors.IdleTooLongError):
        session.answer({"REQ": "prt"})
    assert play.typed[-1] == "****"


@pytest.mark.parametrize("value", ["14 3\r", "a\nb", "\x1b[A", "\x85", "**", " **** ", "5 €"])
def test_what_cannot_be_typed_is_not(clock: Clock, value: str) -> None:
    play = Play(REQ, clock)
    session = opened(play)
    session.load(20)
    with pytest.raises(errors.AnswerUnfitError):
        session.answer({"REQ": "prt", "DES": ["", value]})
    assert play.typed[-1] == "LD 20" and session.overlay == 20
    with pytest.raises(ValueError, match="one entry"):
        session.answer({"REQ": ["prt", "prt"]})


def test_another_echo(clock: Clock) -> None:
    """A line that was changed on its way."""
    play = Play([*REQ, ("prt", "pr@\r\nTYPE: ")], clock)
    session = opened(play)
    session.load(20)
    with pytest.raises(errors.GarbledError):
        session.answer({"REQ": "prt", "TYPE": "dn"})
    assert play.typed[-2:] == ["prt", "****"]


def test_an_exchange_that_does_not_echo(clock: Clock) -> None:
    parts = [(typed, said[len(typed) :]) for typed, said in (*LOGIN[:1], *dialogue("print_dn")[1:])]
    play = Play([("", ">"), ("LOGI LOGINID", "\r\nPASS?"), LOGIN[1], *parts[1:]], clock)
    session = OverlaySession(TARGET, play)
    session.login()
    session.load(20)
    assert session.print(PRINT_DN).lines[0] == "TYPE DNB"


def test_a_dot_may_be_the_first_of_several(clock: Clock) -> None:
    play = Play([("LD 43", "LD 43\r\n\r\n."), ("EDD", "EDD\r\n\r\n....\r\nDATADUMP COMPLETE \r\n\r\n.")], clock, 1)
    session = opened(play)
    session.load(43)
    assert session.command("EDD", within=600).lines == ("....", "DATADUMP COMPLETE ")


def test_prints_that_are_never_twice_the_same(clock: Clock) -> None:
    def part(number: int) -> tuple[str, str]:
        return "prt", f"prt\r\n\r\nDN   {number}\r\nMGMT001 TNB CHG\r\nTYPE SL1\r\n\r\nREQ: "

    session = opened(Play([*REQ, part(1), part(2), part(1)], clock))
    session.load(20)
    said = session.print({"REQ": "prt"})
    assert [line for line in said.lines if line] == ["DN   1", "TYPE SL1"]
    assert said.unsolicited == ("MGMT001 TNB CHG",) * 3
    play = Play([*REQ, part(1), part(2), part(3)], clock)
    session = opened(play)
    session.load(20)
    with pytest.raises(errors.PrintDisturbedError):
        session.print({"REQ": "prt"})
    assert play.typed[-1] == "****" and session.overlay is None


@pytest.mark.parametrize("failure", [KeyboardInterrupt, ZeroDivisionError])
def test_every_exception_leaves_the_overlay(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, failure: type[BaseException]
) -> None:
    play = Play([*REQ, ("prt", "")], clock)
    session = opened(play)
    session.load(20)
    receive = play.receive

    def fail(seconds: float) -> bytes:
        if play.typed[-1] == "prt":
            raise failure
        return receive(seconds)

    monkeypatch.setattr(play, "receive", fail)
    with pytest.raises(failure):
        session.print({"REQ": "prt"})
    session.goodbye()
    assert play.typed[-3:] == ["prt", "****", "LOGO"]


def test_the_inventory() -> None:
    variables = {"ansible_host": "10.61.2.71", "ansible_user": "FELLES", "ansible_password": "secret-1"}
    known = target_of("san-meridian1", variables)
    assert (known.port, known.telnet, known.where) == (22, False, "10.61.2.71 port 22")
    assert target_of("san-meridian1", variables | {"fellesdrift_telnet": True}).port == 23
    assert target_of("san-meridian1", variables | {"ansible_port": 2323, "fellesdrift_telnet": True}).telnet
    for wrong in ({}, {"fellesdrift_telnet": "yes"}):
        with pytest.raises(errors.TelnetNotAllowedError):
            target_of("san-meridian1", variables | {"ansible_port": 23} | wrong)
    ssh = replace(known, ssh_login=("door", "secret-of-the-door"))
    assert (ssh.ssh().username, ssh.ssh().password) == ("door", "secret-of-the-door")
    assert ssh.secrets() == ("secret-of-the-door", "secret-1")


def test_errors_name_nobody(clock: Clock) -> None:
    lines = [("LD 95", "LD 95\r\n\r\nREQ  "), ("chg", "chg\r\n  NAME ")]
    for said in ("\r\nSCH0003 \r\n\r\n  NAME ", "", "\r\n\x01  NAME "):
        session = opened(Play([*lines, ("Sentralbord", f"Sentralbord\r\n{said}")], clock))
        session.load(95)
        with pytest.raises(SessionError) as caught:
            session.answer({"REQ": "chg", "NAME": "Sentralbord"})
        assert "(a name)" in str(caught.value) and "Sentralbord" not in str(caught.value)


def test_netmiko_types_nothing_by_itself() -> None:
    driver = OverlayDriver(host="192.0.2.71", device_type="terminal_server_telnet", auto_connect=False)
    with pytest.raises(NotImplementedError):
        driver.find_prompt()
    assert not driver.is_alive()
    driver.disconnect()


def test_texts(golden: Callable[[str, object], None]) -> None:
    host, where = "san-meridian1", "10.61.2.71 port 22"
    shown = [
        errors.ExchangeUnreachableError(host, where, "no answer within 10 s"),
        errors.ExchangeSilentError(host, "LD 20", 30),
        errors.ExchangeLoginError(host, "FELLES", "OVL015"),
        errors.ExchangeLoginError(host, "FELLES", None),
        errors.LockedOutError(host),
        errors.NoPortError(host, where),
        errors.OverlayBusyError(host, 20, 300, 15),
        errors.RefusedByExchangeError(host, "ITEM", "dn 2506", ["SCH0101"], ["SCH0101 "]),
        errors.RefusedByExchangeError(host, "TN", "14 3", ["SCH0005"], ["SCH0005 "]),
        errors.RefusedByExchangeError(host, "NAME", "Somebody", ["SCH0003"], ["SCH0003 "]),
        errors.ExchangePromptError(host, "LD 20", "XLST", "one of DES, CUST"),
        errors.AnswerUnaskedError(host, "LD 20", ["SGRP", "XLST"]),
        errors.GarbledError(host, "prt", "letters that no text has"),
        errors.IdleTooLongError(host, "prt", 1234.5, 600),
        errors.PrintDisturbedError(host, "LD 20", 3),
        errors.AnswerUnfitError(host, "DES", "a\rb", "a control character, as the end of a line is one"),
        errors.TelnetNotAllowedError(host),
        errors.SessionOpenError(host),
    ]
    golden("session/telephony", "\n".join(str(each) for each in shown))
