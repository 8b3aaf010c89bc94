"""The steps between what a host is and what it should be, over all kinds, and what it will be afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fellesdrift.state.windows.catalogue import KINDS
from fellesdrift.state.windows.compare import Difference, changes_of, compare, joined
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import PRESENT, Resources, Scene, Step


@dataclass(frozen=True)
class Plan:
    """before, after: of every attribute that a step changes; after is predicted, before as desired data leads back.
    want: all that was desired, checked."""

    before: Resources
    after: Resources
    steps: list[Step]
    differences: list[Difference]
    want: Resources


def plan(host: Host, want: Resources, have: Resources, passwords: Mapping[str, str] | None = None) -> Plan:
    """want: checked; have: of `read_host` for it. Asks the host for what only a difference makes necessary to know,
    and writes nothing. Raises SessionError, RefusedStateError, PasswordMissingError."""
    found = compare(want, have)
    scene = Scene(want, have, host, {name.lower(): secret for name, secret in (passwords or {}).items()})
    planned = [step for name, changes in changes_of(found).items() for step in KINDS[name].steps(scene, changes)]
    planned.sort(key=_order)
    before: Resources = {}
    after: Resources = {}
    for step in planned:
        kind = KINDS[step.kind]
        was, will = before.setdefault(step.kind, {}), after.setdefault(step.kind, {})
        # what the first step found is the way back, what the last one leaves is the prediction
        was[step.key] = _earlier(kind.name, was.get(step.key), step)
        will[step.key] = joined(kind, will.get(step.key, {}), step.after)
    return Plan(before, after, planned, found, want)


def _earlier(name: str, first: dict[str, object] | None, step: Step) -> dict[str, object]:
    if first is None:
        return dict(step.before)
    if not first.get(PRESENT, True):
        return first
    return joined(KINDS[name], step.before, first)


def _order(step: Step) -> tuple[bool, int]:
    removing = step.phase == "remove"
    return removing, -KINDS[step.kind].rank if removing else KINDS[step.kind].rank
