"""Desired against present, attribute by attribute, and the three-way comparison before something is put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fellesdrift.state.windows.catalogue import KINDS
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Resource, Resources, attribute


@dataclass(frozen=True)
class Difference:
    """One attribute that is not as desired. member: of an attribute that is claimed member by member."""

    kind: str
    key: str
    attribute: str
    want: Any
    have: Any
    member: str | None = None

    @property
    def where(self) -> str:
        """For people."""
        return "/".join((self.kind, self.key, self.attribute, *([self.member] if self.member is not None else [])))


@dataclass(frozen=True)
class Conflict:
    """One attribute that is neither what was there before our change nor what we made of it."""

    kind: str
    key: str
    attribute: str
    before: Any
    after: Any
    present: Any


def compare(desired: Resources, have: Resources) -> list[Difference]:
    """What of `desired` (checked) is not so. have: of `read_host`, with every key that is desired."""
    return [
        difference
        for name, by_key in desired.items()
        for key, want in by_key.items()
        for difference in differences(KINDS[name], key, want, have[name][key])
    ]


def differences(kind: Kind, key: str, want: Resource, have: Resource) -> Iterator[Difference]:
    """What of one resource is not as wanted. A resource that is not there at all differs in everything claimed."""
    if not have[PRESENT] or not want.get(PRESENT, True):
        if have[PRESENT] != want.get(PRESENT, True):
            for name, value in want.items():
                yield Difference(kind.name, key, name, value, have.get(name))
        return
    for name, value in want.items():
        known = attribute(kind, name)
        there = have.get(name)
        if not known.members:
            if not known.same(there, value):
                yield Difference(kind.name, key, name, value, there)
            continue
        members = {member.lower(): found for member, found in (there or {}).items()}
        for member, wanted in value.items():
            found = members.get(member.lower())
            if not (found == wanted or (found is not None and wanted is not None and known.same(found, wanted))):
                yield Difference(kind.name, key, name, wanted, found, member)


def member_of(value: Mapping[str, Any] | None, member: str) -> Any:
    """A member without regard to case; None when it is not there."""
    return next((each for name, each in (value or {}).items() if name.lower() == member.lower()), None)


def changes_of(found: list[Difference]) -> dict[str, Keys]:
    """What has to become of each resource that differs, by kind and key: the wanted values."""
    result: dict[str, Keys] = {}
    for each in found:
        resource = result.setdefault(each.kind, {}).setdefault(each.key, {})
        if each.member is None:
            resource[each.attribute] = each.want
        else:
            resource.setdefault(each.attribute, {})[each.member] = each.want
    return result


def narrowed(kind: Kind, have: Resource, claimed: Mapping[str, Any]) -> Resource:
    """Of a resource only what is claimed, and all of it where it is claimed to be absent."""
    if not have[PRESENT]:
        return dict(ABSENT)
    if not claimed.get(PRESENT, True):
        return dict(have)
    found: Resource = {}
    for name, value in claimed.items():
        if attribute(kind, name).members:
            found[name] = {member: member_of(have.get(name), member) for member in value}
        else:
            found[name] = have.get(name)
    return found


def joined(kind: Kind, first: Resource, then: Resource) -> Resource:
    """Two claims about one resource, the second one winning; an absent one is nothing but absent."""
    if not then.get(PRESENT, True):
        return dict(then)
    if not first.get(PRESENT, True):
        return {**then, PRESENT: True}
    result = dict(first)
    for name, value in then.items():
        result[name] = {**result.get(name, {}), **value} if attribute(kind, name).members else value
    return result


def three_way(before: Resources, after: Resources, present: Resources) -> list[Conflict]:
    """What somebody else changed since: attributes whose present value is neither the recorded after (still ours to
    undo) nor the recorded before (already undone). present: of `read_host` for both."""
    found = []
    for name, by_key in after.items():
        kind = KINDS[name]
        for key, made in by_key.items():
            was, now = before.get(name, {}).get(key, dict(ABSENT)), present[name][key]
            if any(not any(differences(kind, key, claim, now)) for claim in (made, was)):
                continue
            for attr in made:
                known = attribute(kind, attr)
                values = [each.get(attr) for each in (was, made, narrowed(kind, now, made))]
                if not any(_same(known, values[2], each) for each in values[:2]):
                    found.append(Conflict(name, key, attr, *values))
    return found


def _same(known: Attribute, left: Any, right: Any) -> bool:
    if known.members and left is not None and right is not None:
        return all(
            (there := member_of(left, member)) == value
            or (there is not None and value is not None and known.same(there, value))
            for member, value in right.items()
        )
    return bool(left == right) or (left is not None and right is not None and known.same(left, right))
