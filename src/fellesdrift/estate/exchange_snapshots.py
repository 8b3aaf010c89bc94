"""The snapshot of an exchange, `HOST.json`: what its prints say, kind by kind; typed, one resource a line.

    {"schema": "fellesdrift.exchange/1", "exchange": "san-meridian1", "system": {...}, "unread": {},
     "alike": {"3902": {"fields": {"NCOS": "1", ...}, ...}},
     "kinds": {"set": {"004 0 00 00": {"type": "3902", "keys": {"00": {"dn": "1000"}}}}, ...}}

`exchange` is the inventory's name for it, for an exchange has none of its own. A set says only in what it differs from
most of its type (`alike`). Nobody's name is in it: one that the estate does not call that of a place is `<person>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fellesdrift.estate import alike, typed_snapshots
from fellesdrift.estate.typed_snapshots import PRESENT, Kinds, SnapshotFormError

SCHEMA = "fellesdrift.exchange/1"
SET = "set"
PERSON = "<person>"


@dataclass(frozen=True)
class ExchangeSnapshot:
    """exchange: its inventory name. system: what it says of itself, for people. kinds: kind -> key -> attribute ->
    value. unread: the kinds that it could not answer -> the error's code."""

    exchange: str
    system: Mapping[str, Any] = field(default_factory=dict)
    kinds: Kinds = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)


def is_exchange(text: str) -> bool:
    """Whether a snapshot says that it is of an exchange."""
    return typed_snapshots.has_schema(text, SCHEMA)


def read(text: str) -> ExchangeSnapshot:
    """Raises SnapshotFormError."""
    data = typed_snapshots.parse(text, SCHEMA)
    exchange, shared = data.get("exchange"), data.get("alike", {})
    if not isinstance(exchange, str) or not exchange:
        raise SnapshotFormError("no name of the exchange")
    if not isinstance(shared, dict) or not all(isinstance(each, dict) for each in shared.values()):
        raise SnapshotFormError("alike must be a mapping of mappings")
    kinds: Kinds = data["kinds"]
    if SET in kinds:
        kinds[SET] = {key: _whole(shared, key, one) for key, one in kinds[SET].items()}
    # what is in a snapshot is there
    there = {kind: {key: {PRESENT: True} | one for key, one in keys.items()} for kind, keys in kinds.items()}
    return ExchangeSnapshot(exchange, data["system"], there, data["unread"])


def _whole(shared: Mapping[str, Any], key: str, one: Mapping[str, Any]) -> dict[str, Any]:
    kind = one.get("type")
    if not isinstance(kind, str) or kind not in shared:
        raise SnapshotFormError(f"{SET}/{key}: type {kind!r}, which is not in `alike`")
    try:
        return alike.whole(shared[kind], one)
    except TypeError as error:
        raise SnapshotFormError(f"{SET}/{key}: {error}") from error


def _plain(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name != PRESENT}


def text_of(snapshot: ExchangeSnapshot) -> str:
    """As it is written. Every set has a `type`."""
    sets = {key: _plain(one) for key, one in snapshot.kinds.get(SET, {}).items()}
    by_type: dict[str, list[Mapping[str, Any]]] = {}
    for one in sets.values():
        by_type.setdefault(str(one["type"]), []).append(one)
    shared = {kind: alike.common(each) for kind, each in sorted(by_type.items())}
    short = {key: {**alike.short(shared[str(one["type"])], one), "type": one["type"]} for key, one in sets.items()}
    header = {
        "exchange": snapshot.exchange,
        "system": snapshot.system,
        "unread": snapshot.unread,
        "alike": shared,
    }
    kinds = {**snapshot.kinds, SET: short} if SET in snapshot.kinds else snapshot.kinds
    return typed_snapshots.text_of(SCHEMA, header, kinds)
