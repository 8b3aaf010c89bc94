"""Desired against present, attribute by attribute, and the three-way comparison before something is put back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fellesdrift.state.typed import compare as typed
from fellesdrift.state.typed import people
from fellesdrift.state.typed.claims import Claim
from fellesdrift.state.typed.compare import Conflict, Difference, differences, joined, narrowed
from fellesdrift.state.typed.kinds import Keys, Resources, attribute
from fellesdrift.state.windows.catalogue import KINDS

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
    """What of `desired` (checked) is not so. have: of `read_host`, with every key that is desired."""
    return typed.compare(KINDS, desired, have)


def changes_of(found: Iterable[Difference]) -> dict[str, Keys]:
    """What has to become of each resource that differs, by kind and key: the wanted values."""
    return typed.changes_of(KINDS, found)


def told(difference: Difference) -> tuple[str, str]:
    """(wanted, present) for people; nothing of a person."""
    return people.told(KINDS, difference)


def shown(resources: Resources, beside: Resources | None = None) -> Resources:
    """Resources as a diff or a log may have them: nothing of a person. beside: the other side of a diff."""
    return people.shown(KINDS, resources, beside)


def three_way(before: Resources, after: Resources, present: Resources) -> list[Conflict]:
    """What somebody else changed since: attributes whose present value is neither the recorded after (still ours to
    undo) nor the recorded before (already undone), and nothing of a person. present: of `read_host` for both."""
    found = []
    for kind, key, was, made, now in typed.suspected(KINDS, before, after, present):
        there = narrowed(kind, now, made)
        for attr in made:
            claim = attribute(kind, attr).claim
            values = [each.get(attr) for each in (was, made, there)]
            if not any(_same(claim, values[2], each) for each in values[:2]):
                found.append(people.told_conflict(KINDS, Conflict(kind.name, key, attr, *values)))
    return found


def _same(claim: Claim, left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    return not any(claim.differs(right, left))
