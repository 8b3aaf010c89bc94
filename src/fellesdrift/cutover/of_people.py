"""What of a change is about people: recorded apart from the rest, in the rows of the journal that retention erases.

A record that leads back (`before`, `after`) has the values that are somebody's, such as the name that a telephone
shows, among its personal data; its payload says that there is a resource, what else it is, and which values are apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fellesdrift.journal import Record
    from fellesdrift.state.typed.kinds import TypedKind

type Resources = dict[str, dict[str, dict[str, Any]]]
type Place = tuple[str, str, str]

_SIDES = ("before", "after")
APART: dict[str, Any] = {"kept apart": "personal"}
"""What a payload has for a value that is kept apart, and all that is left of it when that is erased: what several
records join to must not take a later value for one that is not known any more. Nobody's name is a mapping, so no host
takes it for one."""
_NAMED_BY = {"name": "name"}
"""Kinds whose resources cannot be claimed without that attribute."""


@dataclass(frozen=True)
class Known:
    """What a way back still knows. before, after: without what is erased; erased: the resources (kind/key) of which
    something is to be left as it is, because nobody knows what was there."""

    before: Resources
    after: Resources
    erased: list[str]


def parted(payload: dict[str, Any], kinds: Mapping[str, TypedKind]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """(payload with APART for what is about people, that alone; None when there is none of it). kinds: the catalogue
    whose resources it has."""

    from fellesdrift.state.typed.people import personal

    def of_people(kind: str, name: str) -> bool:
        return name in personal(kinds[kind])

    public, apart = dict(payload), {}
    for side in _SIDES:
        if side in payload:
            public[side] = {
                kind: {
                    key: {name: dict(APART) if of_people(kind, name) else value for name, value in one.items()}
                    for key, one in keys.items()
                }
                for kind, keys in payload[side].items()
            }
            theirs = _narrowed(payload[side], of_people)
            found = {kind: {key: one for key, one in keys.items() if one} for kind, keys in theirs.items()}
            if found := {kind: keys for kind, keys in found.items() if keys}:
                apart[side] = found
    return public, apart or None


def is_of_people(place: Place) -> bool:
    """Whether what stands there, of a Windows host or an exchange, is somebody's."""
    from fellesdrift.state import pbx, windows  # the sessions that these bring are for nobody who finds no difference
    from fellesdrift.state.typed.people import personal

    kind, _, attribute = place
    families: tuple[Mapping[str, TypedKind], ...] = (pbx.KINDS, windows.KINDS)
    return any(kind in kinds and attribute in personal(kinds[kind]) for kinds in families)


def whole(record: Record) -> dict[str, Any]:
    """A record's payload with what of it is about people; APART stays where that was erased."""
    payload = record.payload or {}
    personal = (record.personal or {}) if payload else {}
    return payload | {side: _joined(payload.get(side, {}), personal[side]) for side in _SIDES if side in personal}


def known(before: Resources, after: Resources) -> Known:
    """What is left of both sides. Of a value that is not put back, nobody asks whether somebody else has changed it."""
    left = without_erased(before)
    lost = [
        f"{kind}/{key}"
        for kind, keys in before.items()
        for key, one in keys.items()
        if left.get(kind, {}).get(key) != one
    ]
    return Known(left, without_erased(after, before), lost)


def without_erased(resources: Resources, *beside: Resources) -> Resources:
    """A recorded side without the values that are not known any more, on it or on one of those beside it."""
    erased = {place for side in (resources, *beside) for place in _erased(side)}
    left: Resources = {}
    for kind, keys in resources.items():
        for key, one in keys.items():
            rest = {name: value for name, value in one.items() if (kind, key, name) not in erased}
            if (rest or not one) and _can_be_claimed(kind, rest):
                left.setdefault(kind, {})[key] = rest
    return left


def with_erased_as(stand_in: str, resources: Mapping[str, Any]) -> dict[str, Any]:
    """Resources with a stand-in for every value that is not known any more; what is of no such form stays."""

    def known_as(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return stand_in if value == APART else {name: known_as(each) for name, each in value.items()}

    return {kind: known_as(keys) for kind, keys in resources.items()}


def _erased(resources: Resources) -> Iterator[Place]:
    for kind, keys in resources.items():
        for key, one in keys.items():
            yield from ((kind, key, name) for name, value in one.items() if value == APART)


def _can_be_claimed(kind: str, resource: Mapping[str, Any]) -> bool:
    needed = _NAMED_BY.get(kind)
    return needed is None or needed in resource or resource.get("present") is False


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
