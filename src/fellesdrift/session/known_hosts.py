"""The keys that a file of known hosts has for one address.

paramiko reads the whole file for every connection: among a thousand devices that costs more than all the rest of a
session. Here a file is read once, until it changes, and of its keys only those that are asked for are made: ten
thousand of them take seconds and hundreds of megabytes in each process that reads devices.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import threading
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import paramiko

_HASHED = "|1|"


class _Lines(NamedTuple):
    """by_name: a name as it stands in the file -> its lines with their numbers; hashed: lines with names that only a
    comparison tells."""

    by_name: dict[str, list[tuple[int, str]]]
    hashed: list[tuple[int, str]]


_reading = threading.Lock()
"""A cache lets all threads that begin at once do its work."""


class KnownKey(NamedTuple):
    """A key as it stands in the file: ssh-ed25519, and its bytes."""

    algorithm: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """SHA256:..., as ssh-keygen shows it."""
        return f"SHA256:{base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip('=')}"


def known_keys(path: Path, where: str) -> list[paramiko.PKey]:
    """The keys of `where` (an address, or "[address]:port"); [] when there is no such file or no such entry."""
    from paramiko import SSHException
    from paramiko.hostkeys import HostKeyEntry, InvalidHostKey

    found = []
    for number, line in _meant(path, where):
        # a line that is none is passed over, as ssh does
        with suppress(InvalidHostKey, SSHException, ValueError):
            entry = HostKeyEntry.from_line(line, number)
            if entry is not None and entry.key is not None:
                found.append(entry.key)
    return found


def known_blobs(path: Path, where: str) -> list[KnownKey]:
    """The same, not made into keys."""
    found = []
    for _, line in _meant(path, where):
        with suppress(ValueError, binascii.Error):
            _, algorithm, blob, *_ = line.split()
            found.append(KnownKey(algorithm, base64.b64decode(blob, validate=True)))
    return found


def _meant(path: Path, where: str) -> list[tuple[int, str]]:
    path = path.expanduser()
    try:
        status = path.stat()
    except OSError:
        return []
    with _reading:
        lines = _read(path, status.st_mtime_ns, status.st_size)
    return [*lines.by_name.get(where, ()), *(line for line in lines.hashed if _is_meant(line[1], where))]


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
    return any(_is_hash_of(name, where) for name in _names(line) if name.startswith(_HASHED))


def _is_hash_of(name: str, where: str) -> bool:
    """`|1|salt|HMAC-SHA1 of the name`, both in base 64 (sshd(8), HashKnownHosts)."""
    try:
        salt, digest = (base64.b64decode(part) for part in name.removeprefix(_HASHED).split("|"))
    except ValueError:
        return False
    return hmac.digest(salt, where.encode(), "sha1") == digest
