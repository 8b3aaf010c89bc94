"""Telnet's options, terminal numbers, classes of service, the codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.twin.pbx import classes, codes, tn, types
from fellesdrift.twin.pbx.codes import RefusedError
from fellesdrift.twin.pbx.overlays import OVERLAYS
from fellesdrift.twin.pbx.telnet import Telnet

KIND = types.TYPES["3902"]


def test_options_are_answered_once() -> None:
    telnet = Telnet()
    assert telnet.greeting() == b"\xff\xfb\x01\xff\xfb\x03"
    # DO ECHO and DO SGA agree with what was offered; WILL NAWS, WILL TTYPE and DO STATUS are refused
    assert telnet.receive(b"\xff\xfd\x01\xff\xfd\x03a") == (b"a", b"")
    assert telnet.receive(b"\xff\xfb\x1f\xff\xfd\x05") == (b"", b"\xff\xfe\x1f\xff\xfc\x05")
    assert telnet.receive(b"\xff\xfb\x03\xff\xfb\x03") == (b"", b"\xff\xfd\x03"), "said once"
    assert telnet.receive(b"\xff\xfc\x03\xff\xfc\x03") == (b"", b"\xff\xfe\x03")
    assert telnet.receive(b"\xff\xfa\x18\x00vt100\xff\xf0b\xff\xffc\xff\xf7\xff\xf1") == (b"b\xffc\x7f", b"")
    assert telnet.receive(b"\xff\xf6") == (b"", b"\r\n[Yes]\r\n")
    assert telnet.echo
    assert telnet.receive(b"\xff\xfe\x01") == (b"", b"\xff\xfc\x01")
    assert not telnet.echo
    assert telnet.receive(b"\xff\xfd\x01") == (b"", b"\xff\xfb\x01")
    assert telnet.echo


BYTES = st.lists(st.sampled_from(b"\xff\xff\xfa\xf0\xfb\xfc\xfd\xfe\xf6\xf7\x01\x03\x18ab\r"), max_size=40).map(bytes)


@given(BYTES, st.integers(0, 40))
def test_telnet_may_be_cut_anywhere(data: bytes, at: int) -> None:
    whole, parts = Telnet(), Telnet()
    typed, answer = whole.receive(data)
    pieces = [parts.receive(data[:at]), parts.receive(data[at:])]
    assert (b"".join(piece[0] for piece in pieces), b"".join(piece[1] for piece in pieces)) == (typed, answer)
    assert Telnet().receive(Telnet.escaped(data)) == (data, b"")


def test_terminal_numbers() -> None:
    assert tn.parse("14 3", "small") == tn.parse("14 0 0 3", "small") == (14, 0, 0, 3)
    assert tn.printed((14, 0, 0, 3)) == "014 0 00 03"
    assert tn.bare((4, 1, 12, 31)) == "4 1 12 31"
    assert tn.parse("4 1 12 31", "large") == (4, 1, 12, 31)
    assert tn.prefix("", "large") == ()
    assert tn.prefix("4 1", "large") == (4, 1)
    assert tn.prefix("14", "small") == (14, 0, 0)
    for text, form in (
        ("14 3", "large"),
        ("14 1 0 3", "small"),
        ("4 2 0 0", "large"),
        ("4 0 0 32", "large"),
        ("", "small"),
    ):
        with pytest.raises(RefusedError):
            tn.parse(text, form)


def test_classes_of_service() -> None:
    changed = classes.change(KIND, (), "tld CFTA hfa")
    assert set(changed) == {"TLD", "CFTA", "HFA"}
    assert classes.change(KIND, changed, "ctd cftd hfd") == (), "back to the defaults"
    assert classes.lines(KIND, changed)[0] == "CLS  TLD FBD WTA LPR PUA MTD FND HTD TDD HFA GRLD "
    assert classes.has(KIND, changed, "CFTA") is True
    assert classes.has(KIND, changed, "CFTD") is False
    assert classes.has(KIND, changed, "ONS") is None
    with pytest.raises(RefusedError):
        classes.change(KIND, (), "XYZ")


def test_every_code_that_is_no_documented_one_is_said_to_be_assumed() -> None:
    page = (Path(__file__).parents[4] / "docs" / "telephony.md").read_text(encoding="utf-8")
    used = {value for name, value in vars(codes).items() if name.isupper() and isinstance(value, str)}
    for code in used:
        assert f"`{code.split('-')[0]}`" in page, code
    assert {code.split("-")[0] for code in used} >= codes.DOCUMENTED
    assert all(f"| {number} |" in page for number in OVERLAYS)
