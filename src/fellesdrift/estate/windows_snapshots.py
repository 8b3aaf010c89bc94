"""The snapshot of a Windows host, `HOST.json`: what it has, kind by kind; typed, one resource a line.

    {"schema": "fellesdrift.windows/1", "computer": "SAN-FILE1", "system": {...},
     "kinds": {"service": {"W32Time": {"start": "auto"}}}, "unread": {"printer": "FD322"}}

Nobody's name is in it: an account that Windows did not bring along and that the estate does not call one of service is
`<person 1>`, `<person 2>`, ... A registry value whose name says that it is a secret is `<secret>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fellesdrift.estate import typed_snapshots
from fellesdrift.estate.snapshots import REDACTED
from fellesdrift.estate.typed_snapshots import PRESENT, Kinds

SCHEMA = "fellesdrift.windows/1"
SECRET_NAME = re.compile(r"passw|passord|pwd|secret|hemmelig|passphrase|credential", re.IGNORECASE)
"""What the name of a registry value that holds a secret has in it."""


@dataclass(frozen=True)
class WindowsSnapshot:
    """computer: its NetBIOS name. system: what it says of itself, for people. kinds: kind -> key -> attribute -> value.
    unread: the kinds that it could not answer -> the error's code."""

    computer: str
    system: Mapping[str, Any] = field(default_factory=dict)
    kinds: Kinds = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)


def computer_of(host: str) -> str:
    """The NetBIOS name of a host of the inventory: 15 capital letters."""
    return host.upper()[:15]


def read(text: str) -> WindowsSnapshot:
    """Raises SnapshotFormError."""
    data = typed_snapshots.parse(text, SCHEMA)
    computer = data.get("computer")
    if not isinstance(computer, str) or not computer:
        raise typed_snapshots.SnapshotFormError("no computer name")
    # what is in a snapshot is there
    whole = {
        kind: {key: {PRESENT: True} | resource for key, resource in keys.items()}
        for kind, keys in data["kinds"].items()
    }
    return WindowsSnapshot(computer, data["system"], whole, data["unread"])


def text_of(snapshot: WindowsSnapshot) -> str:
    """As it is written."""
    header = {"computer": snapshot.computer, "system": snapshot.system, "unread": snapshot.unread}
    return typed_snapshots.text_of(SCHEMA, header, snapshot.kinds)


def secrets_in(snapshot: WindowsSnapshot) -> list[str]:
    """Where a value stands whose name says that it is a secret: "registry/HKLM\\SOFTWARE\\X/Password"."""
    return [where for where, name, value in _values(snapshot.kinds) if SECRET_NAME.search(name) and not _known(value)]


def _known(value: Any) -> bool:
    data = value.get("data") if isinstance(value, dict) else value
    return data in (REDACTED, "", None, [], 0)


def without_secrets(kinds: Kinds) -> Kinds:
    """The same, with `<secret>` in place of each registry value whose name says that it is one."""
    found = {kind: {key: dict(resource) for key, resource in keys.items()} for kind, keys in kinds.items()}
    for resource in found.get("registry", {}).values():
        values = resource.get("values")
        if isinstance(values, dict):
            resource["values"] = {
                name: {**value, "data": REDACTED} if SECRET_NAME.search(name) and not _known(value) else value
                for name, value in values.items()
            }
    return found


def _values(kinds: Kinds) -> Iterator[tuple[str, str, Any]]:
    for key, resource in kinds.get("registry", {}).items():
        values = resource.get("values")
        if isinstance(values, dict):
            yield from ((f"registry/{key}/{name}", name, value) for name, value in values.items())
