"""Prompts and codes, as an exchange prints them."""

from __future__ import annotations

import pytest

from fellesdrift.session.overlay import codes
from fellesdrift.session.overlay.hearing import Hearing, prompt_of
from fellesdrift.session.overlay.telnet import Telnet


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("REQ: ", "REQ"),
        ("REQ  ", "REQ"),
        ("REQ:", "REQ"),
        ("TN   ", "TN"),
        ("       MARP ", "MARP"),
        ("     KEY ", "KEY"),
        ("WRT  (ADDS: MEM: 0 DISK: 0.0) ", "WRT"),
        ("CPND_LANG ", "CPND_LANG"),
        (">", ">"),
        (".", "."),
        ("=> ", "=>"),
        ("PASS?", "PASS?"),
        ("REQ", None),
        ("TN   014 0 00 03 ", None),
        ("TYPE SL1 ", None),
        ("DATE 11 APR 2009 ", None),
        ("SCH0881 ", "SCH0881"),
        ("", None),
        ("..", None),
        ("NO ACT SINCE NO DATE     ", None),
    ],
)
def test_prompts(text: str, name: str | None) -> None:
    assert prompt_of(text) == name


def test_a_code_is_a_code_at_the_beginning_of_a_line_only() -> None:
    assert codes.code_of("OVL429-OVERLAY CONFLICT") == "OVL429"
    assert codes.code_of("SCH0101 ") == "SCH0101"
    assert codes.code_of("XYZ12345 what nobody knows") == "XYZ12345"
    for line in (" SCH0101", "DES SCH0101", "SCH01", "SCH0101A", "TN 014", "CLS  T87D", "i2004", "SL1 "):
        assert codes.code_of(line) is None, line
    assert codes.is_unasked("COM001 Ethernet driver: unit 0 is being restarted")
    assert not codes.is_unasked("SCH0101")
    assert codes.explained("SCH0101") == "SCH0101 (the number is in a hunt list)"
    assert codes.explained("SCH9999") == "SCH9999 (no documented meaning)"


def test_a_line_of_ones_own_is_no_code() -> None:
    """A designator that looks like a code, or like a line from elsewhere, is only an echo."""
    for typed in ("COM001", "SCH0101", "MGMT001 X"):
        hearing = Hearing(typed)
        hearing.feed(f"{typed}\r\nCUST ")
        assert (hearing.echoed, hearing.codes, hearing.unsolicited) == (True, [], [])
        assert hearing.prompt({"CUST"}) == "CUST"


def test_a_torn_code_is_one() -> None:
    hearing = Hearing("14 3")
    hearing.feed("14 3\r\n\r\nSC\r\nMGMT001 TNB NEW TYPE:3902 TN:14 0 0 3 \r\nH0005 \r\nTN   ")
    assert hearing.codes == ["SCH0005"]
    assert hearing.disturbed


def test_telnet_takes_the_echo_and_nothing_else() -> None:
    telnet = Telnet()
    assert telnet.receive(b"\xff\xfb\x01\xff\xfb\x03>") == (b">", b"\xff\xfd\x01\xff\xfd\x03")
    assert telnet.receive(b"\xff\xfb\x01") == (b"", b""), "confirmed once"
    assert telnet.receive(b"a\xff\xfd\x18b\xff\xfb\x05") == (b"ab", b"\xff\xfc\x18\xff\xfe\x05")
    assert telnet.receive(b"\xff\xfc\x01\xff\xfc\x01") == (b"", b"\xff\xfe\x01")
    assert telnet.receive(b"\xff\xff\xff\xf1x\xff\xfa\x18\x01\xff") == (b"\xffx", b"")
    assert telnet.receive(b"\xf0y\xff") == (b"y", b"")
    assert telnet.receive(b"\xfe\x06z") == (b"z", b"")
    assert Telnet.escaped(b"\xffa") == b"\xff\xffa"
    with pytest.raises(ValueError, match="without an end"):
        telnet.receive(b"\xff\xfa" + b"x" * 5000)
