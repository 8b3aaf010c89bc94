"""One Windows host's answer, held against what is recorded of it: the findings, each with what mends it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from fellesdrift.drift import typed
from fellesdrift.drift.judge import Answer
from fellesdrift.drift.model import Finding
from fellesdrift.drift.typed import Place
from fellesdrift.drift.windows_remedy import REDACTED, windows_remedies
from fellesdrift.state.windows import KINDS, Host, Resource
from fellesdrift.state.windows.compare import changes_of, differences
from fellesdrift.state.windows.kinds import ABSENT, PRESENT

if TYPE_CHECKING:
    from fellesdrift.drift.windows_recorded import WindowsRecorded
    from fellesdrift.estate.typed_snapshots import Kinds


def places(recorded: Kinds, present: Kinds, kinds: Collection[str]) -> Iterator[Place]:
    """Every difference of these kinds; a kind that was not read gives none. Nothing of a person is in what is told."""
    for kind in sorted(set(present) & set(kinds)):
        there = {key.lower(): key for key in present[kind]}
        for key, want in recorded.get(kind, {}).items():
            have = present[kind].get(there.pop(key.lower(), ""), dict(ABSENT))
            yield from _of_one(kind, key, want, have)
        if KINDS[kind].listable:
            for key in there.values():
                if present[kind][key].get(PRESENT, True):
                    yield Place(kind, key, "", None, typed.shown(KINDS, kind, key, present[kind][key]), dict(ABSENT))


def _of_one(kind: str, key: str, want: Resource, have: Resource) -> Iterator[Place]:
    wanted, there = want.get(PRESENT, True), have.get(PRESENT, True)
    if wanted != there:
        said = [typed.shown(KINDS, kind, key, one) if one.get(PRESENT, True) else None for one in (want, have)]
        yield Place(kind, key, "", said[0], said[1], want)
        return
    found = list(differences(KINDS[kind], key, want, have))
    for each in found:
        desired = changes_of([each])[kind][key]
        attribute = each.attribute if each.member is None else f"{each.attribute}/{each.member}"
        yield Place(kind, key, attribute, *typed.seen(KINDS, each), desired)


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
    found = [*typed.unanswered(unread), *places(recorded.kinds, present, kinds)]
    if not found:
        return Answer("clean")
    mending = windows_remedies(host, found, recorded.kinds, present, command)
    return typed.answer(host.name, found, mending, recorded.owner_of, present)


def without(answer: Answer, secret: str, people: Collection[str]) -> Answer:
    """With a secret of the session and names of people taken out of what is told."""

    def told(text: str) -> str:
        for name in sorted(people, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(json.dumps(name, ensure_ascii=False)[1:-1])}(?!\w)", "<person>", text)
        return text.replace(json.dumps(secret, ensure_ascii=False)[1:-1], REDACTED) if secret else text

    findings = [Finding.model_validate_json(told(one.model_dump_json())) for one in answer.findings]
    return replace(answer, findings=findings, diff=[told(line) for line in answer.diff])
