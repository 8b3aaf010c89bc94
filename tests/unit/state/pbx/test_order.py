"""The order of steps that lean on each other, and the way out where codes change places."""

from __future__ import annotations

from typing import Any

from fellesdrift.state.pbx import bring, prepare, read_all
from fellesdrift.state.pbx.spare import Codes
from fellesdrift.twin.pbx.records import Block, Entry, Route, RouteList, Steering
from fellesdrift.twin.pbx.tables import Tables

from .conftest import World

PLAN = {"CDP": "YES", "MXSC": "0", "NCDP": "4", "AC1": "7", "AC2": "8"}


def tables() -> Tables:
    """Two routes in one list, and a code that leads there."""
    zeros = dict.fromkeys(("MXLC", "MXSD", "MXIX", "MXDM", "MXRL"), "0")
    return Tables(
        customers={0: Block((("ATDN", "99"), ("VNR", "NO")))},
        esn={0: Block(tuple({**zeros, **PLAN}.items()))},
        routes={(0, at): Route(at, 0, "TIE", "IAO", f"90{at}") for at in (1, 2)},
        lists={(0, 5): RouteList(5, (Entry(0, False, 1, 0, 0), Entry(1, False, 2, 0, 0)))},
        steering={(0, "30"): Steering("DSC", "30", 0, 5)},
    )


def titles(world: World, desired: dict[str, Any]) -> list[str]:
    """Of the steps; they are taken, and lead back."""
    with world.opened(world.exchange(tables())) as exchange:
        kinds = ("dialling_plan", "attendant", "route", "route_list", "steering_code")
        began = read_all(exchange, kinds)
        planned = prepare(exchange, desired)
        bring(exchange, planned)
        assert prepare(exchange, desired).steps == []
        bring(exchange, prepare(exchange, planned.before))
        assert read_all(exchange, kinds) == began
    return [step.title for step in planned.steps]


def test_routes_exchange_their_codes_by_way_of_a_spare_one(world: World) -> None:
    found = titles(world, {"route": {"1": {"access_code": "902"}, "2": {"access_code": "901"}}})
    assert len(found) == 3
    assert len({title.split(":")[0] for title in found}) == 2, found


def test_a_code_that_begins_with_the_old_one_goes_by_way_of_a_spare_one(world: World) -> None:
    assert len(titles(world, {"route": {"1": {"access_code": "9011"}}})) == 2


def test_both_access_codes_change_places(world: World) -> None:
    assert len(titles(world, {"dialling_plan": {"0": {"access_code_1": "8", "access_code_2": "7"}}})) == 2


def test_a_code_is_free_before_another_takes_it(world: World) -> None:
    absent = {"present": False}
    wanted = {"steering_code": {"DSC 30": absent, "TSC 301": {"route_list": 5}}}
    assert titles(world, wanted) == ["Remove steering code DSC 30", "Add steering code TSC 301"]


def test_what_is_leant_on_goes_last_and_comes_first(world: World) -> None:
    absent = {"present": False}
    everything = {"steering_code": {"DSC 30": absent}, "route_list": {"5": absent}, "route": {"1": absent, "2": absent}}
    assert titles(world, everything) == [
        "Remove steering code DSC 30",
        "Remove route list 5",
        "Remove route 1",
        "Remove route 2",
    ]


def test_a_route_is_replaced_by_one_with_its_code(world: World) -> None:
    """The list has the old one until the new one is there, and both want the same code."""
    wanted = {
        "route": {"1": {"present": False}, "3": {"trunk_type": "TIE", "direction": "IAO", "access_code": "901"}},
        "route_list": {"5": {"entries": [{"route": 3}, {"route": 2}]}},
    }
    assert titles(world, wanted) == [
        "Change route 1: access_code",
        "Add route 3",
        "Change route list 5: entries",
        "Remove route 1",
    ]


def test_a_spare_code_is_in_nobodys_way() -> None:
    codes = Codes({"9", "88", "8712"})
    assert codes.spare(4) == "8999"
    assert codes.spare(4) == "8998", "no code is given twice"
    assert Codes(str(digit) for digit in range(10)).spare(7) is None
    assert sorted(codes.in_the_way("87")) == ["8712"]
    assert sorted(codes.in_the_way("87123")) == ["8712"]
