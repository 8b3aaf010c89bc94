"""The order of steps over all kinds: what others need is made first, and no code is taken before one in its way is
free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush

from fellesdrift.state.pbx.errors import RefusedStateError
from fellesdrift.state.pbx.kinds import Step


def ordered(host: str, steps: Sequence[Step], ranks: Mapping[str, int]) -> list[Step]:
    """Everything made before anything is removed, by rank, and each kind's own order kept; earlier only what frees a
    code for another. Raises RefusedStateError (FD452) where codes stand in each other's way in a circle."""
    base = sorted(steps, key=lambda step: _place(step, ranks))
    after: list[set[int]] = [set() for _ in base]
    waits = [0] * len(base)

    def must(first: int, then: int) -> None:
        if then not in after[first]:
            after[first].add(then)
            waits[then] += 1

    last: dict[tuple[str, int, str], int] = {}
    for at, step in enumerate(base):
        group = step.kind, step.rank if step.rank is not None else -1, step.phase
        if group in last:
            must(last[group], at)
        last[group] = at
    freeing = [(code, at) for at, step in enumerate(base) for code in step.frees]
    for then, step in enumerate(base):
        for taken in step.takes:
            for code, first in freeing:
                if first != then and in_the_way(code, taken):
                    must(first, then)
    ready = [at for at, count in enumerate(waits) if not count]
    heapify(ready)
    found: list[Step] = []
    while ready:
        at = heappop(ready)
        found.append(base[at])
        for then in after[at]:
            waits[then] -= 1
            if not waits[then]:
                heappush(ready, then)
    if len(found) < len(base):
        stuck = base[next(at for at, count in enumerate(waits) if count)]
        raise RefusedStateError(
            host,
            f"{stuck.kind}/{stuck.key}",
            f"its codes ({', '.join(sorted(stuck.takes)) or 'none'}) are free only after what itself has to come first",
            "numbers that do not change places in a circle",
            "make the change in two runs, with a number in between that nothing else has",
        )
    return found


def in_the_way(held: str, wanted: str) -> bool:
    """Whether one code keeps another from being dialled: the exchange has to know when a number is complete."""
    return held.startswith(wanted) or wanted.startswith(held)


def _place(step: Step, ranks: Mapping[str, int]) -> tuple[bool, int]:
    rank = ranks[step.kind] if step.rank is None else step.rank
    removing = step.phase == "remove"
    return removing, -rank if removing else rank
