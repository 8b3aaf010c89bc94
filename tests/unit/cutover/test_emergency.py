"""Emergency numbers, followed over all exchanges while one of them is changed; computed, and unknown is never well."""

from __future__ import annotations

from typing import Any

import pytest

from fellesdrift.cutover.emergency import Lookout, plan_of
from fellesdrift.cutover.pbx_verification import not_ringing, refuse_not_ringing
from fellesdrift.errors import FellesdriftError
from fellesdrift.state.pbx.kinds import Effect

PLAN: dict[str, Any] = {
    "extension_length": 4,
    "assumed": True,
    "reason": "A test.",
    "ranges": {
        "one": {
            "municipality": "sande",
            "first": "6000",
            "last": "6999",
            "exchange": "x1",
            "assumed": True,
            "reason": "x",
        },
        "two": {
            "municipality": "sande",
            "first": "7000",
            "last": "7999",
            "exchange": "x2",
            "assumed": True,
            "reason": "x",
        },
    },
    "special_numbers": {
        "police": {"number": "112", "kind": "emergency", "title": "Police"},
        "desk": {"number": "99", "kind": "attendant", "title": "Desk"},
    },
    "trunks": {
        "out1": {"public": True, "ends": [{"exchange": "x1", "route": 1}], "assumed": True, "reason": "x"},
        "out2": {"public": True, "ends": [{"exchange": "x2", "route": 1}], "assumed": True, "reason": "x"},
    },
}
ENTRY = [{"entry": 0, "local": False, "route": 1, "level": 0, "digit_manipulation": 0}]


def exchange(number: str) -> dict[str, Any]:
    telephone = {"type": "i2002", "customer": 0, "fields": {"NCOS": "1"}}
    return {
        "set": {"096 0 00 00": telephone | {"keys": {"00": {"function": "SCR", "dn": number, "marp": True}}}},
        "hunt_group": {},
        "attendant": {"0": {"dn": "99"}},
        "networking": {"0": {"vacant_routing": False, "route_list": None, "length": None}},
        "dialling_plan": {"0": {"digits": 4, "access_code_1": "0", "access_code_2": ""}},
        "steering_code": {"TSC 112": {"present": True, "length": 3, "route_list": 1}},
        "special_number": {},
        "route": {"1": {"direction": "IAO", "access_code": "9001"}},
        "route_list": {"1": {"entries": ENTRY}},
        "digit_manipulation": {},
    }


@pytest.fixture
def lookout() -> Lookout:
    return Lookout(plan_of(PLAN), {"x1": exchange("6000"), "x2": exchange("7000")}, {})


def test_every_number_at_every_exchange(lookout: Lookout) -> None:
    assert [(each.host, each.number, each.reaches) for each in lookout.reach()] == [
        ("x1", "112", True),
        ("x2", "112", True),
    ]
    lookout.refuse_unreached("a step")
    assert lookout.judged("x1") == (True, "112 reach the public network (computed)")


def test_a_step_that_takes_one_away_is_seen_without_reading(lookout: Lookout) -> None:
    code = {"present": True, "length": 3, "route_list": 1}
    lookout.stepped("x2", [Effect("steering_code", "TSC 112", code, {"present": False})])
    with pytest.raises(FellesdriftError) as caught:
        lookout.refuse_unreached("Remove steering code TSC 112")
    assert (caught.value.code, caught.value.host, caught.value.key) == ("FD481", "x2", "Remove steering code TSC 112")
    assert lookout.judged("x2")[0] is False
    assert lookout.judged("x1")[0] is True
    lookout.read_again("x2", exchange("7000"))
    lookout.refuse_unreached("read again")


def test_what_is_not_known_stops_it_too() -> None:
    blind = Lookout(plan_of(PLAN), {"x1": exchange("6000")}, {"x2": "x2: FD301: no answer"})
    with pytest.raises(FellesdriftError) as caught:
        blind.refuse_unreached("a step")
    assert (caught.value.code, caught.value.host) == ("FD482", "x2")
    assert "x2: x2: FD301: no answer" in caught.value.details
    assert blind.judged("x2")[0] is None
    blind.refuse_unreached("a step", ["x1"])


def test_without_a_plan_or_without_emergency_numbers_nothing_is_well() -> None:
    with pytest.raises(FellesdriftError) as caught:
        plan_of(None)
    assert caught.value.code == "FD483"
    none = Lookout(plan_of(PLAN | {"special_numbers": {}}), {"x1": exchange("6000")}, {})
    with pytest.raises(FellesdriftError) as caught:
        none.refuse_unreached("a step")
    assert caught.value.code == "FD482"
    assert none.judged("x1")[0] is None


def test_a_number_has_to_ring_where_its_telephone_is(lookout: Lookout) -> None:
    assert not_ringing(lookout, "x1", ["6000"]) == []
    with pytest.raises(FellesdriftError) as caught:
        refuse_not_ringing(lookout, "x1", ["6000", "6001"], "the first telephone")
    assert (caught.value.code, caught.value.host) == ("FD484", "x1")
    assert "1 of 2" in str(caught.value.found)
