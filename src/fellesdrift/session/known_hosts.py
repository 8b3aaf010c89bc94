"""The keys that a file of known hosts has for one address.

paramiko reads the whole file for every connection: among a thousand devices that costs more than all the rest of a
session. Here a file is read once, until it changes.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import paramiko
from paramiko.hostkeys import HostKeyEntry, InvalidHostKey


class _Keys(NamedTuple):
    """by_name: a name as it stands in the file -> its keys; hashed: entries whose name only a comparison tells."""

    by_name: dict[str, list[paramiko.PKey]]
    hashed: list[HostKeyEntry]


def known_keys(path: Path, where: str) -> list[paramiko.PKey]:
    """The keys of `where` (an address, or "[address]:port"); [] when there is no such file or no such entry."""
    path = path.expanduser()
    try:
        status = path.stat()
    except OSError:
        return []
    keys = _read(path, status.st_mtime_ns, status.st_size)
    found = list(keys.by_name.get(where, ()))
    for entry in keys.hashed:
        if any(paramiko.HostKeys.hash_host(where, name) == name for name in entry.hostnames or ()):
            found += [entry.key] if entry.key is not None else []
    return found


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int, _size: int) -> _Keys:
    keys = _Keys({}, [])
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        entry = _entry(line.strip(), number)
        if entry is None or entry.key is None or not entry.hostnames:
            continue
        if any(name.startswith("|1|") for name in entry.hostnames):
            keys.hashed.append(entry)
        else:
            for name in entry.hostnames:
                keys.by_name.setdefault(name, []).append(entry.key)
    return keys


def _entry(line: str, number: int) -> HostKeyEntry | None:
    """An entry of the file, as paramiko reads it; a line that is none is passed over, as ssh does."""
    if not line or line.startswith("#"):
        return None
    try:
        return HostKeyEntry.from_line(line, number)
    except (InvalidHostKey, paramiko.SSHException):
        return None
