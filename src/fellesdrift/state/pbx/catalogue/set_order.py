"""The order in which sets are changed: a number is on its new set before it leaves the old one, and free before another
number that begins with it comes."""

from __future__ import annotations

from fellesdrift.state.pbx.catalogue.set_draft import Draft, dns
from fellesdrift.state.pbx.catalogue.set_marp import Places
from fellesdrift.state.pbx.errors import RefusedStateError

type Numbers = dict[str, set[str]]


def numbers_of(draft: Draft) -> tuple[set[str], set[str]]:
    """(those that come to the set, those that leave it)."""
    had, has = ({key["dn"] for _, key in dns(resource)} for resource in (draft.have, draft.want))
    return has - had, had - has


def in_order(host: str, drafts: dict[str, Draft], before: Places, after: Places) -> list[Draft]:
    """before, after: where numbers appear. Raises RefusedStateError (FD452) for numbers that change places in a circle
    and are each other's beginnings."""
    base = sorted(drafts.values(), key=lambda draft: (draft.want is None, draft.tn))
    comes = {draft.tn: numbers_of(draft)[0] for draft in base}
    leaves = {draft.tn: numbers_of(draft)[1] for draft in base}
    taken = {tn: {dn for dn in numbers if dn not in before} for tn, numbers in comes.items()}
    freed = {tn: {dn for dn in numbers if dn not in after} for tn, numbers in leaves.items()}
    must = _in_the_way(freed, taken)
    better = _same(comes, leaves)
    for draft in base:
        # whoever becomes MARP does before another is told that it is not
        for number in draft.keys:
            key = (draft.want or {}).get("keys", {}).get(number)
            if key and key.get("marp"):
                others = {tn for tn, _ in before.get(key["dn"], []) if tn in drafts and tn != draft.tn}
                for tn in others:
                    better[tn].add(draft.tn)
    left, found = {draft.tn: draft for draft in base}, []
    while left:
        free = [tn for tn in left if not must[tn] & left.keys()]
        if not free:
            first = next(iter(left))
            raise RefusedStateError(
                host,
                f"set/{first}",
                f"numbers that are in each other's way: {', '.join(sorted(comes[first] | leaves[first]))}",
                "numbers that do not change places in a circle",
                "make the change in two runs, with a number in between that nothing else has",
            )
        tn = next((each for each in free if not better[each] & left.keys()), free[0])
        found.append(left.pop(tn))
    return found


def _same(first: Numbers, then: Numbers) -> Numbers:
    """By terminal number of `then`, those of `first` with the same number."""
    by_number: dict[str, set[str]] = {}
    for tn, numbers in first.items():
        for dn in numbers:
            by_number.setdefault(dn, set()).add(tn)
    return {tn: {other for dn in numbers for other in by_number.get(dn, ())} - {tn} for tn, numbers in then.items()}


def _in_the_way(first: Numbers, then: Numbers) -> Numbers:
    """By terminal number of `then`, those of `first` with another number that is in the way of one of its own."""
    beginnings: dict[str, set[str]] = {}
    whole: dict[str, set[str]] = {}
    for tn, numbers in first.items():
        for dn in numbers:
            whole.setdefault(dn, set()).add(tn)
            for end in range(1, len(dn)):
                beginnings.setdefault(dn[:end], set()).add(tn)
    found: Numbers = {}
    for tn, numbers in then.items():
        found[tn] = set()
        for dn in numbers:
            found[tn] |= beginnings.get(dn, set())
            for end in range(1, len(dn)):
                found[tn] |= whole.get(dn[:end], set())
        found[tn].discard(tn)
    return found
