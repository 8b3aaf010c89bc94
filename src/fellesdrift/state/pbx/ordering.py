"""In which order the steps of all kinds are possible. An exchange refuses what leans on something that is not there,
what takes away something that is leant on, a code that begins another one or is begun by it, and that a number leaves
a set while a hunt group lists it.

Where steps wait for each other in a ring, because codes change places, one of them goes by way of a spare code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush

from fellesdrift.state.pbx.errors import RefusedStateError
from fellesdrift.state.pbx.kinds import PRESENT, Kind, Ref, Step
from fellesdrift.state.pbx.spare import Codes

type Kinds = Mapping[str, Kind]


class RingError(Exception):
    """Steps that wait for each other. members: their places; in_the_way: those among them whose code another one waits
    for, or they themselves."""

    def __init__(self, members: list[int], in_the_way: list[int]) -> None:
        super().__init__(str(members))
        self.members = members
        self.in_the_way = in_the_way


def ordered(host: str, steps: Sequence[Step], kinds: Kinds, used: Callable[[], Collection[str]]) -> list[Step]:
    """Everything made before anything is removed, by rank, as far as the exchange allows it.

    used   all codes that can be dialled now; asked only where codes stand in each other's way in a ring
    Raises RefusedStateError (FD452) where there is no way out of a ring.
    """
    found = list(steps)
    halved: set[Ref] = set()
    while True:
        try:
            return [found[place] for place in _sorted(found, kinds)]
        except RingError as ring:
            places = [place for place in ring.in_the_way if (found[place].kind, found[place].key) not in halved]
            place, halves = _aside(host, ring.members, places, found, kinds, used)
            found[place : place + 1] = halves
            halved.add((halves[0].kind, halves[0].key))


def _aside(
    host: str,
    ring: Sequence[int],
    in_the_way: Sequence[int],
    steps: Sequence[Step],
    kinds: Kinds,
    used: Callable[[], Collection[str]],
) -> tuple[int, tuple[Step, Step]]:
    """The place of a step that can go by way of a spare code, and its two halves."""
    for place in in_the_way:
        step = steps[place]
        codes = Codes({*used(), *(code for each in steps for code in each.takes | each.frees)})
        halves = kinds[step.kind].aside(step, codes.spare)
        if halves is not None:
            return place, halves
    stuck = steps[ring[0]]
    raise RefusedStateError(
        host,
        f"{stuck.kind}/{stuck.key}",
        f"{len(ring)} steps wait for each other, this one for {', '.join(sorted(stuck.takes)) or 'another'}",
        "numbers that do not change places in a ring",
        "make the change in two runs, with a number in between that nothing else has",
    )


def _sorted(steps: Sequence[Step], kinds: Kinds) -> list[int]:
    """The places of the steps in a possible order. Raises RingError."""
    before, in_the_way = _waits(steps, kinds)
    after: dict[int, list[int]] = {}
    for place, earlier in enumerate(before):
        for each in earlier:
            after.setdefault(each, []).append(place)
    wish = [_wish(step, kinds) for step in steps]
    left = [len(earlier) for earlier in before]
    ready = [(wish[place], place) for place in range(len(steps)) if not left[place]]
    heapify(ready)
    found: list[int] = []
    while ready:
        _, place = heappop(ready)
        found.append(place)
        for each in after.get(place, ()):
            left[each] -= 1
            if not left[each]:
                heappush(ready, (wish[each], each))
    if len(found) < len(steps):
        members = set(range(len(steps))) - set(found)
        raise RingError(sorted(members), [at for at in sorted(members) if members & in_the_way.get(at, set())])
    return found


def _wish(step: Step, kinds: Kinds) -> tuple[bool, int]:
    rank = kinds[step.kind].rank if step.rank is None else step.rank
    removing = step.phase == "remove"
    return removing, -rank if removing else rank


class _Leaning:
    """What a step means to things that lean on each other, its codes among them."""

    def __init__(self, step: Step, kinds: Kinds) -> None:
        self.makes: set[Ref] = {("code", code) for code in step.takes}
        self.removes: set[Ref] = {("code", code) for code in step.frees}
        self.builds: set[Ref] = set()
        self.leans: set[Ref] = set()
        self.lets_go: set[Ref] = set()
        for effect in step.effects:
            was, will = (kinds[effect.kind].leans(effect.key, each) for each in (effect.before, effect.after))
            self.leans |= will
            self.lets_go |= was - will
            there = [each.get(PRESENT, True) for each in (effect.before, effect.after)]
            if there[1]:
                # a change makes it, too: what leans on it may need what changes
                self.makes.add((effect.kind, effect.key))
            if there == [False, True]:
                self.builds.add((effect.kind, effect.key))
            if there == [True, False]:
                self.removes.add((effect.kind, effect.key))


def _waits(steps: Sequence[Step], kinds: Kinds) -> tuple[list[set[int]], dict[int, set[int]]]:
    """For each step those that come before it; for each those that wait for one of its codes, itself too where it has
    what is in its own way."""
    leaning = [_Leaning(step, kinds) for step in steps]
    makers, removers, goers = (
        _places([getattr(each, name) for each in leaning]) for name in ("makes", "removes", "lets_go")
    )
    freed = _places([step.frees for step in steps])
    leavers = _places([step.leaves for step in steps])
    known = Codes(freed)
    before: list[set[int]] = [set() for _ in steps]
    in_the_way: dict[int, set[int]] = {}
    for place, (step, each) in enumerate(zip(steps, leaning, strict=True)):
        for ref in each.leans:
            before[place] |= makers.get(ref, set())
        for ref in each.removes:
            before[place] |= goers.get(ref, set())
        for ref in each.builds:
            before[place] |= removers.get(ref, set())
        for number in step.lists:
            before[place] |= leavers.get(number, set())
        before[place].discard(place)
        for taken in step.takes:
            for code in known.in_the_way(taken):
                for at in freed[code]:
                    # what one step of a resource takes, a later one of it may give up
                    later = at > place and (steps[at].kind, steps[at].key) == (step.kind, step.key)
                    if not later and not (code == taken and _shared(step, steps[at], kinds)):
                        before[place].add(at)
                        in_the_way.setdefault(at, set()).add(place)
    for first, then in _chained(steps, kinds):
        before[then].add(first)
    return before, in_the_way


def _shared(one: Step, other: Step, kinds: Kinds) -> bool:
    """Whether both can have the same code at once."""
    return kinds[one.kind].shares and kinds[other.kind].shares


def _chained(steps: Sequence[Step], kinds: Kinds) -> Iterator[tuple[int, int]]:
    """Steps that stay in the order in which their kind gave them: those of one resource, and of a kind that says so."""
    last: dict[tuple[str, str], int] = {}
    for place, step in enumerate(steps):
        chain = step.kind, "" if kinds[step.kind].in_order else step.key
        if chain in last:
            yield last[chain], place
        last[chain] = place


def _places[Name](found: Sequence[Collection[Name]]) -> dict[Name, set[int]]:
    result: dict[Name, set[int]] = {}
    for place, names in enumerate(found):
        for name in names:
            result.setdefault(name, set()).add(place)
    return result
