"""An exchange: desired against present, and the three-way comparison before something is put back. Nothing of a person
is told."""

from __future__ import annotations

from collections.abc import Iterable

from fellesdrift.state.pbx.catalogue import KINDS
from fellesdrift.state.pbx.kinds import Kind
from fellesdrift.state.typed import compare as typed
from fellesdrift.state.typed import people
from fellesdrift.state.typed.compare import Conflict, Difference, differences, joined, narrowed
from fellesdrift.state.typed.kinds import Keys, Resource, Resources, attribute

__all__ = [
    "Conflict",
    "Difference",
    "changes_of",
    "compare",
    "differences",
    "joined",
    "narrowed",
    "shown",
    "three_way",
    "told",
]


def compare(desired: Resources, have: Resources) -> list[Difference]:
    """What of `desired` (checked) is not so. have: of `read_exchange`, with every key that is desired."""
    return typed.compare(KINDS, desired, have)


def changes_of(found: Iterable[Difference]) -> dict[str, Keys]:
    """What has to become of each resource that differs, by kind and key: the wanted values."""
    return typed.changes_of(KINDS, found)


def told(difference: Difference) -> tuple[str, str]:
    """(wanted, present) for people; nothing of a person."""
    return people.told(KINDS, difference)


def three_way(before: Resources, after: Resources, present: Resources) -> list[Conflict]:
    """What somebody else changed since: attributes whose present value is neither the recorded after (still ours to
    undo) nor the recorded before (already undone), and nothing of a person. present: of `read_exchange` for both."""
    return [
        _conflict(kind, key, attr, was, made, now)
        for kind, key, was, made, now in typed.suspected(KINDS, before, after, present)
        for attr in made
        if _is_other(kind, attr, was, made, now)
    ]


def _is_other(kind: Kind, attr: str, was: Resource, made: Resource, now: Resource) -> bool:
    """Whether an attribute is neither of both, looked at part by part."""
    if attr not in now:
        return made[attr] is not None and was.get(attr) is not None
    claim = attribute(kind, attr).claim
    from_made = {member for member, _, _ in claim.differs(made[attr], now[attr])}
    if not from_made:
        return False
    if was.get(attr) is None:
        return True
    from_was = {member for member, _, _ in claim.differs(was[attr], now[attr])}
    places = None in from_made or isinstance(made[attr], list)
    return bool(from_was) if places else bool(from_made & from_was)


def _conflict(kind: Kind, key: str, attr: str, was: Resource, made: Resource, now: Resource) -> Conflict:
    there = narrowed(kind, now, {attr: made[attr]}).get(attr)
    return people.told_conflict(KINDS, Conflict(kind.name, key, attr, was.get(attr), made[attr], there))


def shown(resources: Resources, beside: Resources | None = None) -> Resources:
    """Resources as a diff, a log or a report may have them: nothing of a person. beside: the other side of a diff; a
    value that differs from it is said to be another one."""
    return people.shown(KINDS, resources, beside)
