"""What an exchange should be: numbers and codes that do not fit together are one clear error."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.numbering import Numbering
from fellesdrift.numbering.desired import check_desired

PLAN = Numbering.model_validate(
    {
        "extension_length": 4,
        "stage": "telephony",
        "ranges": {
            "town": {"municipality": "drammen", "first": "4000", "last": "4999", "exchange": "hub"},
            "hall": {
                "municipality": "sande", "first": "6000", "last": "6019", "exchange": "ask", "exchange_after": "hub",
            },
        },
        "special_numbers": {"desk": {"number": "1700", "kind": "service", "exchange": "hub", "title": "Desk"}},
    }
)  # fmt: skip


def a_set(*keys: tuple[str, bool]) -> dict[str, Any]:
    named = {f"{at:02}": {"function": "SCR", "dn": dn, "marp": marp} for at, (dn, marp) in enumerate(keys)}
    return {"type": "i2002", "keys": {**named, "05": {"function": "TRN"}, "06": None}}


GOOD: dict[str, Any] = {
    "set": {
        "096 0 00 00": a_set(("6000", True)),
        # a number on two sets, of which one is the prime one
        "096 0 00 01": a_set(("6001", True), ("6000", False)),
        "096 0 00 09": {"present": False},
    },
    "hunt_group": {"1": {"pilot": "6019", "members": {"0": "6000"}}, "2": {"pilot": "1700"}},
    "steering_code": {"DSC 5": {"route_list": 10}, "DSC 6000": {"present": False}, "TSC 112": {"length": 3}},
}


def test_what_fits_together() -> None:
    check_desired("hub", GOOD, PLAN, ["sande"])
    check_desired("hub", {}, PLAN, [])
    check_desired("hub", GOOD, None, [])


def two_sets(desired: dict[str, Any]) -> None:
    desired["set"]["096 0 00 02"] = a_set(("6001", True))


def no_prime_set(desired: dict[str, Any]) -> None:
    desired["set"]["096 0 00 01"] = a_set(("6001", False))
    desired["set"]["096 0 00 02"] = a_set(("6001", False))


def of_another_range(desired: dict[str, Any]) -> None:
    desired["set"]["096 0 00 02"] = a_set(("7001", True))


def a_pilot_of_nobody(desired: dict[str, Any]) -> None:
    desired["hunt_group"]["1"]["pilot"] = "6020"


def a_code_begins_a_number(desired: dict[str, Any]) -> None:
    desired["steering_code"]["DSC 600"] = {"route_list": 10}


def a_code_begins_a_code(desired: dict[str, Any]) -> None:
    desired["steering_code"]["TSC 51"] = {"route_list": 10}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (two_sets, "FD473"),
        (no_prime_set, "FD473"),
        (of_another_range, "FD474"),
        (a_pilot_of_nobody, "FD474"),
        (a_code_begins_a_number, "FD475"),
        (a_code_begins_a_code, "FD475"),
    ],
)
def test_what_does_not(change: Any, code: str, golden: Any) -> None:
    desired = copy.deepcopy(GOOD)
    change(desired)
    with pytest.raises(FellesdriftError) as caught:
        check_desired("hub", desired, PLAN, ["sande"])
    assert caught.value.code == code
    golden(f"numbering/{change.__name__}", str(caught.value))


def test_a_range_that_has_not_moved_is_not_its_own_yet() -> None:
    with pytest.raises(FellesdriftError) as caught:
        check_desired("hub", GOOD, PLAN, [])
    assert (caught.value.code, caught.value.found) == ("FD474", "6000, of ask")
