"""What a peer is given, and how it judges: the same for each."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NamedTuple


class Device(NamedTuple):
    """A login, and the file with what the device is expected to say."""

    name: str
    address: str
    port: int
    username: str
    password: str
    expected: str


def given() -> list[Device]:
    """The devices of the file that the first argument names: a JSON list of objects."""
    return [Device(**device) for device in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))]


def commands() -> list[str]:
    """What is asked of each: its running configuration, and with the second argument `both` its startup configuration,
    as the nightly check does."""
    which = ("running", "startup") if sys.argv[2:] == ["both"] else ("running",)
    return [f"show {name}-config" for name in which]


def as_expected(said: str, expected: str) -> bool:
    """Whether the configuration is, line by line, the expected one; comments (the time of a change) do not count."""
    return _lines(said) == _lines(Path(expected).read_text(encoding="utf-8"))


def _lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.replace("\r", "").split("\n")]
    first = next((number for number, line in enumerate(lines) if line.startswith("version ")), len(lines))
    kept = []
    for line in lines[first:]:
        if line and not line.startswith("!"):
            kept.append(line)
        if line == "end":
            break
    return kept
