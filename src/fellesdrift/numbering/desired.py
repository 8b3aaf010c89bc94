"""Whether what an exchange should be fits together: a number on one set and its own, and codes that can be dialled.

Desired state says only what is claimed, so this looks at what is there; what is missing is no fault here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import dialling
from fellesdrift.estate.numbering import Numbering
from fellesdrift.numbering.switch import Resources


def check_desired(host: str, resources: Resources, plan: Numbering | None, moved: Collection[str]) -> None:
    """moved: the municipalities that have completed the plan's stage. Raises FD473 for a number on two sets, FD474 for
    one that the plan gives to another exchange or to nobody, FD475 for a code that is the beginning of another."""
    places = _places(resources)
    _one_set(host, places)
    pilots = {
        str(each["pilot"]): f"hunt_group {key}" for key, each in _there(resources, "hunt_group") if "pilot" in each
    }
    numbers = {dn: where[0][0] for dn, where in places.items()} | pilots
    if plan is not None:
        _own(host, numbers, plan, moved)
    _apart(host, numbers | {key.split()[-1]: f"steering_code {key}" for key, _ in _there(resources, "steering_code")})


def _there(resources: Resources, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((key, each) for key, each in resources.get(kind, {}).items() if each.get("present", True))


def _places(resources: Resources) -> dict[str, list[tuple[str, bool]]]:
    """number -> (set and key, whether it is the prime appearance) of each key that has it."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for terminal, each in _there(resources, "set"):
        for key, function in (each.get("keys") or {}).items():
            if function and function.get("dn"):
                place = f"set {terminal} key {key}", bool(function.get("marp"))
                found.setdefault(str(function["dn"]), []).append(place)
    return found


def _one_set(host: str, places: Mapping[str, list[tuple[str, bool]]]) -> None:
    """A number may be on several sets, when one of them is said to be the prime one."""
    twice = {dn: where for dn, where in places.items() if len(where) > 1 and sum(marp for _, marp in where) != 1}
    if twice:
        dn, where = next(iter(twice.items()))
        raise FellesdriftError(
            "FD473",
            "a number should be on several sets, and it is not said on which of them first",
            host=host,
            key=f"number {dn}",
            found=", ".join(place for place, _ in where),
            expected="one set with the number, or exactly one of them with `marp: true`",
            details=[f"also: number {other}" for other in list(twice)[1:]],
        )


def _own(host: str, numbers: Mapping[str, str], plan: Numbering, moved: Collection[str]) -> None:
    services = {each.number for each in plan.special_numbers.values() if each.exchange == host}
    for number, place in numbers.items():
        if number in services:
            continue
        try:
            owner = dialling.exchange_of_extension(number, plan, moved)
        except ValueError:
            owner = "nobody"
        if owner != host:
            own = dialling.ranges_at_exchange(host, plan, moved)
            raise FellesdriftError(
                "FD474",
                "an exchange should have a number that the numbering plan does not give it",
                host=host,
                key=place,
                found=f"{number}, of {owner}",
                expected=", ".join(f"{each['first']} to {each['last']}" for each in own) or "no number",
                next_step="look at the ranges of fellesdrift_numbering",
            )


def _apart(host: str, codes: Mapping[str, str]) -> None:
    """Sorted, a code stands directly before those that begin with it."""
    before = ""
    for code in sorted(codes):
        if before and code.startswith(before):
            raise FellesdriftError(
                "FD475",
                "an exchange should have a code that is the beginning of another",
                host=host,
                key=codes[before],
                found=f"{before}, and {code} ({codes[code]})",
                expected="codes of which none begins with another: the longer one could never be dialled",
            )
        before = code
