"""What `reg query` prints proves only what it shows beyond doubt."""

from __future__ import annotations

import pytest

from fellesdrift.state.windows.catalogue.registry_reading import parsed, proved

KEY = r"hkey_local_machine\software\x"


def printed(*lines: str) -> str:
    return "\r\n".join(["", "! REG.EXE VERSION 3.0", "", r"HKEY_LOCAL_MACHINE\SOFTWARE\X", *lines, "", ""])


def test_the_layouts_of_2003_and_of_later_ones_are_read() -> None:
    values = {"a b": ("REG_SZ", "en\ttekst "), "n": ("REG_DWORD", "0x1f")}
    assert parsed(printed("    a b\tREG_SZ\ten\ttekst ", "    n\tREG_DWORD\t0x1f")) == {KEY: values}
    assert parsed(printed("    a b    REG_SZ    en\ttekst ", "    n    REG_DWORD    0x1f")) == {KEY: values}
    assert parsed(printed("    <NO NAME>\tREG_SZ\t"))[KEY] == {"": ("REG_SZ", "")}


def test_keys_below_are_named_without_their_values() -> None:
    assert parsed(printed("    a\tREG_SZ\tb", "", r"HKEY_LOCAL_MACHINE\SOFTWARE\X\Y"))[KEY + r"\y"] == {}


@pytest.mark.parametrize("line", ["en ny linje", "    uten type", "    a\tREG_SZ\tto ganger"])
def test_a_key_with_a_line_that_is_not_understood_proves_nothing(line: str) -> None:
    assert parsed(printed("    a\tREG_SZ\tb", line)) == {}


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ({"type": "string", "data": "hva?"}, ("REG_SZ", "hva?")),
        ({"type": "string", "data": "a"}, ("REG_EXPAND_SZ", "a")),
        ({"type": "string", "data": "a"}, ("REG_SZ", "A")),
        ({"type": "multi_string", "data": [r"a\0b"]}, ("REG_MULTI_SZ", r"a\0b\0\0")),
        ({"type": "multi_string", "data": ["a", "b"]}, ("REG_MULTI_SZ", r"a\0c\0\0")),
        ({"type": "dword", "data": 16}, ("REG_DWORD", "16")),
        (None, ("REG_SZ", "")),
    ],
)
def test_what_is_not_shown_beyond_doubt_is_asked_for_exactly(value: object, line: tuple[str, str]) -> None:
    assert proved({"v": value}, {"v": line}) == {}


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ({"type": "string", "data": "æøå"}, ("REG_SZ", "æøå")),
        ({"type": "multi_string", "data": ["a", "b c"]}, ("REG_MULTI_SZ", r"a\0b c\0\0")),
        ({"type": "binary", "data": "00ff"}, ("REG_BINARY", "00FF")),
        ({"type": "dword", "data": 16}, ("REG_DWORD", "0x10")),
    ],
)
def test_what_is_shown_is_proved(value: object, line: tuple[str, str]) -> None:
    assert proved({"V": value, "borte": None}, {"v": line}) == {"V": value, "borte": None}


def test_a_key_of_which_nothing_is_shown_proves_no_absence() -> None:
    assert proved({"borte": None}, {}) == {}
    assert proved({"borte": None}, None) == {}
