"""The portions in which an exchange is changed: the first telephone alone, then a block of numbers after the other.

A code that leads to numbers elsewhere has to go before they can be numbers of this exchange, and until they are, nobody
here reaches them. So it goes with its own numbers, and not with all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

type Resources = dict[str, dict[str, dict[str, Any]]]

SET, NAME, STEERING = "set", "name", "steering_code"
_FIRST = ("attendant", "networking", "dialling_plan", "route", "digit_manipulation", "route_list")
MOST = 20
"""Telephones in one portion."""


@dataclass(frozen=True)
class Portion:
    """What is changed, proven and watched together. title: for people. numbers: of the telephones in it."""

    title: str
    desired: Resources
    numbers: tuple[str, ...] = ()


def portions(desired: Resources) -> list[Portion]:
    """All of a host's desired resources, each in one portion, in the order in which they are brought about.

    What numbers lead by comes first; then the first telephone of the fragment alone, with the code in whose place its
    number comes, and the others by the codes that go; names, groups and ways elsewhere last.
    """
    rest = {kind: dict(keys) for kind, keys in desired.items()}
    found = []
    ahead = {kind: rest.pop(kind) for kind in _FIRST if rest.get(kind)}
    if ahead:
        found.append(Portion("what numbers are led by", ahead))
    blocks = list(_blocks(rest))
    for number, (code, keys) in enumerate(blocks):
        parts = [keys[:1], keys[1:]] if number == 0 else [keys]
        for at, some in enumerate(part for part in parts if part):
            first = number == 0 and at == 0
            found.append(_portion(rest, "" if at else code, some, canary=first))
    left = {kind: keys for kind, keys in rest.items() if keys}
    if left:
        found.append(Portion("names, groups and codes", left))
    return found


def numbers_of(resource: Mapping[str, Any]) -> list[str]:
    """The numbers that are on a desired set's keys; none of one that is to go."""
    keys = resource.get("keys") or {}
    return [str(key["dn"]) for key in keys.values() if key and key.get("dn")]


def numbers_here(desired: Resources) -> list[str]:
    """The numbers of the telephones that an exchange is to have."""
    return [number for one in desired.get(SET, {}).values() for number in numbers_of(one)]


def _blocks(resources: Resources) -> Iterator[tuple[str, list[str]]]:
    """(the steering code that goes, or "", and the sets that come in its place), in the order of the sets."""
    sets = [key for key, one in resources.get(SET, {}).items() if one.get("present", True)]
    codes = [key for key, one in resources.get(STEERING, {}).items() if one.get("present") is False]
    by_code: dict[str, list[str]] = {}
    for key in sets:
        numbers = numbers_of(resources[SET][key])
        code = next((code for code in codes if any(each.startswith(code.split()[-1]) for each in numbers)), "")
        by_code.setdefault(code, []).append(key)
    for code, keys in by_code.items():
        # the numbers below one code are without an owner until all are there: they are not divided
        some = [keys] if code else [keys[start : start + MOST] for start in range(0, len(keys), MOST)]
        yield from ((code, each) for each in some)


def _portion(rest: Resources, code: str, sets: list[str], *, canary: bool) -> Portion:
    """Takes the sets and the code out of the rest."""
    taken: Resources = {SET: {key: rest[SET].pop(key) for key in sets}}
    numbers = [number for key in sets for number in numbers_of(taken[SET][key])]
    taken |= {STEERING: {code: rest[STEERING].pop(code)}} if code else {}
    title = f"the first telephone, {numbers[0]}" if canary and numbers else f"{len(sets)} telephones"
    return Portion(title, taken, tuple(numbers))
