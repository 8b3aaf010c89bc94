"""Values of the registry as data: {type, data}, and None for a value that is not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fellesdrift.state.windows.forms import Form

_LONGEST = 16 * 1024
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*")


@dataclass(frozen=True)
class Type:
    """number: Windows' (winnt.h). method, out: StdRegProv's, behind Get and Set. shown: how `reg query` names it.
    take: a value of it in canonical form; raises ValueError, TypeError. text: how `reg query` of 2003 shows it; None
    where that could mean something else too. sent, found: to and from StdRegProv."""

    number: int
    method: str
    out: str
    shown: str
    take: Callable[[Any], Any]
    text: Callable[[Any], str | None]
    sent: Callable[[Any], Any] = lambda data: data
    found: Callable[[Any], Any] = lambda data: data


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    if len(value) > _LONGEST or not all(each.isprintable() for each in value):
        raise ValueError
    return value


def _strings(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise TypeError
    if not all(value):
        raise ValueError  # an empty one would end the list
    return [_string(each) for each in value]


def _dword(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    if not 0 <= value <= 0xFFFFFFFF:
        raise ValueError
    return value


def _binary(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    if _HEX.fullmatch(value) is None or len(value) > 2 * _LONGEST:
        raise ValueError
    return value.lower()


def _joined(data: list[str]) -> str | None:
    return None if any("\\0" in each for each in data) else "".join(f"{each}\\0" for each in data) + "\\0"


TYPES: Mapping[str, Type] = {
    "string": Type(1, "StringValue", "sValue", "REG_SZ", _string, lambda data: data, found=lambda data: data or ""),
    "expand_string": Type(2, "ExpandedStringValue", "sValue", "REG_EXPAND_SZ", _string, lambda data: data),
    "binary": Type(
        3,
        "BinaryValue",
        "uValue",
        "REG_BINARY",
        _binary,
        lambda data: data,
        sent=lambda data: list(bytes.fromhex(data)),
        found=lambda data: bytes(data or ()).hex(),
    ),
    "dword": Type(4, "DWORDValue", "uValue", "REG_DWORD", _dword, lambda data: f"0x{data:x}"),
    "multi_string": Type(
        7, "MultiStringValue", "sValue", "REG_MULTI_SZ", _strings, _joined, found=lambda data: list(data or ())
    ),
}
BY_NUMBER = {each.number: name for name, each in TYPES.items()}


def _values(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    result: dict[str, Any] = {}
    for name, each in value.items():
        if not isinstance(name, str) or len(name) > 255 or not all(letter.isprintable() for letter in name):
            raise ValueError(f"a value's name instead of {name!r}; the default value's is empty")
        if name.lower() in (known.lower() for known in result):
            raise ValueError(f"{name} once; case does not tell two apart")
        result[name] = _value(name, each)
    return result


def _value(name: str, value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or value.keys() != {"type", "data"} or value["type"] not in TYPES:
        raise ValueError(f"{name}: null, or {{type: {' or '.join(TYPES)}, data: ...}}")
    try:
        return {"type": value["type"], "data": TYPES[value["type"]].take(value["data"])}
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name}: data of the type {value['type']} (binary in hexadecimal, dword a number)") from error


VALUES = Form("a mapping from a value's name to {type, data}, or to null", _values)
