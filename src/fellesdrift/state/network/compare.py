"""Desired against present, and the three-way comparison before something is put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fellesdrift.state.network import kinds
from fellesdrift.state.network.desired import check
from fellesdrift.state.network.kinds import Resources


@dataclass(frozen=True)
class Difference:
    """One attribute that is not as desired; `have` is None when the device has no such resource."""

    kind: str
    key: str
    attribute: str
    want: Any
    have: Any


@dataclass(frozen=True)
class Conflict:
    """One attribute that is neither what was there before our change nor what we made of it."""

    kind: str
    key: str
    attribute: str
    before: Any
    after: Any
    present: Any


def compare(desired: Mapping[str, Any], have: Mapping[str, Any]) -> list[Difference]:
    """What of `desired` is not so. have: from `read_resources` or `touched`. Raises DesiredError.

    A key that `have` lacks altogether counts as absent; an interface that the device lacks differs in every claimed
    attribute."""
    found = []
    for kind, by_key in check(desired).items():
        for key, resource in by_key.items():
            there = have.get(kind, {}).get(key)
            for attribute, want in resource.items():
                value = there.get(attribute) if there is not None else _absent(kind, attribute)
                if value != want or (there is None and kind == kinds.INTERFACE):
                    found.append(Difference(kind, key, attribute, want, value))
    return found


def three_way(before: Resources, after: Resources, present: Resources) -> list[Conflict]:
    """What somebody else changed since: attributes whose present value is neither the recorded after (still ours to
    undo) nor the recorded before (already undone). All three have the shape of `touched`."""
    return [
        Conflict(kind, key, attribute, there.get(attribute), made, now.get(attribute))
        for kind, by_key in after.items()
        for key, resource in by_key.items()
        for there, now in [(before.get(kind, {}).get(key, {}), present.get(kind, {}).get(key, {}))]
        for attribute, made in resource.items()
        if now.get(attribute) not in (made, there.get(attribute))
    ]


def _absent(kind: str, attribute: str) -> Any:
    return [] if (kind, attribute) in ((kinds.ROUTE, "next_hops"), (kinds.ACCESS_LIST, "entries")) else None
