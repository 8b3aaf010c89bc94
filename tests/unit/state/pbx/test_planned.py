"""What is planned for sets, names and hunt groups of an exchange whose prints are given: nothing is typed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.small_exchange import tables

from fellesdrift.session.overlay import OverlayTarget
from fellesdrift.state.pbx import KINDS, Plan, check, plan
from fellesdrift.state.pbx.errors import DesiredError, RefusedStateError
from fellesdrift.state.pbx.exchange import Exchange

A, B, C = "014 0 00 03", "006 0 00 12", "024 0 00 01"
TARGET = OverlayTarget("x1", "192.0.2.71", 23, "LOGINID", "secret-1", telnet=True)
Golden = Callable[[str, object], None]


def key(dn: str, **more: Any) -> dict[str, Any]:
    return {"function": "SCR", "dn": dn, "clid": "0", "marp": True, "anie": "0", **more}


def a_set(dn: str, kind: str = "3902", **more: Any) -> dict[str, Any]:
    number = key(dn) if kind != "500" else {**key(dn), "function": "DN"}
    return {
        "present": True,
        "type": kind,
        "des": "OLD",
        "customer": 0,
        "class_of_service": ["CTD", "HFD", "VCE"],
        "fields": {"NCOS": "1", "HUNT": "2000", "PLEV": "02"},
        "keys": {"00": number},
        **more,
    }


def group(**members: str) -> dict[str, Any]:
    held = {entry.removeprefix("e"): dn for entry, dn in members.items()}
    return {"present": True, "pilot": "0705", "size": 4, "length": 4, "members": held}


class Given(Exchange):
    """An exchange that has printed these."""

    def __init__(self, *, form: str | None = "small", **kinds: dict[str, Any]) -> None:
        def opener(_: OverlayTarget) -> Any:
            raise AssertionError("nothing is typed")

        super().__init__(TARGET, form, opener)
        self._whole = {name: {} for name in KINDS} | kinds


def planned(exchange: Given, **desired: Any) -> Plan:
    return plan(exchange, check(desired))


def two(**more: Any) -> Given:
    return Given(set={A: a_set("2057"), B: a_set("2186")}, **more)


def typed(found: Plan) -> list[tuple[int, dict[str, Any]]]:
    return [(entry.overlay, dict(entry.answers)) for step in found.steps for entry in step.dialogue]


def test_the_published_sets_are_the_ones_of_these_tests() -> None:
    assert {(14, 0, 0, 3), (6, 0, 0, 12), (24, 0, 0, 1)} <= tables().sets.keys()


def test_a_change_types_what_differs_and_nothing_else() -> None:
    found = planned(
        two(),
        set={A: {"des": "NEW", "class_of_service": ["TLD", "VCE"], "fields": {"NCOS": "1", "HUNT": "", "PLEV": 3}}},
    )
    assert typed(found) == [
        (
            20,
            {
                "REQ": "CHG",
                "TYPE": "3902",
                "TN": "14 3",
                "ECHG": "YES",
                "ITEM": ["DES NEW", "HUNT X", "PLEV 03", "CLS TLD", ""],
            },
        )
    ]
    assert found.before == {
        "set": {A: {"des": "OLD", "fields": {"HUNT": "2000", "PLEV": "02"}, "class_of_service": ["CTD"]}}
    }


def test_terminal_numbers_are_typed_as_the_system_asks_for_them() -> None:
    def tn(exchange: Given, at: str) -> str:
        return str(typed(planned(exchange, set={at: {"des": "NEW"}}))[0][1]["TN"])

    sets = {"014 0 00 03": a_set("2057")}
    assert tn(Given(form="large", set=sets), "014 0 00 03") == "14 0 0 3"
    assert tn(Given(form=None, set=sets), "014 0 00 03") == "14 3", "no superloop has such a number"
    assert tn(Given(form=None, set={"004 1 05 03": a_set("2057")}), "004 1 05 03") == "4 1 5 3"


def test_numbers_of_a_set_change_places_by_way_of_an_empty_key() -> None:
    keys = {"00": key("2057"), "01": key("2058")}
    found = planned(
        Given(set={A: a_set("2057", keys=keys)}), set={A: {"keys": {"0": {"dn": "2058"}, 1: {"dn": "2057"}}}}
    )
    answers = typed(found)[0][1]
    assert answers["ITEM"] == ["KEY 01 NUL", ""]
    assert answers["KEY"] == ["00 SCR 2058 0", "01 SCR 2057 0", ""]
    assert answers["MARP"] == ["YES", "YES"]


def test_a_number_is_on_its_new_set_before_it_leaves_the_old_one() -> None:
    found = planned(two(), set={A: {"keys": {"00": {"dn": "2186"}}}, B: {"keys": {"00": {"dn": "2190"}}}})
    assert [step.key for step in found.steps] == [A, B]
    assert found.after["set"][A]["keys"]["00"]["marp"] is True, "or nobody would be"
    found = planned(two(), set={B: {"keys": {"00": {"dn": "2057"}}}, A: {"present": False}})
    assert [step.key for step in found.steps] == [B, A]


def test_a_number_comes_when_one_that_begins_it_is_gone() -> None:
    new = {"type": "3902", "des": "NEW", "keys": {"00": {"function": "SCR", "dn": "20571"}}}
    found = planned(two(), set={"014 0 00 04": new, A: {"present": False}})
    assert [step.key for step in found.steps] == [A, "014 0 00 04"]


def test_whoever_becomes_marp_takes_it_from_the_other() -> None:
    shared = {A: a_set("2057"), B: a_set("2057", keys={"00": key("2057", marp=False)})}
    found = planned(Given(set=shared), set={B: {"keys": {"00": {"marp": True}}}})
    assert [step.key for step in found.steps] == [B]
    assert found.after["set"][A] == {"keys": {"00": {"marp": False}}}
    assert found.before["set"][A] == {"keys": {"00": {"marp": True}}}
    found = planned(Given(set=shared), set={A: {"present": False}})
    assert [step.key for step in found.steps] == [B, A], "the one that stays is MARP before the other goes"


def test_a_name_goes_with_its_number_and_is_recorded() -> None:
    name = {"present": True, "name": "Sentralbord", "language": "ROM", "display": "FIRST,LAST"}
    found = planned(two(name={"2057": name}), set={A: {"present": False}})
    assert found.before["name"] == {"2057": name}
    assert found.after["name"] == {"2057": {"present": False}}
    swap = {A: {"keys": {"00": {"dn": "2186"}}}, B: {"keys": {"00": {"dn": "2057"}}}}
    # the first of the two is 006 0 00 12, and its number is on no set for a while
    found = planned(two(name={"2186": name}), set=swap, name={"2186": {"name": "Sentralbord"}})
    assert [step.kind for step in found.steps] == ["set", "set", "name"]
    assert found.after["name"]["2186"]["name"] == "Sentralbord"
    assert "Sentralbord" not in repr(found) + "".join(step.title for step in found.steps)


def test_a_hunted_number_is_taken_out_and_put_in_again() -> None:
    exchange = two(hunt_group={"11": group(e0="2057", e1="2186")})
    swap = {A: {"keys": {"00": {"dn": "2186"}}}, B: {"keys": {"00": {"dn": "2057"}}}}
    found = planned(exchange, set=swap, hunt_group={"11": {"members": {"0": "2057", "1": "2186"}}})
    assert [step.kind for step in found.steps] == ["hunt_group", "set", "set", "hunt_group"]
    assert [answers["STOR"] for overlay, answers in typed(found) if overlay == 18] == [
        ["0", "1", ""],
        ["0 2057", "1 2186", ""],
    ]
    assert found.after["hunt_group"] == found.before["hunt_group"]


def test_members_change_places_and_a_group_shrinks() -> None:
    exchange = two(hunt_group={"11": group(e0="2057", e1="2186", e3="2199")})
    found = planned(exchange, hunt_group={"11": {"size": 2, "members": {"0": "2186", "1": "2057", "3": None}}})
    assert [(answers["SIZE"], answers["STOR"]) for _, answers in typed(found)] == [
        ("", ["0", "1", "3", ""]),
        ("2", ["0 2186", "1 2057", ""]),
    ]
    assert [len(answers["WRT"]) for _, answers in typed(found)] == [4, 3], "behind SIZE, and behind each entry"


REFUSED: dict[str, tuple[Given, dict[str, Any]]] = {
    "hunted_and_nobody_says_where_to": (
        two(hunt_group={"11": group(e0="2057")}),
        {"set": {A: {"present": False}}},
    ),
    "another_type": (two(), {"set": {A: {"type": "3904"}}}),
    "nothing_to_build_of": (two(), {"set": {"014 0 00 04": {"des": "NEW"}}}),
    "no_such_class": (two(), {"set": {A: {"class_of_service": ["XYZ"]}}}),
    "no_such_field": (two(), {"set": {A: {"fields": {"ZONE": 1}}}}),
    "key_00_is_a_number": (two(), {"set": {A: {"keys": {"00": None}}}}),
    "a_number_twice_on_a_set": (two(), {"set": {A: {"keys": {"01": {"function": "SCR", "dn": "2057"}}}}}),
    "no_marp": (two(), {"set": {A: {"keys": {"00": {"marp": False}}}}}),
    "its_name_would_be_lost": (
        two(name={"2186": {"present": True, "name": "N", "language": "ROM", "display": "FIRST,LAST"}}),
        {"set": {A: {"keys": {"00": {"dn": "2186"}}}, B: {"keys": {"00": {"dn": "2057"}}}}},
    ),
    "form_is_not_known": (Given(form=None, set={"096 0 00 03": a_set("2057")}), {"set": {"096 0 00 03": {"des": "N"}}}),
    "could_not_be_built_again": (
        Given(set={A: a_set("2057", fields={"STRANGE": "1"})}),
        {"set": {A: {"present": False}}},
    ),
    "another_customer": (Given(set={A: a_set("2057", customer=1)}), {"set": {A: {"des": "NEW"}}}),
    "group_with_another_pilot": (two(hunt_group={"11": group()}), {"hunt_group": {"11": {"pilot": "0706"}}}),
    "entry_beyond_the_size": (two(hunt_group={"11": group()}), {"hunt_group": {"11": {"members": {"4": "2057"}}}}),
    "number_longer_than_the_group_has": (
        two(hunt_group={"11": group()}),
        {"hunt_group": {"11": {"members": {"0": "20571"}}}},
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_made_is_refused_before_anything_is_typed(name: str, golden: Golden) -> None:
    exchange, desired = REFUSED[name]
    with pytest.raises(RefusedStateError) as caught:
        planned(exchange, **desired)
    golden(f"telephony/FD452_{name}", caught.value)


WRONG: dict[str, dict[str, Any]] = {
    "kind": {"sets": {}},
    "attribute": {"set": {A: {"desc": "X"}}},
    "key": {"set": {"14 3": {"des": "X"}}},
    "number_without_quotes": {"hunt_group": {"11": {"members": {"0": 705}}}},
    "field_without_quotes": {"set": {A: {"fields": {"HUNT": 705}}}},
    "two_classes_of_one_place": {"set": {A: {"class_of_service": ["CTD", "TLD"]}}},
    "number_of_a_feature": {"set": {A: {"keys": {"01": {"function": "RNP", "dn": "2057"}}}}},
    "name": {"name": {"2057": {"name": "a name that is much too long for any display"}}},
    "key_twice": {"hunt_group": {"11": {"size": 4}, "0011": {"size": 5}}},
    "beside_absent": {"set": {A: {"present": False, "des": "X"}}},
}


@pytest.mark.parametrize("name", WRONG)
def test_desired_data_of_no_known_form(name: str, golden: Golden) -> None:
    with pytest.raises(DesiredError) as caught:
        check(WRONG[name])
    golden(f"telephony/FD450_{name}", caught.value)
