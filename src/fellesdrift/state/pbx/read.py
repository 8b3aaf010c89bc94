"""Reads all wanted kinds of an exchange in one session, by whole prints."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from fellesdrift.state.pbx.catalogue import KINDS
from fellesdrift.state.pbx.desired import one_of
from fellesdrift.state.pbx.exchange import Exchange
from fellesdrift.state.pbx.kinds import ABSENT, Keys, Resources


def read_exchange(exchange: Exchange, wanted: Mapping[str, Mapping[str, Any]]) -> Resources:
    """What the exchange has for every key of `wanted` (checked), whole; ABSENT for what it does not have. Raises
    SessionError, UnreadablePrintError."""
    whole = _whole(exchange, [name for name, by_key in wanted.items() if by_key])
    return {
        name: {key: whole[name].get(key, dict(ABSENT)) for key in by_key} if by_key else {}
        for name, by_key in wanted.items()
    }


def read_all(exchange: Exchange, names: Collection[str]) -> Resources:
    """Every resource of these kinds, whole. Raises DesiredError for an unknown kind, and what `read_exchange` does."""
    for name in names:
        one_of("kinds", name, KINDS)
    whole = _whole(exchange, names)
    return {name: dict(whole[name]) for name in names}


def purged(exchange: Exchange, wanted: Resources, purge: Collection[str]) -> Resources:
    """The wanted resources, and absence for all others of the kinds in `purge`. Raises DesiredError for a kind that
    cannot be."""
    result = {name: dict(by_key) for name, by_key in wanted.items()}
    for name in purge:
        one_of("purge", name, [known for known, kind in KINDS.items() if kind.removable and kind.purgeable])
        claimed = result.setdefault(name, {})
        for key, resource in exchange.whole(KINDS[name]).items():
            if key not in claimed and KINDS[name].ours(key, resource):
                claimed[key] = dict(ABSENT)
    return result


def _whole(exchange: Exchange, names: Collection[str]) -> dict[str, Keys]:
    """Of each kind everything, in the order in which they are printed."""
    return {name: exchange.whole(kind) for name, kind in KINDS.items() if name in names}
