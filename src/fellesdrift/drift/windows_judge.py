"""One Windows host's answer, held against what is recorded of it: the findings, each with what mends it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fellesdrift.drift.judge import SEVERITY, Answer, Mend
from fellesdrift.drift.model import Finding, Nature, Remedy, fingerprint
from fellesdrift.drift.windows_remedy import merged, remedies
from fellesdrift.state.windows import KINDS, Host, Resource
from fellesdrift.state.windows.compare import changes_of, differences
from fellesdrift.state.windows.kinds import ABSENT, PRESENT

if TYPE_CHECKING:
    from fellesdrift.drift.windows_recorded import WindowsRecorded
    from fellesdrift.estate.typed_snapshots import Kinds

_PERSON = "<person"
_REDACTED = "<secret>"
UNREAD = "(not answered)"
"""The key of a whole kind that a host does not answer."""


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
    def by_hand(self) -> bool:
        """Whether it is about an account or a secret that nothing here knows."""
        return _PERSON in f"{self.key}{self.desired}" or _REDACTED in str(self.desired)


def places(recorded: Kinds, present: Kinds, kinds: Collection[str]) -> Iterator[Place]:
    """Every difference of these kinds; a kind that was not read gives none."""
    for kind in sorted(set(present) & set(kinds)):
        there = {key.lower(): key for key in present[kind]}
        for key, want in recorded.get(kind, {}).items():
            have = present[kind].get(there.pop(key.lower(), ""), dict(ABSENT))
            yield from _of_one(kind, key, want, have)
        if KINDS[kind].listable:
            for key in there.values():
                if present[kind][key].get(PRESENT, True):
                    yield Place(kind, key, "", None, _shown(present[kind][key]), dict(ABSENT))


def _of_one(kind: str, key: str, want: Resource, have: Resource) -> Iterator[Place]:
    wanted, there = want.get(PRESENT, True), have.get(PRESENT, True)
    if wanted != there:
        yield Place(kind, key, "", _shown(want) if wanted else None, _shown(have) if there else None, want)
        return
    found = list(differences(KINDS[kind], key, want, have))
    for each in found:
        desired = changes_of([each])[kind][key]
        attribute = each.attribute if each.member is None else f"{each.attribute}/{each.member}"
        yield Place(kind, key, attribute, each.want, each.have, desired)


def _shown(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name != PRESENT}


def judge(
    host: Host,
    recorded: WindowsRecorded,
    present: Kinds,
    unread: Mapping[str, str],
    kinds: Collection[str],
    command: str,
) -> Answer:
    """Every difference of the wanted kinds; the host is asked for the steps that put one right, and for nothing where
    there is none.

    present   in the form in which the baseline is kept
    unread    kinds that the host does not answer -> the error's code. It did when its baseline was taken: a finding
    """
    found = [Place(kind, UNREAD, "", "an answer", code, {}) for kind, code in sorted(unread.items())]
    found += places(recorded.kinds, present, kinds)
    if not found:
        return Answer("clean")
    mending = remedies(host, found, recorded.kinds, present, command)
    findings = [_finding(host.name, *each, recorded) for each in zip(found, mending, strict=True)]
    done = [place for place, remedy in zip(found, mending, strict=True) if remedy.command]
    mend = Mend(
        resources=merged((place, place.desired) for place in done),
        present=merged((place, _now(place, present)) for place in done),
    )
    lines = [line for place in found for line in _lines(place)]
    return Answer("drift", findings=findings, diff=lines, mend=mend if done else None)


def _finding(host: str, place: Place, remedy: Remedy, recorded: WindowsRecorded) -> Finding:
    owner = recorded.owner(place.kind, place.key, place.attribute.partition("/")[0])
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


def without(answer: Answer, secret: str, people: Collection[str]) -> Answer:
    """With a secret of the session and names of people taken out of what is told."""

    def told(text: str) -> str:
        for name in sorted(people, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(json.dumps(name, ensure_ascii=False)[1:-1])}(?!\w)", "<person>", text)
        return text.replace(json.dumps(secret, ensure_ascii=False)[1:-1], _REDACTED) if secret else text

    findings = [Finding.model_validate_json(told(one.model_dump_json())) for one in answer.findings]
    return replace(answer, findings=findings, diff=[told(line) for line in answer.diff])
