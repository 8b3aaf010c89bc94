"""Snapshots of exchanges: their form, whose names are in them, and what is otherwise than in the baseline."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import alike
from fellesdrift.estate.exchange_snapshots import PERSON, ExchangeSnapshot, is_exchange, read, text_of
from fellesdrift.estate.typed_snapshots import SnapshotFormError
from fellesdrift.snapshots.exchange_reading import without_people
from fellesdrift.snapshots.typed_findings import WITHHELD, compare_typed

NAMES = st.sampled_from(["a", "b", "c", "æ"])
VALUES = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "1", "ø"]) | st.lists(NAMES, max_size=2)
THINGS = st.recursive(VALUES, lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=6)
RESOURCES = st.dictionaries(NAMES, THINGS, max_size=4)


def snapshot(**kinds: dict[str, dict[str, object]]) -> str:
    return text_of(ExchangeSnapshot("x1", {}, kinds))


@given(st.lists(RESOURCES, min_size=1, max_size=5))
def test_what_most_have_is_left_out_and_comes_back(these: list[dict[str, object]]) -> None:
    shared = alike.common(these)
    for one in these:
        back = alike.whole(shared, alike.short(shared, one))
        # as text: True is not 1
        assert json.dumps(back, sort_keys=True) == json.dumps(one, sort_keys=True)


@given(st.dictionaries(st.text("0123456789 ", min_size=1, max_size=4), RESOURCES, max_size=5), st.sampled_from("xy"))
def test_what_is_written_is_read_again(sets: dict[str, dict[str, object]], kind: str) -> None:
    kinds = {"set": {key: {**one, "type": kind} for key, one in sets.items()}, "name": {"1": {"name": "Rådhus 1"}}}
    text = text_of(ExchangeSnapshot("x1", {}, kinds, {"route": "FD451"}))
    found = read(text)
    assert found.kinds["set"] == {key: {"present": True, **one} for key, one in kinds["set"].items()}
    assert (found.exchange, found.unread, found.kinds["name"]["1"]["name"]) == ("x1", {"route": "FD451"}, "Rådhus 1")
    assert text_of(found) == text
    assert is_exchange(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"schema": "fellesdrift.windows/1"}',
        '{"schema": "fellesdrift.exchange/1"}',
        snapshot()[:-4],
        '{"schema": "fellesdrift.exchange/1", "exchange": "x1", "alike": []}',
        '{"schema": "fellesdrift.exchange/1", "exchange": "x1", "kinds": {"set": {"1": {"type": "3902"}}}}',
        '{"schema": "fellesdrift.exchange/1", "exchange": "x1", "kinds": {"set": {"1": []}}}',
        '{"schema": "fellesdrift.exchange/1", "exchange": "x1", "alike": {"a": {}}, '
        '"kinds": {"set": {"1": {"type": "a", "-": 1}}}}',
    ],
)
def test_what_is_no_snapshot_is_refused(text: str) -> None:
    with pytest.raises(SnapshotFormError):
        read(text)


def test_a_name_is_kept_only_where_it_is_a_place_s() -> None:
    names = {"2001": {"name": "Rådhus post 1", "language": "ROM"}, "2002": {"name": "Ola Nordmann", "language": "ROM"}}
    found = without_people({"name": names, "route": {"1": {"kind": "tie"}}}, ["rådhus *"])
    assert found["name"] == {"2001": names["2001"], "2002": {"name": PERSON, "language": "ROM"}}
    assert found["route"] == {"1": {"kind": "tie"}}
    assert names["2002"]["name"] == "Ola Nordmann"


def test_a_report_says_that_a_name_is_another_one_and_not_which() -> None:
    before = snapshot(name={"1": {"name": "Rådhus post 1", "language": "ROM"}}, route={"1": {"kind": "tie"}})
    after = snapshot(name={"1": {"name": "Rådhus post 2", "language": "ENG"}}, route={"2": {"kind": "tie"}})
    found = compare_typed(before, after)
    assert (found.new, found.gone) == (["route/2"], ["route/1"])
    assert [(one.attribute, one.baseline, one.latest) for one in found.different] == [
        ("language", "ROM", "ENG"),
        ("name", WITHHELD, WITHHELD),
    ]
    with pytest.raises(FellesdriftError) as caught:
        compare_typed(before, after[:-4])
    assert caught.value.code == "FD713"
