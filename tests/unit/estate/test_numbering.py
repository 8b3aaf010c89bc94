"""The numbering plan: what follows from it, worked out by hand and held as properties, and that its checks end."""

from __future__ import annotations

import copy
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from support.nested import places

from fellesdrift.estate import dialling, load_estate, numbering_checks
from fellesdrift.estate.draft import Draft, nowhere
from fellesdrift.estate.models import Host
from fellesdrift.estate.numbering import Numbering

PRODUCTION = Path(__file__).resolve().parents[3] / "inventories" / "production"
MEMBERS = ("drammen", "sande", "royken", "svelvik")

PLAN: dict[str, Any] = {
    "extension_length": 4,
    "stage": "telephony",
    "ranges": {
        "town": {"municipality": "drammen", "first": "2000", "last": "2999", "exchange": "a", "public": "+4700102000"},
        "hall": {
            "municipality": "sande", "first": "5000", "last": "5019", "exchange": "b", "exchange_after": "a",
            "public": "+4700615000",
        },
        "school": {"municipality": "sande", "first": "5020", "last": "5099", "exchange": "b"},
        "far": {"municipality": "svelvik", "first": "7000", "last": "7999", "exchange": "c", "exchange_after": "a"},
    },
    "special_numbers": {
        "police": {"number": "112", "kind": "emergency", "title": "Police"},
        "desk": {"number": "1700", "kind": "service", "exchange": "a", "title": "Desk"},
        "switchboard": {"number": "99", "kind": "attendant", "title": "Switchboard"},
    },
    "trunks": {
        "ab": {"ends": [{"exchange": "a", "route": 11}, {"exchange": "b", "route": 10}]},
        "bc": {"ends": [{"exchange": "b", "route": 12}, {"exchange": "c", "route": 10}]},
        "public": {"public": True, "ends": [{"exchange": "a", "route": 1}]},
    },
}  # fmt: skip


def test_codes_by_hand() -> None:
    assert dialling.steering_codes("a", PLAN) == {
        "500": {"exchange": "b", "route": 11},
        "501": {"exchange": "b", "route": 11},
        **{f"50{digit}": {"exchange": "b", "route": 11} for digit in "23456789"},
        "7": {"exchange": "c", "route": 11},
    }
    # b's hall is a's now: b steers it there, and so does c, over b
    assert set(dialling.steering_codes("b", PLAN, ["sande"])) == {"2", "500", "501", "7"}
    assert dialling.steering_codes("c", PLAN, ["sande"])["500"] == {"exchange": "a", "route": 10}
    assert dialling.steering_codes("b", PLAN, ["sande", "svelvik"])["7"] == {"exchange": "a", "route": 10}


def test_a_set_that_moves_alone_splits_the_codes_around_it() -> None:
    codes = dialling.steering_codes("a", PLAN, elsewhere={"5003": "a"})
    assert "5003" not in codes
    assert {code for code in codes if code.startswith("500")} == {f"500{digit}" for digit in "012456789"}
    assert dialling.steering_codes("b", PLAN, elsewhere={"5003": "a"})["5003"] == {"exchange": "a", "route": 10}


def test_special_numbers_by_hand() -> None:
    assert dialling.special_codes("a", PLAN) == {
        "112": {"kind": "emergency", "exchange": None, "route": 1},
        "1700": {"kind": "service", "exchange": "a", "route": None},
        "99": {"kind": "attendant", "exchange": None, "route": None},
    }
    # c has no line outside: the way is over b, whose nearest is a's
    assert dialling.special_codes("c", PLAN)["112"] == {"kind": "emergency", "exchange": None, "route": 10}
    assert dialling.special_codes("b", PLAN)["1700"]["route"] == 10


def test_of_an_extension() -> None:
    assert dialling.exchange_of_extension("5019", PLAN) == "b"
    assert dialling.exchange_of_extension("5019", PLAN, ["sande"]) == "a"
    assert dialling.exchange_of_extension("5020", PLAN, ["sande"]) == "b"
    assert dialling.municipality_of_extension("7123", PLAN) == "svelvik"
    assert dialling.public_number("5019", PLAN) == "+4700615019"
    with pytest.raises(ValueError, match="'5020' has no public number"):
        dialling.public_number("5020", PLAN)


