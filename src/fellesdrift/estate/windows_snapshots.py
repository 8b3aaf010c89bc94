"""The snapshot of a Windows host, `HOST.json`: what it has, kind by kind; typed, one resource a line.

    {"schema": "fellesdrift.windows/1", "computer": "SAN-FILE1", "system": {...},
     "kinds": {"service": {"W32Time": {"start": "auto"}}}, "unread": {"printer": "FD322"}}

Nobody's name is in it: an account that Windows did not bring along and that the estate does not call one of service is
`<person 1>`, `<person 2>`, ... A registry value whose name says that it is a secret is `<secret>`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fellesdrift.estate.snapshots import REDACTED

SCHEMA = "fellesdrift.windows/1"
SUFFIX = ".json"
PRESENT = "present"
SECRET_NAME = re.compile(r"passw|passord|pwd|secret|hemmelig|passphrase|credential", re.IGNORECASE)
"""What the name of a registry value that holds a secret has in it."""

type Kinds = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True)
class WindowsSnapshot:
    """computer: its NetBIOS name. system: what it says of itself, for people. kinds: kind -> key -> attribute -> value.
    unread: the kinds that it could not answer -> the error's code."""

    computer: str
    system: Mapping[str, Any] = field(default_factory=dict)
    kinds: Kinds = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)


class SnapshotFormError(ValueError):
    """The text is no snapshot of a Windows host; its message says where and why."""


def is_windows(text: str) -> bool:
    """Whether a snapshot is of this form; a configuration of a network device never begins with a brace."""
    return text.lstrip()[:1] == "{"


def file_name(host: str, text: str) -> str:
    """What the file of a snapshot is called."""
    return f"{host}{SUFFIX if is_windows(text) else '.cfg'}"


def computer_of(host: str) -> str:
    """The NetBIOS name of a host of the inventory: 15 capital letters."""
    return host.upper()[:15]


def read(text: str) -> WindowsSnapshot:
    """Raises SnapshotFormError."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise SnapshotFormError(f"no JSON: {error}") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise SnapshotFormError(f"schema {data.get('schema')!r}" if isinstance(data, dict) else type(data).__name__)
    computer, kinds = data.get("computer"), data.get("kinds", {})
    if not isinstance(computer, str) or not computer:
        raise SnapshotFormError("no computer name")
    for where, value in _mappings(kinds):
        if not isinstance(value, dict):
            raise SnapshotFormError(f"{where}: {type(value).__name__} in place of a mapping")
    system, unread = data.get("system", {}), data.get("unread", {})
    if not isinstance(system, dict) or not isinstance(unread, dict):
        raise SnapshotFormError("system and unread must be mappings")
    # what is in a snapshot is there
    whole = {kind: {key: {PRESENT: True} | resource for key, resource in keys.items()} for kind, keys in kinds.items()}
    return WindowsSnapshot(computer, system, whole, {str(kind): str(code) for kind, code in unread.items()})


def _mappings(kinds: Any) -> Iterator[tuple[str, Any]]:
    yield "kinds", kinds
    if not isinstance(kinds, dict):
        return
    for kind, keys in kinds.items():
        yield kind, keys
        if isinstance(keys, dict):
            yield from ((f"{kind}/{key}", resource) for key, resource in keys.items())


def text_of(snapshot: WindowsSnapshot) -> str:
    """As it is written: sorted, one resource a line, so that a diff shows what changed."""
    lines = [f' "schema": {_json(SCHEMA)},', f' "computer": {_json(snapshot.computer)},']
    lines += [f' "system": {_json(snapshot.system)},', f' "unread": {_json(snapshot.unread)},', ' "kinds": {']
    lines += [line for kind in sorted(snapshot.kinds) for line in _kind(kind, snapshot.kinds[kind])]
    lines[-1] = lines[-1].rstrip(",")
    return "{\n" + "\n".join([*lines, " }"]) + "\n}\n"


def _kind(kind: str, keys: Mapping[str, Any]) -> list[str]:
    rows = [f"   {_json(key)}: {_json(_plain(keys[key]))}," for key in sorted(keys, key=lambda key: (key.lower(), key))]
    if not rows:
        return [f"  {_json(kind)}: {{}},"]
    return [f"  {_json(kind)}: {{", *rows[:-1], rows[-1][:-1], "  },"]


def _plain(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if (name, value) != (PRESENT, True)}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


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
