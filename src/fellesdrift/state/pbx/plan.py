"""The steps between what an exchange is and what it should be, over all kinds, and what it will be afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fellesdrift.state.pbx.catalogue import KINDS
from fellesdrift.state.pbx.compare import Difference, changes_of, compare, differences, joined
from fellesdrift.state.pbx.desired import check
from fellesdrift.state.pbx.exchange import Exchange
from fellesdrift.state.pbx.kinds import PRESENT, Effect, Resource, Resources, Scene, Step
from fellesdrift.state.pbx.ordering import ordered
from fellesdrift.state.pbx.read import purged, read_exchange


@dataclass(frozen=True)
class Plan:
    """before, after: of every attribute that a step changes; after is predicted, before as desired data leads back.
    want: all that was desired, checked."""

    before: Resources = field(repr=False)
    after: Resources = field(repr=False)
    steps: list[Step]
    differences: list[Difference]
    want: Resources = field(repr=False)


def prepare(exchange: Exchange, desired: Mapping[str, Any], *, purge: Collection[str] = ()) -> Plan:
    """Read all wanted kinds and plan; nothing is written. Raises FellesdriftError."""
    return plan(exchange, purged(exchange, check(desired), purge))


def plan(exchange: Exchange, want: Resources) -> Plan:
    """want: checked. Reads what it needs by whole prints, and writes nothing. Raises SessionError,
    UnreadablePrintError, RefusedStateError."""
    now = read_exchange(exchange, want)
    found = compare(want, now)
    planned: list[Step] = []
    for name, kind in sorted(KINDS.items(), key=lambda item: item[1].rank):
        wanted, have = want.get(name, {}), now.get(name, {})
        # what the steps so far do to it of their own accord has to be made good
        left = [each for key, one in wanted.items() for each in differences(kind, key, one, have[key])]
        changes = changes_of(left).get(name, {})
        steps = kind.steps(Scene(want, exchange, planned), changes, have)
        for effect in _effects(steps):
            there = now.get(effect.kind, {})
            if effect.key in there:
                there[effect.key] = joined(KINDS[effect.kind], there[effect.key], effect.after)
        planned += steps
    planned = ordered(exchange.name, planned, KINDS, lambda: _codes(exchange))
    before, after = folded(planned)
    return Plan(before, after, planned, found, want)


def _codes(exchange: Exchange) -> set[str]:
    """All codes that can be dialled now."""
    return {
        code for kind in KINDS.values() for key, each in exchange.whole(kind).items() for code in kind.codes(key, each)
    }


def folded(steps: Iterable[Step]) -> tuple[Resources, Resources]:
    """What all steps together change: what the first of them found, and what the last one leaves."""
    before: Resources = {}
    after: Resources = {}
    for effect in _effects(steps):
        kind = KINDS[effect.kind]
        was, will = before.setdefault(effect.kind, {}), after.setdefault(effect.kind, {})
        was[effect.key] = _earlier(was.get(effect.key), effect)
        will[effect.key] = joined(kind, will.get(effect.key, {}), effect.after)
    return before, after


def _effects(steps: Iterable[Step]) -> Iterable[Effect]:
    return (effect for step in steps for effect in step.effects)


def _earlier(first: Resource | None, effect: Effect) -> Resource:
    if first is None:
        return dict(effect.before)
    if not first.get(PRESENT, True):
        return first
    if not effect.before.get(PRESENT, True):
        # a later step makes what an earlier one took away: the first one has it whole
        return first
    return joined(KINDS[effect.kind], effect.before, first)
