"""Desired against present, attribute by attribute, and the three-way comparison before something is put back.

kinds   the catalogue of a family, by name
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fellesdrift.state.typed.kinds import ABSENT, PRESENT, Keys, Resource, Resources, TypedKind, attribute


@dataclass(frozen=True)
class Difference:
    """One attribute that is not as desired. member: of an attribute that is claimed member by member."""

    kind: str
    key: str
    attribute: str
    want: Any = field(repr=False)
    have: Any = field(repr=False)
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


def compare(kinds: Mapping[str, TypedKind], desired: Resources, have: Resources) -> list[Difference]:
    """What of `desired` (checked) is not so. have: what was read, with every key that is desired."""
    return [
        difference
        for name, by_key in desired.items()
        for key, want in by_key.items()
        for difference in differences(kinds[name], key, want, have[name][key])
    ]


def differences(kind: TypedKind, key: str, want: Resource, have: Resource) -> Iterator[Difference]:
    """What of one resource is not as wanted. A resource that is not there at all differs in everything claimed."""
    if not have[PRESENT] or not want.get(PRESENT, True):
        if have[PRESENT] != want.get(PRESENT, True):
            for name, value in want.items():
                yield Difference(kind.name, key, name, value, have.get(name))
        return
    for name, value in want.items():
        there = have.get(name)
        if there != value:
            for member, wanted, found in attribute(kind, name).claim.differs(value, there):
                yield Difference(kind.name, key, name, wanted, found, member)


def changes_of(kinds: Mapping[str, TypedKind], found: Iterable[Difference]) -> dict[str, Keys]:
    """What has to become of each resource that differs, by kind and key: the wanted values."""
    parts: dict[tuple[str, str, str], list[tuple[str | None, Any]]] = {}
    for each in found:
        parts.setdefault((each.kind, each.key, each.attribute), []).append((each.member, each.want))
    result: dict[str, Keys] = {}
    for (name, key, attr), values in parts.items():
        claim = attribute(kinds[name], attr).claim
        # a whole value, of a resource that is not there, is no list of parts
        value = values[0][1] if values[0][0] is None else claim.gather(values)
        result.setdefault(name, {}).setdefault(key, {})[attr] = value
    return result


def narrowed(kind: TypedKind, have: Resource, claimed: Mapping[str, Any]) -> Resource:
    """Of a resource only what is claimed, and all of it where it is claimed to be absent."""
    if not have[PRESENT]:
        return dict(ABSENT)
    if not claimed.get(PRESENT, True):
        return dict(have)
    return {name: attribute(kind, name).claim.narrowed(have.get(name), value) for name, value in claimed.items()}


def joined(kind: TypedKind, first: Resource, then: Resource) -> Resource:
    """Two claims about one resource, the second one winning; an absent one is nothing but absent."""
    if not then.get(PRESENT, True):
        return dict(then)
    if not first.get(PRESENT, True):
        return {**then, PRESENT: True}
    result = dict(first)
    for name, value in then.items():
        result[name] = attribute(kind, name).claim.joined(result[name], value) if name in result else value
    return result


def suspected[K: TypedKind](
    kinds: Mapping[str, K], before: Resources, after: Resources, present: Resources
) -> Iterator[tuple[K, str, Resource, Resource, Resource]]:
    """(kind, key, before, after, present) of each resource that is, as a whole, neither what was recorded before a
    change nor what was recorded after it. Which attributes make it so is the family's to say."""
    for name, by_key in after.items():
        kind = kinds[name]
        for key, made in by_key.items():
            was, now = before.get(name, {}).get(key, dict(ABSENT)), present[name][key]
            if all(any(differences(kind, key, claim, now)) for claim in (made, was)):
                yield kind, key, was, made, now