def test_a_record_and_a_mapping_give_the_same() -> None:
    for exchange in "abc":
        assert dialling.steering_codes(exchange, Numbering.model_validate(PLAN), ["sande"]) == dialling.steering_codes(
            exchange, PLAN, ["sande"]
        )


@given(st.integers(0, 99999), st.integers(0, 99999))
def test_codes_fit_a_range_exactly_and_are_the_fewest(one: int, other: int) -> None:
    first, last = sorted((one, other))
    codes = dialling.prefixes(f"{first:05}", f"{last:05}")
    covered = sorted((int(code.ljust(5, "0")), int(code.ljust(5, "9"))) for code in codes)
    assert covered[0][0] == first
    assert covered[-1][1] == last
    assert all(before[1] + 1 == after[0] for before, after in pairwise(covered))
    # ten neighbours would be one shorter code
    for stem in {code[:-1] for code in codes if len(code) > 1}:
        assert sum(f"{stem}{digit}" in codes for digit in "0123456789") < 10


@settings(max_examples=60, deadline=None)
@given(
    moved=st.sets(st.sampled_from(["sande", "svelvik"])),
    elsewhere=st.dictionaries(st.integers(5000, 5099).map(str), st.sampled_from("abc"), max_size=5),
    exchange=st.sampled_from("abc"),
)
def test_every_extension_has_one_code_where_it_is_not(
    moved: set[str], elsewhere: dict[str, str], exchange: str
) -> None:
    codes = dialling.steering_codes(exchange, PLAN, moved, elsewhere)
    for number in (str(each) for each in (*range(1990, 3010, 7), *range(4990, 5110), *range(6990, 8010, 7))):
        fits = [code for code in codes if number.startswith(code)]
        try:
            owner = elsewhere.get(number) or dialling.exchange_of_extension(number, PLAN, moved)
        except ValueError:
            assert fits == [], "a number outside all ranges is vacant at once"
            continue
        assert len(fits) == (owner != exchange)
        assert all(codes[code]["exchange"] == owner for code in fits)


def test_todays_plan_is_whole() -> None:
    """The inventory's own: every exchange can steer to every other one, before and after everybody has moved."""
    plan = load_estate([PRODUCTION]).numbering
    assert plan is not None
    exchanges = {each.exchange for each in plan.ranges.values()}
    assert len(exchanges) == 6
    for moved in ([], ["sande"], list(MEMBERS)):
        for exchange in exchanges:
            reached = {code["exchange"] for code in dialling.steering_codes(exchange, plan, moved).values()}
            assert reached == exchanges - {exchange}
    for special in ("110", "112", "113"):
        assert all(dialling.special_codes(exchange, plan)[special]["kind"] == "emergency" for exchange in exchanges)


_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 12), st.text(max_size=4), st.from_regex(r"[0-9]{1,5}", fullmatch=True),
    st.sampled_from(["a", "b", "c", "emergency", "service", "+4700615000"]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_the_checks_end_with_errors_whatever_the_plan_is(data: st.DataObject) -> None:
    plan = copy.deepcopy(PLAN)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from([each for each in places(plan) if each]))
        holder: Any = plan
        for step in place[:-1]:
            holder = holder[step]
        if data.draw(st.booleans()):
            del holder[place[-1]]
        else:
            holder[place[-1]] = data.draw(_VALUES)
    try:
        numbering = Numbering.model_validate(plan)
    except ValidationError:
        return
    draft = Draft(PRODUCTION, {}, nowhere, [], numbering=numbering)
    draft.hosts |= {
        name: Host(name=name, municipality="sande", site="hall", platform="meridian", management_address="10.0.0.1")
        for name in "abc"
    }
    draft.declared |= {"municipalities": dict.fromkeys(MEMBERS), "hosts": dict.fromkeys("abc")}
    numbering_checks.check(draft)
    assert all(error.code.startswith("FD1") and str(error) for error in draft.errors)
