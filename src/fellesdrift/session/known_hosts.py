"""The keys that a file of known hosts has for one address.

paramiko reads the whole file for every connection: among a thousand devices that costs more than all the rest of a
session. Here a file is read once, until it changes, and of its keys only those that are asked for are made: ten
thousand of them take seconds and hundreds of megabytes in each process that reads devices.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import paramiko
from paramiko.hostkeys import HostKeyEntry, InvalidHostKey

_HASHED = "|1|"


class _Lines(NamedTuple):
    """by_name: a name as it stands in the file -> its lines with their numbers; hashed: lines with names that only a
    comparison tells."""

    by_name: dict[str, list[tuple[int, str]]]
    hashed: list[tuple[int, str]]


_reading = threading.Lock()
"""A cache lets all threads that begin at once do its work."""


def known_keys(path: Path, where: str) -> list[paramiko.PKey]:
    """The keys of `where` (an address, or "[address]:port"); [] when there is no such file or no such entry."""
    path = path.expanduser()
    try:
        status = path.stat()
    except OSError:
        return []
    with _reading:
        lines = _read(path, status.st_mtime_ns, status.st_size)
    meant = [*lines.by_name.get(where, ()), *(line for line in lines.hashed if _is_meant(line[1], where))]
    entries = [_entry(line, number) for number, line in meant]
    return [entry.key for entry in entries if entry is not None and entry.key is not None]


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int, _size: int) -> _Lines:
    found = _Lines({}, [])
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        names = _names(text)
        if any(name.startswith(_HASHED) for name in names):
            found.hashed.append((number, text))
        else:
            for name in names:
                found.by_name.setdefault(name, []).append((number, text))
    return found


def _names(line: str) -> list[str]:
    return line.split(" ", 1)[0].split(",")


def _is_meant(line: str, where: str) -> bool:
    return any(paramiko.HostKeys.hash_host(where, name) == name for name in _names(line) if name.startswith(_HASHED))


def _entry(line: str, number: int) -> HostKeyEntry | None:
    """An entry of the file, as paramiko reads it; a line that is none is passed over, as ssh does."""
    try:
        return HostKeyEntry.from_line(line, number)
    except (InvalidHostKey, paramiko.SSHException):
        return None
