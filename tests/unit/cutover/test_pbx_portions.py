"""In which order an exchange is changed: nothing is lost, the first telephone is alone, codes go with their numbers."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.cutover.pbx_portions import MOST, numbers_of, portions


def telephone(number: str) -> dict[str, Any]:
    return {"type": "i2002", "keys": {"00": {"function": "SCR", "dn": number}, "01": {"function": "RNP"}, "02": None}}


def desired(numbers: list[str], codes: list[str]) -> dict[str, Any]:
    return {
        "set": {f"096 1 00 {unit:02}": telephone(number) for unit, number in enumerate(numbers)},
        "name": {number: {"name": "x"} for number in numbers},
        "hunt_group": {"11": {"pilot": "6029"}},
        "route_list": {"10": {"entries": []}},
        "steering_code": {f"DSC {code}": {"present": False} for code in codes} | {"DSC 48": {"route_list": 12}},
    }


def test_the_first_telephone_is_built_alone_with_the_code_in_whose_place_it_comes() -> None:
    told = portions(desired(["6000", "6001", "6010"], ["600", "601"]))
    assert [each.numbers for each in told] == [(), ("6000",), ("6001",), ("6010",), ()]
    assert list(told[0].desired) == ["route_list"], "what numbers are led by is there before them"
    assert told[1].title == "the first telephone, 6000"
    assert list(told[1].desired["steering_code"]) == ["DSC 600"]
    assert "steering_code" not in told[2].desired
    assert list(told[3].desired["steering_code"]) == ["DSC 601"]
    assert set(told[4].desired) == {"name", "hunt_group", "steering_code"}
    assert list(told[4].desired["steering_code"]) == ["DSC 48"]


def test_numbers_below_one_code_are_not_divided_and_others_are() -> None:
    below = [f"60{number:02}" for number in range(50)]
    assert [len(each.numbers) for each in portions({"set": desired(below, [])["set"]})] == [1, MOST - 1, MOST, 10]
    whole = desired(below, ["60"])
    assert [len(each.numbers) for each in portions(whole) if each.numbers] == [1, 49]


def test_an_exchange_without_telephones_to_build_has_one_portion() -> None:
    (only,) = portions({"steering_code": {"DSC 600": {"route_list": 11}}})
    assert only.desired == {"steering_code": {"DSC 600": {"route_list": 11}}}
    gone = {"set": {"096 1 00 00": {"present": False}}}
    (only,) = portions(gone)
    assert only.desired == gone
    assert portions({}) == []
    assert numbers_of({"present": False}) == []


@given(
    st.lists(st.sampled_from([f"60{number:02}" for number in range(40)]), unique=True),
    st.sets(st.sampled_from(["600", "601", "602"])),
)
def test_everything_is_in_exactly_one_portion(numbers: list[str], codes: set[str]) -> None:
    wanted = desired(numbers, sorted(codes))
    found: dict[tuple[str, str], Any] = {}
    for each in portions(wanted):
        for kind, keys in each.desired.items():
            for key, one in keys.items():
                assert (kind, key) not in found
                found[kind, key] = one
    assert found == {(kind, key): one for kind, keys in wanted.items() for key, one in keys.items()}
    assert [number for each in portions(wanted) for number in each.numbers][:1] == numbers[:1]
