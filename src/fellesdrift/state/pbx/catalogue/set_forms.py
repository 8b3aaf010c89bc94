"""What a set can be told: its fields, classes of service and keys, and the spelling in which they are printed.

Which prompts NEW asks, and that a 3902's are these, is from a published dialogue; of analogue and IP sets it is from
memory (docs/telephony.md). An exchange that asks something else stops the step before anything is written.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from fellesdrift.state.forms import FLAG, Form
from fellesdrift.state.pbx.catalogue.numbers import DN, digits

ANALOGUE_KEY = "DN"
DN_KEYS = frozenset({"SCR", "SCN", "MCR", "MCN", ANALOGUE_KEY})
"""Functions of keys at which a directory number is. `DN` is the one of an analogue set, its key 00."""

STORED = {"ADL": "16", "CFW": "16"}
"""What keys store when nobody says."""

ANALOGUE_TYPES = frozenset({"500"})
_DIGITAL = (
    "ERL FDN TGAR LDN NCOS RNPG SSU XLST SCPW SGRP SFLT CAC_CIS CAC_MFC HUNT SCI PLEV DANI AST IAPG MLWU_LANG MLNG DNDR"
)
_ANALOGUE = "ERL AST IAPG HUNT TGAR LDN NCOS SGRP RNPG XLST SCI SCPW SFLT CAC_MFC PLEV DANI MLWU_LANG"
# what is printed of a set and follows from elsewhere: nobody sets it
DERIVED = frozenset({"CDEN", "CPND_LANG", "AACS", "ITNA", "DGRP"})
# numbers, which are printed with so many digits at least
_WIDTHS = {"PLEV": 2, "ZONE": 3} | dict.fromkeys(
    ["ERL", "TGAR", "NCOS", "SGRP", "RNPG", "SCI", "CAC_CIS", "CAC_MFC", "IAPG", "MLWU_LANG", "DNDR"], 1
)
_FIELD = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_ ]{0,14}[A-Za-z0-9])?")
_DES = re.compile(r"[A-Za-z0-9]{1,6}")
_TYPE = re.compile(r"[i0-9][0-9]{2,4}")
_WORD = re.compile(r"[A-Z][A-Z0-9]{2,3}")
_KEY = re.compile(r"[0-9]{1,3}")
_FUNCTION = re.compile(r"[A-Z][A-Z0-9]{1,3}")
_VALUE = re.compile(r"([A-Z0-9]+( [A-Z0-9]+)*)?")

# words that take each other's place, besides two that differ in their last letter only: denied and allowed
_PLACES = (
    frozenset({"CTD", "UNR", "CUN", "TLD", "FRE", "FR1", "FR2", "SRE"}),
    frozenset({"LPR", "MPR", "HPR"}),
    frozenset({"VCE", "DTA"}),
    frozenset({"DTN", "DIP"}),
    frozenset({"AUTU", "AUTR"}),
)


def analogue(kind: str) -> bool:
    """Whether sets of a type have one number and no keys."""
    return kind in ANALOGUE_TYPES


def asked(kind: str) -> tuple[str, ...]:
    """The fields that NEW asks for, of sets of a type."""
    if analogue(kind):
        return tuple(_ANALOGUE.split())
    return tuple((["ZONE"] if kind.startswith("i") else []) + _DIGITAL.split())


FIELDS = frozenset((*_ANALOGUE.split(), *_DIGITAL.split(), "ZONE"))


@cache
def place_of(word: str) -> frozenset[str]:
    """The classes of service of which a set has one, in the place of this one."""
    for place in _PLACES:
        if word in place:
            return place
    if word[-1] in "AD":
        return frozenset({word[:-1] + "A", word[:-1] + "D"})
    return frozenset({word})


def field_value(name: str, value: Any) -> str:
    """A field's value as it is printed. Raises ValueError, TypeError."""
    if isinstance(value, bool):
        # YAML reads NO and YES as false and true
        return "YES" if value else "NO"
    text = str(value) if isinstance(value, int) else value
    if not isinstance(text, str):
        raise TypeError
    text = text.upper()
    if not text:
        return text
    if not _FIELD.fullmatch(text) or text == "X":
        raise ValueError
    width = _WIDTHS.get(name)
    if width is None:
        if isinstance(value, int):
            raise ValueError(f"{name} in quotes: YAML leaves nothing of a leading zero")
        return text
    if not text.isdigit():
        raise ValueError(f"{name}: a number")
    return str(int(text)).zfill(width)


def _fields(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError
    for name in value:
        if name not in FIELDS:
            raise ValueError(f"fields that a set is asked for: {', '.join(sorted(FIELDS))}")
    return {name: field_value(name, each) for name, each in value.items()}


def _words(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) and _WORD.fullmatch(word) for word in value):
        raise ValueError
    taken: set[frozenset[str]] = set()
    for word in value:
        if place_of(word) in taken:
            raise ValueError(f"one class of service in the place of {word}, not several")
        taken.add(place_of(word))
    return list(value)


_KEY_FORMS: dict[str, Form] = {
    "function": Form("a function in capitals", lambda value: _matched(_FUNCTION, value)),
    "dn": DN,
    "clid": digits(3),
    "marp": FLAG,
    "anie": digits(7),
    "value": Form("what the key stores, as it is printed", lambda value: _matched(_VALUE, value)),
}


def _matched(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError
    return value


def _keys(value: Any) -> dict[str, dict[str, Any] | None]:
    if not isinstance(value, dict):
        raise TypeError
    found: dict[str, dict[str, Any] | None] = {}
    for number, key in value.items():
        text = str(number) if isinstance(number, int) and not isinstance(number, bool) else number
        if not isinstance(text, str) or not _KEY.fullmatch(text):
            raise ValueError("keys by their numbers")
        text = str(int(text)).zfill(2)
        if text in found:
            raise ValueError(f"key {text} once")
        found[text] = None if key is None else _key(text, key)
    return found


def _key(number: str, key: Any) -> dict[str, Any]:
    if not isinstance(key, dict) or not key:
        raise ValueError(f"key {number}: a mapping, or null for a key that is empty")
    found = {}
    for name, value in key.items():
        if name not in _KEY_FORMS:
            raise ValueError(f"key {number}: only {', '.join(_KEY_FORMS)}")
        try:
            found[name] = _KEY_FORMS[name].take(value)
        except (ValueError, TypeError) as error:
            raise ValueError(f"key {number}, {name}: {_KEY_FORMS[name].expected}") from error
    function = found.get("function")
    wrong = {"dn", "clid", "marp", "anie"} if function not in (None, *DN_KEYS) else {"value"}
    if function is not None and wrong & found.keys():
        raise ValueError(f"key {number}: {function} has no {', '.join(sorted(wrong & found.keys()))}")
    return found


TYPE = Form("a type as it is printed, such as 3902, i2004 or 500", lambda value: _matched(_TYPE, value))
DES = Form("1 to 6 letters and digits", lambda value: _matched(_DES, value))
FIELD_VALUES = Form("fields by name, each a text or a number", _fields)
CLASSES = Form("a list of classes of service in capitals", _words)
KEYS = Form("keys by number", _keys)
