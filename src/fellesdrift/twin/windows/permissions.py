"""Who may use a share: access control entries, and how WMI shows them as objects within objects."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

# a share that is made without anything said: everybody may read ([MS-SRVS]; since 2003)
READ = 0x1200A9
FULL = 0x1F01FF
_DACL_PRESENT = 4


@dataclass(frozen=True)
class Entry:
    """kind: 0 allows, 1 denies."""

    name: str
    sid: str
    mask: int
    kind: int = 0
    domain: str | None = None


EVERYBODY = Entry("Alle", "S-1-1-0", READ)


class NoEntryError(Exception):
    """An object that is no entry: without a trustee who is known by his SID."""


def descriptor(entries: tuple[Entry, ...]) -> dict[str, Any]:
    """A Win32_SecurityDescriptor; what a dictionary holds is an object to WMI."""
    dacl = [
        {"AccessMask": each.mask, "AceFlags": 0, "AceType": each.kind, "Trustee": _trustee(each)} for each in entries
    ]
    return {"ControlFlags": 0x8000 | _DACL_PRESENT, "DACL": dacl, "Group": None, "Owner": None}


def _trustee(entry: Entry) -> dict[str, Any]:
    sid = list(sid_bytes(entry.sid))
    return {"Domain": entry.domain, "Name": entry.name, "SID": sid, "SIDString": entry.sid, "SidLength": len(sid)}


def sid_bytes(text: str) -> bytes:
    """A SID as its bytes ([MS-DTYP], packet representation)."""
    revision, authority, *rest = (int(part) for part in text.removeprefix("S-").split("-"))
    return bytes((revision, len(rest))) + authority.to_bytes(6) + struct.pack(f"<{len(rest)}I", *rest)


def sid_text(data: bytes) -> str:
    """The reverse. Raises NoEntryError."""
    if len(data) < 8 or len(data) != 8 + 4 * data[1]:
        raise NoEntryError
    numbers = (data[0], int.from_bytes(data[2:8]), *struct.unpack(f"<{data[1]}I", data[8:]))
    return "S-" + "-".join(str(number) for number in numbers)


def entries_of(objects: list[dict[str, list[Any]]], names: dict[str, tuple[str | None, str]]) -> tuple[Entry, ...]:
    """Entries as they came, by lower-case property; names: (domain, name) by SID. Raises NoEntryError."""
    found = []
    for each in objects:
        trustee = next(iter(each.get("trustee", [])), None)
        if not isinstance(trustee, dict):
            raise NoEntryError
        try:
            sid = sid_text(bytes(int(byte) for byte in trustee.get("sid", [])))
            mask, kind = (int(next(iter(each.get(name, ["0"])))) for name in ("accessmask", "acetype"))
        except (ValueError, TypeError) as error:
            raise NoEntryError from error
        if sid not in names:
            raise NoEntryError
        found.append(Entry(names[sid][1], sid, mask, kind, names[sid][0]))
    return tuple(found)
