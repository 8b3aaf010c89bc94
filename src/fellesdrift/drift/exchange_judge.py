"""One exchange's answer, held against what is recorded of it: the findings, each with what mends it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from fellesdrift.drift import typed
from fellesdrift.drift.judge import Answer
from fellesdrift.drift.typed import ABSENT, PRESENT, Engine, Place, Resource, Resources
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.exchange_snapshots import PERSON
from fellesdrift.state.pbx import KINDS, Exchange, prepare
from fellesdrift.state.pbx.compare import changes_of, differences
from fellesdrift.state.pbx.errors import RefusedStateError
from fellesdrift.state.typed.people import personal

if TYPE_CHECKING:
    from fellesdrift.drift.model import Remedy
    from fellesdrift.drift.typed_recorded import TypedRecorded
    from fellesdrift.estate.typed_snapshots import Kinds

_SET = "set"
_FEW = 4
"""An exchange with fewer telephones than this says nothing of which one it is."""


def places(recorded: Kinds, present: Kinds, kinds: Collection[str]) -> Iterator[Place]:
    """Every difference of these kinds; a kind that was not read gives none. Nothing of a person is in what is told."""
    for kind in sorted(set(present) & set(kinds)):
        there, wanted = present[kind], recorded.get(kind, {})
        if there == wanted:
            continue
        for key, want in wanted.items():
            if there.get(key) != want:
                yield from _of_one(kind, key, want, there.get(key, dict(ABSENT)))
        for key in there.keys() - wanted.keys():
            yield Place(kind, key, "", None, typed.shown(KINDS, kind, key, there[key]), dict(ABSENT))


def _of_one(kind: str, key: str, want: Resource, have: Resource) -> Iterator[Place]:
    wanted, there = want.get(PRESENT, True), have.get(PRESENT, True)
    if wanted != there:
        said = [typed.shown(KINDS, kind, key, one) if one.get(PRESENT, True) else None for one in (want, have)]
        yield Place(kind, key, "", said[0], said[1], want)
        return
    for each in differences(KINDS[kind], key, _with_empty(want, have), have):
        attribute = each.attribute if each.member is None else f"{each.attribute}/{each.member}"
        yield Place(kind, key, attribute, *typed.seen(KINDS, each), changes_of([each])[kind][key])


def _with_empty(want: Resource, have: Resource) -> Resource:
    """With every member that is there and not recorded as one that is to be empty: a claim does not speak of it, and a
    recorded state says that it is not there."""
    found = dict(want)
    for name, value in want.items():
        there = have.get(name)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            found[name] = {**dict.fromkeys(member for member in there if member not in value), **value}
    return found


def judge(
    exchange: Exchange,
    recorded: TypedRecorded,
    read: Kinds,
    present: Kinds,
    unread: Mapping[str, str],
    kinds: Collection[str],
    command: str,
) -> Answer:
    """Every difference of the wanted kinds; the engine is asked for the steps that put one right, from the prints that
    are there already.

    read      as the exchange has it, with names
    present   the same in the form in which the baseline is kept
    unread    kinds that the exchange does not answer -> the error's code. It did when its baseline was taken: a finding
    Raises FellesdriftError FD705 when it is another exchange.
    """
    refuse_another(exchange.name, recorded, present)
    found = [*typed.unanswered(unread), *places(recorded.kinds, _told(recorded.kinds, read, present), kinds)]
    if not found:
        return Answer("clean")
    return typed.answer(exchange.name, found, _remedies(exchange, found, command), recorded.owner_of, present)


def _told(recorded: Kinds, read: Kinds, present: Kinds) -> Kinds:
    """What is compared: a name as it is, but where it was not kept whose it is, it is not told either."""
    found = dict(read)
    for kind, keys in read.items():
        if hidden := personal(KINDS[kind]):
            of = recorded.get(kind, {})
            found[kind] = {
                key: one
                | {name: present[kind][key].get(name) for name in hidden if of.get(key, {}).get(name) == PERSON}
                for key, one in keys.items()
            }
    return found


def refuse_another(host: str, recorded: TypedRecorded, present: Kinds) -> None:
    """An exchange does not say what it is called: it is known by its telephones. FD705 when hardly one of those that
    are recorded is there."""
    wanted, there = recorded.kinds.get(_SET, {}), present.get(_SET)
    if there is None or len(wanted) < _FEW:
        return
    known = sum(key in there and _numbers(one) == _numbers(there[key]) for key, one in wanted.items())
    if known * 2 < len(wanted):
        raise FellesdriftError(
            "FD705",
            "the device that answered has another name than is recorded",
            host=host,
            found=f"{known} of the {len(wanted)} telephones that are recorded, with their numbers",
            expected="most of them: an exchange has no other name than its telephones",
            next_step="see where ansible_host and ansible_port lead",
        )


def _numbers(one: Resource) -> list[str]:
    return [str(key["dn"]) for key in (one.get("keys") or {}).values() if key and key.get("dn")]


def _remedies(exchange: Exchange, found: Sequence[Place], command: str) -> list[Remedy]:
    def steps(desired: Resources) -> list[tuple[str, str]]:
        return [(f"{step.kind}/{step.key}/".lower(), step.title) for step in prepare(exchange, desired).steps]

    notes = {number: note for number, place in enumerate(found) if (note := _note(place))}
    engine = Engine(steps, lambda error: isinstance(error, RefusedStateError))
    return typed.remedies(engine, found, notes, command)


def _note(place: Place) -> str:
    """Why nothing is asked of the engine; "" when it is."""
    if place.unanswered:
        return f"{place.have}: see why the exchange does not print this any more, then check it again"
    if PERSON in place.desired.values():
        return "a name that is not recorded: ask at the telephone, and put it right on the exchange"
    kind = KINDS[place.kind]
    if not place.desired.get(PRESENT, True) and not (kind.removable and kind.purgeable):
        return "removed by name only: see what it is for, then remove it on the exchange, or record it"
    return ""
