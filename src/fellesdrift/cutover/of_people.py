"""What of a change is about people: recorded apart from the rest, in the rows of the journal that retention erases.

A record that leads back (`before`, `after`) has the values that are somebody's, such as the name that a telephone
shows, among its personal data; its payload says that there is a resource and what else it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fellesdrift.journal import Record
    from fellesdrift.state.typed.kinds import TypedKind

_SIDES = ("before", "after")


def parted(payload: dict[str, Any], kinds: Mapping[str, TypedKind]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """(payload without what is about people, that alone; None when there is none of it). kinds: the catalogue whose
    resources it has."""

    def of_people(kind: str, name: str) -> bool:
        known = kinds[kind].attributes.get(name)
        return known is not None and known.personal

    public, personal = dict(payload), {}
    for side in _SIDES:
        if side in payload:
            public[side] = _narrowed(payload[side], lambda kind, name: not of_people(kind, name))
            theirs = _narrowed(payload[side], of_people)
            found = {kind: {key: one for key, one in keys.items() if one} for kind, keys in theirs.items()}
            if found := {kind: keys for kind, keys in found.items() if keys}:
                personal[side] = found
    return public, personal or None


def whole(record: Record) -> dict[str, Any]:
    """A record's payload with what of it is about people, as far as that was not erased."""
    payload = record.payload or {}
    personal = (record.personal or {}) if payload else {}
    return payload | {side: _joined(payload.get(side, {}), personal[side]) for side in _SIDES if side in personal}


def without_erased(resources: dict[str, Any]) -> dict[str, Any]:
    """A recorded side without names that are not known any more."""
    names = {key: one for key, one in resources.get("name", {}).items() if one.get("present") is False or "name" in one}
    return {kind: names if kind == "name" else keys for kind, keys in resources.items() if kind != "name" or names}


def _narrowed(resources: dict[str, Any], wanted: Callable[[str, str], bool]) -> dict[str, Any]:
    return {
        kind: {key: {name: value for name, value in one.items() if wanted(kind, name)} for key, one in keys.items()}
        for kind, keys in resources.items()
    }


def _joined(public: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    return {
        kind: {key: one | theirs.get(kind, {}).get(key, {}) for key, one in keys.items()}
        for kind, keys in public.items()
    }
