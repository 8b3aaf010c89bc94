"""What Windows hosts and exchanges have in common in a drift run: differing resources, and the findings of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fellesdrift.drift.judge import SEVERITY, Answer, Mend
from fellesdrift.drift.model import Finding, Nature, Remedy, fingerprint
from fellesdrift.errors import FellesdriftError
from fellesdrift.state.typed import people

if TYPE_CHECKING:
    from fellesdrift.estate.typed_snapshots import Kinds
    from fellesdrift.state.typed.compare import Difference
    from fellesdrift.state.typed.kinds import TypedKind

type Resource = dict[str, Any]
type Resources = dict[str, dict[str, Resource]]

UNREAD = "(not answered)"
"""The key of a whole kind that a host does not answer."""
PRESENT = "present"
ABSENT: Mapping[str, Any] = {PRESENT: False}
_TRIES = 5
"""How often what was refused on its own is asked for again: a visit has an end."""


@dataclass(frozen=True)
class Place:
    """One difference. None: not there. desired: the attributes of the resource that put it right."""

    kind: str
    key: str
    attribute: str
    want: Any
    have: Any
    desired: Resource

    @property
    def unanswered(self) -> bool:
        """Whether it is a whole kind that the host does not answer."""
        return self.key == UNREAD

    @property
    def path(self) -> str:
        """As an error names the resource, in small letters."""
        return f"{self.kind}/{self.key}/".lower()


def unanswered(unread: Mapping[str, str]) -> list[Place]:
    """A finding each. unread: kind -> the error's code. The host answered when its baseline was taken."""
    return [Place(kind, UNREAD, "", "an answer", code, {}) for kind, code in sorted(unread.items())]


def shown(kinds: Mapping[str, TypedKind], kind: str, key: str, resource: Resource) -> dict[str, Any]:
    """A resource without saying that it is there, and nothing of a person. kinds: the catalogue of the host."""
    told = people.shown(kinds, {kind: {key: resource}})[kind][key]
    return {name: value for name, value in told.items() if name != PRESENT}


def seen(kinds: Mapping[str, TypedKind], difference: Difference) -> tuple[Any, Any]:
    """(wanted, present) as data; of what is of a person only that it differs."""
    if kinds[difference.kind].attributes[difference.attribute].personal:
        return people.told(kinds, difference)
    return difference.want, difference.have


def answer(
    host: str, found: Sequence[Place], mending: Sequence[Remedy], owner: Callable[[Place], str], present: Kinds
) -> Answer:
    """A host that drifted: a finding for each place, and what mends those whose remedy has a command."""
    findings = [_finding(host, *each, owner(each[0])) for each in zip(found, mending, strict=True)]
    done = [place for place, remedy in zip(found, mending, strict=True) if remedy.command]
    mend = Mend(
        resources=merged((place, place.desired) for place in done),
        present=merged((place, _now(place, present)) for place in done),
    )
    lines = [line for place in found for line in _lines(place)]
    return Answer("drift", findings=findings, diff=lines, mend=mend if done else None)


def _finding(host: str, place: Place, remedy: Remedy, owner: str) -> Finding:
    nature: Nature = "unmanaged"
    if owner:
        nature = "missing" if place.have is None else "extra" if place.want is None else "different"
    return Finding(
        fingerprint=fingerprint(host, place.kind, place.key, place.attribute),
        host=host,
        kind=place.kind,
        key=place.key,
        attribute=place.attribute,
        nature=nature,
        severity=SEVERITY[nature],
        owner=owner,
        want=place.want,
        have=place.have,
        remedy=remedy,
    )


def _now(place: Place, present: Kinds) -> Resource:
    there = {key.lower(): value for key, value in present[place.kind].items()}.get(place.key.lower(), dict(ABSENT))
    return {name: there.get(name) for name in place.desired} if there.get(PRESENT, True) else dict(ABSENT)


def _lines(place: Place) -> list[str]:
    where = "/".join(part for part in (place.kind, place.key, place.attribute) if part)
    sides = (("-", place.want), ("+", place.have))
    return [f"{sign}{where}: {json.dumps(value, ensure_ascii=False)}" for sign, value in sides if value is not None]


def merged(places: Iterable[tuple[Place, Resource]]) -> Resources:
    """Resources of several places as one desired state."""
    found: Resources = {}
    for place, values in places:
        keys = found.setdefault(place.kind, {})
        keys[place.key] = _joined(keys.get(place.key, {}), values)
    return found


def _joined(one: Resource, other: Resource) -> Resource:
    found = dict(one)
    for name, value in other.items():
        both = isinstance(value, Mapping) and isinstance(found.get(name), Mapping)
        found[name] = {**found[name], **value} if both else value
    return found


@dataclass(frozen=True)
class Engine:
    """What would mend a host.

    steps     desired state -> (place's path, title) of the steps that it would take; raises FellesdriftError
    may_yet   whether what was refused on its own may be possible together with others
    """

    steps: Callable[[Resources], list[tuple[str, str]]]
    may_yet: Callable[[FellesdriftError], bool]


def remedies(engine: Engine, places: Sequence[Place], notes: Mapping[int, str], command: str) -> list[Remedy]:
    """One for each place, in their order.

    What the engine refuses on its own is asked for again together with everything that it takes: a printer whose port
    is gone too, a port that is used by a printer that is to go.

    notes   place's number -> why nothing is asked of the engine
    """
    steps: dict[int, list[str]] = {}
    refused: dict[int, FellesdriftError] = {}
    for number, place in enumerate(places):
        if number not in notes:
            try:
                steps[number] = [title for _, title in engine.steps(merged([(place, place.desired)]))]
            except FellesdriftError as error:
                refused[number] = error
    _again(engine, places, steps, refused)
    said = dict(notes) | {number: _note(error) for number, error in refused.items()}
    return [
        Remedy(note=said[number]) if number in said else _remedy(steps[number], command)
        for number, _ in enumerate(places)
    ]


def _again(
    engine: Engine, places: Sequence[Place], steps: dict[int, list[str]], refused: dict[int, FellesdriftError]
) -> None:
    """Move from `refused` to `steps` what goes together with others: all but what is still refused then."""
    waiting = [number for number, error in refused.items() if engine.may_yet(error)]
    for _ in range(_TRIES):
        if not waiting:
            return
        together = [places[number] for number in sorted({*steps, *waiting})]
        try:
            found = engine.steps(merged((place, place.desired) for place in together))
        except FellesdriftError as error:
            where = f"{error.key}/".lower()
            left = [number for number in waiting if not where.startswith(places[number].path)]
            waiting = left if len(left) < len(waiting) else []
            continue
        for number in waiting:
            steps[number] = [title for path, title in found if path == places[number].path]
            del refused[number]
        return


def _note(error: FellesdriftError) -> str:
    return f"not by itself: {error.code}: {error.problem}: {error.found}; {error.next_step}"


def _remedy(titles: list[str], command: str) -> Remedy:
    if not titles:
        return Remedy(note="it has been put right meanwhile")
    return Remedy(steps=titles, command=command)
