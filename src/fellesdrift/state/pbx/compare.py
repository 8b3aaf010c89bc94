"""Desired against present, attribute by attribute, and the three-way comparison before something is put back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fellesdrift.state.pbx.catalogue import KINDS
from fellesdrift.state.pbx.kinds import ABSENT, PRESENT, Keys, Kind, Resource, Resources, attribute, personal

HIDDEN, OTHER = "(a name)", "(another name)"
"""What stands in a diff for what is of a person: that it is there, and that it differs."""


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

    @property
    def told(self) -> tuple[str, str]:
        """(wanted, present) for people; nothing of a person."""
        if attribute(KINDS[self.kind], self.attribute).personal:
            return (HIDDEN if self.want else "no name"), (OTHER if self.have else "no name")
        return repr(self.want), repr(self.have)


@dataclass(frozen=True)
class Conflict:
    """One attribute that is neither what was there before our change nor what we made of it; nothing of a person."""

    kind: str
    key: str
    attribute: str
    before: Any
    after: Any
    present: Any


def compare(desired: Resources, have: Resources) -> list[Difference]:
    """What of `desired` (checked) is not so. have: of `read_exchange`, with every key that is desired."""
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
        there = have.get(name)
        if there != value:
            for member, wanted, found in attribute(kind, name).claim.differs(value, there):
                yield Difference(kind.name, key, name, wanted, found, member)


def changes_of(found: Iterable[Difference]) -> dict[str, Keys]:
    """What has to become of each resource that differs, by kind and key: the wanted values."""
    parts: dict[tuple[str, str, str], list[tuple[str | None, Any]]] = {}
    for each in found:
        parts.setdefault((each.kind, each.key, each.attribute), []).append((each.member, each.want))
    result: dict[str, Keys] = {}
    for (name, key, attr), values in parts.items():
        claim = attribute(KINDS[name], attr).claim
        # a whole value, of a resource that is not there, is no list of parts
        value = values[0][1] if values[0][0] is None else claim.gather(values)
        result.setdefault(name, {}).setdefault(key, {})[attr] = value
    return result


def narrowed(kind: Kind, have: Resource, claimed: Mapping[str, Any]) -> Resource:
    """Of a resource only what is claimed, and all of it where it is claimed to be absent."""
    if not have[PRESENT]:
        return dict(ABSENT)
    if not claimed.get(PRESENT, True):
        return dict(have)
    return {name: attribute(kind, name).claim.narrowed(have.get(name), value) for name, value in claimed.items()}


def joined(kind: Kind, first: Resource, then: Resource) -> Resource:
    """Two claims about one resource, the second one winning; an absent one is nothing but absent."""
    if not then.get(PRESENT, True):
        return dict(then)
    if not first.get(PRESENT, True):
        return {**then, PRESENT: True}
    result = dict(first)
    for name, value in then.items():
        result[name] = attribute(kind, name).claim.joined(result[name], value) if name in result else value
    return result


def three_way(before: Resources, after: Resources, present: Resources) -> list[Conflict]:
    """What somebody else changed since: attributes whose present value is neither the recorded after (still ours to
    undo) nor the recorded before (already undone). present: of `read_exchange` for both."""
    found = []
    for name, by_key in after.items():
        kind = KINDS[name]
        for key, made in by_key.items():
            was, now = before.get(name, {}).get(key, dict(ABSENT)), present[name][key]
            if any(not any(differences(kind, key, claim, now)) for claim in (made, was)):
                continue
            found += [
                _conflict(kind, key, attr, was, made, now) for attr in made if _is_other(kind, attr, was, made, now)
            ]
    return found


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
    if attribute(kind, attr).personal:
        return Conflict(kind.name, key, attr, HIDDEN, OTHER, "(a third one)")
    return Conflict(kind.name, key, attr, was.get(attr), made[attr], narrowed(kind, now, {attr: made[attr]}).get(attr))


def shown(resources: Resources, beside: Resources | None = None) -> Resources:
    """Resources as a diff, a log or a report may have them: nothing of a person. beside: the other side of a diff; a
    value that differs from it is said to be another one."""
    result: Resources = {}
    for name, by_key in resources.items():
        hidden = set(personal(KINDS[name]))
        if not hidden:
            result[name] = by_key
            continue
        other = (beside or {}).get(name, {})
        result[name] = {
            key: {
                attr: _hidden(value, other.get(key, {}).get(attr, value)) if attr in hidden else value
                for attr, value in resource.items()
            }
            for key, resource in by_key.items()
        }
    return result


def _hidden(value: Any, other: Any) -> str:
    return HIDDEN if value == other else OTHER
