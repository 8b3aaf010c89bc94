"""Calls worked out by hand, over three exchanges small enough to be read."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from fellesdrift.numbering import Answer, Far, RingsAt, emergency, network, ring

CABLING = {
    "hub": {1: Far(None), 11: Far("ask", 10), 12: Far("bjork", 10)},
    "ask": {1: Far(None), 10: Far("hub", 11)},
    "bjork": {10: Far("hub", 12)},
}


def a_set(*dns: str, marp: bool = True, ncos: str = "3", forward: str | None = None) -> dict[str, Any]:
    keys = {f"{at:02}": {"function": "SCR", "dn": dn, "marp": marp, "value": ""} for at, dn in enumerate(dns)}
    value = "16" if forward is None else f"16 {forward}"
    keys["19"] = {"function": "CFW", "dn": "", "marp": False, "value": value}
    return {"type": "3902", "customer": 0, "fields": {"NCOS": ncos}, "keys": keys}


def entry(route: int, level: int = 0, digits: int = 0) -> dict[str, Any]:
    return {"entry": 0, "local": False, "route": route, "level": level, "digit_manipulation": digits}


def an_exchange(sets: dict[str, Any], codes: dict[str, int], routes: dict[int, str], public: int) -> dict[str, Any]:
    """codes: distant steering code -> route list, of which each has the route of its number."""
    return {
        "set": sets,
        "hunt_group": {},
        "attendant": {"0": {"dn": "99"}},
        "networking": {"0": {"vacant_routing": False, "route_list": None, "length": None}},
        "dialling_plan": {"0": {"digits": 4, "access_code_1": "0", "access_code_2": ""}},
        "steering_code": {f"DSC {code}": {"length": 0, "route_list": at} for code, at in codes.items()}
        | {f"TSC {code}": {"length": 3, "route_list": public} for code in ("110", "112", "113")},
        "special_number": {
            "AC1 112": {"length": 3, "route_list": public},
            "AC1 00": {"length": 8, "route_list": public},
        },
        "route": {str(at): {"direction": "IAO", "access_code": code} for at, code in routes.items()},
        "route_list": {str(at): {"entries": [entry(at)]} for at in routes},
        "digit_manipulation": {"1": {"delete": 1, "insert": ""}, "2": {"delete": 0, "insert": "0"}},
    }


@pytest.fixture
def region() -> dict[str, Any]:
    """hub 2xxx, ask 6xxx, bjork 7xxx; bjork has no line outside of its own."""
    hub = an_exchange(
        {"004 0 00 00": a_set("2001"), "004 0 00 01": a_set("2002", forward="6001"), "004 0 00 02": a_set("2003")},
        {"6": 11, "7": 12}, {1: "9001", 11: "9011", 12: "9012"}, 1,
    )  # fmt: skip
    ask = an_exchange(
        {
            "001 0 00 00": a_set("6001"),
            "001 0 00 01": a_set("6002", ncos="1") | {"fields": {"NCOS": "1"}},
            "001 0 00 02": a_set("6003", "6001", marp=True),
        },
        {"2": 10, "7": 10}, {1: "9001", 10: "9010"}, 1,
    )  # fmt: skip
    ask["set"]["001 0 00 02"]["keys"]["01"]["marp"] = False
    bjork = an_exchange({"001 0 00 00": a_set("7001")}, {"2": 10, "6": 10}, {10: "9010"}, 10)
    return {"hub": hub, "ask": ask, "bjork": bjork}


def dial(region: dict[str, Any], at: str, digits: str, origin: str | None = None) -> Answer:
    return ring(region, CABLING, at, digits, origin)


def test_the_same_exchange_and_every_set_with_the_number(region: dict[str, Any]) -> None:
    answer = dial(region, "ask", "6001")
    assert answer.rings_at == RingsAt("ask", "6001", ("001 0 00 00", "001 0 00 02"))
    assert answer.computed
    assert str(answer) == "6001 dialled at ask: rings 6001 of ask at TN 001 0 00 00, 001 0 00 02 (computed)"


def test_over_two_lines_with_every_step(region: dict[str, Any]) -> None:
    answer = dial(region, "bjork", "6002", "7001")
    assert answer.rings_at == RingsAt("ask", "6002", ("001 0 00 01",))
    assert [str(step) for step in answer.path] == [
        "bjork: 6002: DSC 6, route list 10",
        "bjork: route 10: 6002 to hub",
        "hub: 6002: DSC 6, route list 11",
        "hub: route 11: 6002 to ask",
        "ask: 6002: TN 001 0 00 01",
    ]


def test_a_forwarded_call_goes_on_to_another_exchange(region: dict[str, Any]) -> None:
    answer = dial(region, "bjork", "2002")
    assert answer.rings_at is not None
    assert answer.rings_at.host == "ask"
    assert "hub: 2002: TN 004 0 00 01 forwards to 6001" in [str(step) for step in answer.path]
    # only the calls to the number of key 00 are forwarded
    region["hub"]["set"]["004 0 00 01"]["keys"]["01"] = {"function": "SCR", "dn": "2004", "marp": True, "value": ""}
    assert dial(region, "hub", "2004").rings_at == RingsAt("hub", "2004", ("004 0 00 01",))


@pytest.mark.parametrize(
    ("digits", "result"),
    [
        ("2999", "vacant"), ("600", "incomplete"), ("60011", "vacant"), ("20019", "vacant"), ("5", "vacant"),
        ("", "incomplete"),
    ],
)  # fmt: skip
def test_numbers_that_are_not_there(region: dict[str, Any], digits: str, result: str) -> None:
    answer = dial(region, "hub", digits)
    assert (answer.result, answer.rings_at, answer.arrives) == (result, None, False)


def test_the_switchboard(region: dict[str, Any]) -> None:
    assert str(dial(region, "ask", "99")) == "99 dialled at ask: rings 99 of ask, the switchboard (computed)"


def test_outside_by_the_access_code(region: dict[str, Any]) -> None:
    assert dial(region, "ask", "000610000").rings_at == RingsAt("ask", "00610000")
    assert dial(region, "ask", "00061000").result == "incomplete"
    assert dial(region, "ask", "0112").rings_at == RingsAt("ask", "112")
    # bjork's list leads to hub, which takes the bare 112 for its own steering code
    assert dial(region, "bjork", "0112").rings_at == RingsAt("hub", "112")


def test_a_line_by_its_access_code(region: dict[str, Any]) -> None:
    assert dial(region, "ask", "90102001").rings_at == RingsAt("hub", "2001", ("004 0 00 00",))
    assert dial(region, "ask", "9010").result == "incomplete"


def test_levels_decide_which_entry_is_used(region: dict[str, Any]) -> None:
    region["ask"]["route_list"]["10"]["entries"] = [entry(10, level=2), entry(1, digits=2)]
    assert dial(region, "ask", "2001", "6001").rings_at == RingsAt("hub", "2001", ("004 0 00 00",))
    assert dial(region, "ask", "2001", "6002").rings_at == RingsAt("ask", "02001")
    region["ask"]["route_list"]["10"]["entries"] = [entry(10, level=2)]
    blocked = dial(region, "ask", "2001", "6002")
    assert blocked.result == "blocked"
    assert str(blocked.path[1]) == "ask: route list 10 entry 0: needs level 2, the caller has 1"


def test_a_local_steering_code_and_local_termination(region: dict[str, Any]) -> None:
    region["ask"]["steering_code"]["LSC 36"] = {"digit_manipulation": 1}
    assert dial(region, "ask", "36001").rings_at == RingsAt("ask", "6001", ("001 0 00 00", "001 0 00 02"))
    local = {"entry": 0, "local": True, "level": 0, "digit_manipulation": 1}
    region["ask"]["route_list"]["20"] = {"entries": [local]}
    region["ask"]["steering_code"]["TSC 46"] = {"length": 5, "route_list": 20}
    assert dial(region, "ask", "46003").rings_at == RingsAt("ask", "6003", ("001 0 00 02",))


def test_a_hunt_group_takes_the_first_that_rings(region: dict[str, Any]) -> None:
    region["hub"]["hunt_group"]["1"] = {"pilot": "1700", "size": 3, "members": {"0": None, "1": "2888", "2": "2002"}}
    region["bjork"]["steering_code"]["TSC 1700"] = {"length": 4, "route_list": 10}
    answer = dial(region, "bjork", "1700")
    assert answer.rings_at is not None
    assert (answer.rings_at.host, answer.rings_at.number) == ("ask", "6001")
    region["hub"]["hunt_group"]["1"]["members"] = {"0": "2888"}
    assert dial(region, "bjork", "1700").result == "blocked"


def test_vacant_numbers_are_routed_on(region: dict[str, Any]) -> None:
    region["bjork"]["networking"]["0"] = {"vacant_routing": True, "route_list": 10, "length": 4}
    del region["bjork"]["steering_code"]["DSC 6"]
    assert dial(region, "bjork", "6003").rings_at == RingsAt("ask", "6003", ("001 0 00 02",))
    assert dial(region, "bjork", "60033").result == "vacant"


def test_two_exchanges_that_send_a_number_to_each_other(region: dict[str, Any]) -> None:
    region["ask"]["steering_code"]["DSC 5"] = {"length": 0, "route_list": 10}
    region["hub"]["steering_code"]["DSC 5"] = {"length": 0, "route_list": 11}
    assert dial(region, "hub", "5001").result == "loop"
    region["hub"]["set"]["004 0 00 00"] = a_set("2001", forward="2003")
    region["hub"]["set"]["004 0 00 02"] = a_set("2003", forward="2001")
    assert dial(region, "hub", "2001").result == "loop"
    # a call that grows at every turn is one too
    region["hub"]["digit_manipulation"]["3"] = {"delete": 0, "insert": "4"}
    region["hub"]["steering_code"]["LSC 4"] = {"digit_manipulation": 3}
    assert dial(region, "hub", "4").result == "loop"


# --- what is not known ---


def unknown(answer: Answer) -> str:
    assert (answer.result, answer.rings_at, answer.arrives) == ("inconclusive", None, False)
    assert answer.why is not None
    return answer.why


def test_an_exchange_that_was_not_read(region: dict[str, Any]) -> None:
    del region["ask"]
    assert unknown(dial(region, "bjork", "6001")) == "ask: was not read"
    assert unknown(dial(region, "ask", "6001")) == "ask: was not read"
    assert dial(region, "bjork", "2001").result == "rings"


@pytest.mark.parametrize("kind", ["set", "hunt_group", "attendant", "steering_code", "dialling_plan", "route"])
def test_a_kind_that_was_not_read_may_have_the_number(region: dict[str, Any], kind: str) -> None:
    del region["hub"][kind]
    assert unknown(dial(region, "hub", "5555")) == f"hub: 5555 is not known, and {kind} was not read"


@pytest.mark.parametrize("kind", ["networking", "route_list", "route", "digit_manipulation"])
def test_a_kind_that_a_call_needs(region: dict[str, Any], kind: str) -> None:
    region["hub"]["route_list"]["11"]["entries"] = [entry(11, digits=1)]
    del region["hub"][kind]
    assert kind in unknown(dial(region, "hub", "5555" if kind == "networking" else "6001"))


def test_a_line_that_nobody_has_written_down(region: dict[str, Any]) -> None:
    answer = ring(region, CABLING | {"bjork": {}}, "bjork", "2001")
    assert unknown(answer) == "bjork: where route 10 leads is not in the inventory"
    assert [str(step) for step in answer.path] == ["bjork: 2001: DSC 2, route list 10"]


def test_data_that_contradicts_itself(region: dict[str, Any]) -> None:
    region["hub"]["steering_code"]["DSC 20"] = {"length": 0, "route_list": 11}
    assert unknown(dial(region, "hub", "2001")) == "hub: 2001 begins with several codes: steering 20, dn 2001"
    region["ask"]["set"]["001 0 00 02"]["keys"]["01"]["marp"] = True
    assert unknown(dial(region, "ask", "6001")) == "ask: 6001 has 2 prime appearances (MARP) instead of one"


def test_a_key_that_is_not_known_to_ring(region: dict[str, Any]) -> None:
    region["hub"]["set"]["004 0 00 00"]["keys"]["00"]["function"] = "HOT"
    assert unknown(dial(region, "hub", "2001")) == "hub: 2001 is on a key HOT: whether that rings is not known"


@pytest.mark.parametrize("kind", ["route_list", "steering_code", "route", "digit_manipulation", "dialling_plan"])
def test_an_attribute_that_is_missing_is_never_taken_for_something(region: dict[str, Any], kind: str) -> None:
    """Whatever one attribute of what the call needs is taken away: never another place, never vacant."""
    region["hub"]["route_list"]["11"]["entries"] = [entry(11, digits=2)]
    del region["ask"]["set"]["001 0 00 00"]
    before = dial(region, "hub", "6001")
    for key, each in region["hub"][kind].items():
        for attribute in each:
            changed = copy.deepcopy(region)
            del changed["hub"][kind][key][attribute]
            after = dial(changed, "hub", "6001")
            assert after.result == "inconclusive" or after == before, (kind, key, attribute)


def test_a_caller_who_is_not_there(region: dict[str, Any]) -> None:
    assert unknown(dial(region, "hub", "6001", "2999")) == (
        "no set has the number 2999, so what it may dial is not known"
    )


def test_hunt_groups_within_hunt_groups_come_to_an_end(region: dict[str, Any]) -> None:
    for number in range(12):
        member = f"15{number + 1:02}"
        region["hub"]["hunt_group"][str(number)] = {
            "pilot": f"15{number:02}", "size": 4, "members": dict.fromkeys("0123", member),
        }  # fmt: skip
    assert "2000 decisions" in unknown(dial(region, "hub", "1500"))


# --- emergency numbers ---


def test_emergency_numbers_from_everywhere(region: dict[str, Any]) -> None:
    found = emergency(network(region, CABLING), ["110", "112"])
    assert [(each.host, each.number) for each in found] == [
        (host, number) for host in ("hub", "ask", "bjork") for number in ("110", "112")
    ]
    assert all(each.reaches is True for each in found)


def test_an_emergency_number_that_arrives_as_another(region: dict[str, Any]) -> None:
    region["hub"]["route_list"]["1"]["entries"] = [entry(1, digits=2)]
    found = {(each.host, each.number): each for each in emergency(network(region, CABLING), ["112"])}
    assert found["ask", "112"].reaches is True
    assert found["hub", "112"].reaches is False
    assert str(found["hub", "112"].answer) == "112 dialled at hub: to the public network from hub, as 0112 (computed)"
    assert found["bjork", "112"].reaches is False


def test_an_emergency_number_that_the_lowest_class_may_not_dial(region: dict[str, Any]) -> None:
    region["ask"]["route_list"]["1"]["entries"] = [entry(1, level=2)]
    net = network(region, CABLING)
    assert [each.reaches for each in emergency(net, ["112"], ["ask"])] == [False]
    assert net.ring("ask", "112", "6001").arrives, "some may, and that is not enough"


def test_an_emergency_number_of_which_nothing_is_known(region: dict[str, Any]) -> None:
    del region["bjork"]["set"]["001 0 00 00"]["fields"]["NCOS"]
    del region["hub"]["networking"]
    del region["hub"]["steering_code"]["TSC 112"]
    found = emergency(network(region, CABLING), ["112"], ["hub", "bjork", "nowhere"])
    assert [each.reaches for each in found] == [None, None, None]
    assert all(each.answer.result == "inconclusive" for each in found)
