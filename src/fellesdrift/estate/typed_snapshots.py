"""What the snapshots of hosts without a configuration have in common: JSON, typed, one resource a line.

{"schema": "fellesdrift.windows/1", ..., "kinds": {"service": {"W32Time": {"start": "auto"}}}, "unread": {...}}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

SUFFIX = ".json"
PRESENT = "present"
_HEAD = 200

type Kinds = dict[str, dict[str, dict[str, Any]]]


class SnapshotFormError(ValueError):
    """The text is no snapshot of that form; its message says where and why."""


def is_typed(text: str) -> bool:
    """Whether a snapshot is of this form; a configuration of a network device never begins with a brace."""
    return text.lstrip()[:1] == "{"


def has_schema(text: str, schema: str) -> bool:
    """Whether a typed snapshot says that it is of this schema. It may be damaged all the same."""
    return is_typed(text) and _json(schema) in text[:_HEAD]


def file_name(host: str, text: str) -> str:
    """What the file of a snapshot is called."""
    return f"{host}{SUFFIX if is_typed(text) else '.cfg'}"


def parse(text: str, schema: str) -> dict[str, Any]:
    """The data; `kinds`, `system` and `unread` are mappings, and so is every resource. Raises SnapshotFormError."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise SnapshotFormError(f"no JSON: {error}") from error
    if not isinstance(data, dict) or data.get("schema") != schema:
        raise SnapshotFormError(f"schema {data.get('schema')!r}" if isinstance(data, dict) else type(data).__name__)
    found: dict[str, Any] = {"system": {}, "unread": {}, "kinds": {}} | data
    for where, value in _mappings(found["kinds"]):
        if not isinstance(value, dict):
            raise SnapshotFormError(f"{where}: {type(value).__name__} in place of a mapping")
    if not isinstance(found["system"], dict) or not isinstance(found["unread"], dict):
        raise SnapshotFormError("system and unread must be mappings")
    found["unread"] = {str(kind): str(code) for kind, code in found["unread"].items()}
    return found


def _mappings(kinds: Any) -> Iterator[tuple[str, Any]]:
    yield "kinds", kinds
    if not isinstance(kinds, dict):
        return
    for kind, keys in kinds.items():
        yield kind, keys
        if isinstance(keys, dict):
            yield from ((f"{kind}/{key}", resource) for key, resource in keys.items())


def text_of(schema: str, header: Mapping[str, Any], kinds: Mapping[str, Mapping[str, Any]]) -> str:
    """As it is written: sorted, one resource a line, so that a diff shows what changed."""
    lines = [f' "schema": {_json(schema)},', *(f" {_json(name)}: {_json(value)}," for name, value in header.items())]
    lines += [' "kinds": {', *(line for kind in sorted(kinds) for line in _kind(kind, kinds[kind]))]
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
