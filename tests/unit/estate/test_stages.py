"""What a stage requires, over municipalities."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.estate import Stage, load_estate
from fellesdrift.estate.assumptions import assumptions
from fellesdrift.estate.requirement_checks import _circle
from fellesdrift.estate.stages import required_stage

PAIRS = st.tuples(st.sampled_from(["drammen", "sande", "royken"]), st.sampled_from(["a", "b", "c"]))


def stage(**changes: Any) -> Stage:
    record: dict[str, Any] = {
        "id": "b",
        "title": "B",
        "role": "b",
        "municipalities": ["sande", "royken"],
        "waves": [{"name": "One", "hosts": ["all"]}],
    }
    return Stage.model_validate(record | changes)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("a", ("sande", "a")),
        ("royken:a", ("royken", "a")),
        ("platform:a", ("drammen", "a")),
        ("drammen:a", ("drammen", "a")),
    ],
)
def test_a_requirement_is_of_the_same_of_another_or_of_the_host_municipality(text, means):
    assert required_stage(text, "sande", "drammen") == means


def test_who_is_named_first_does_not_wait_for_itself():
    first = stage(requires=["sande:b", "a"])
    assert first.required("sande", "drammen") == [("sande", "a")]
    assert first.required("royken", "drammen") == [("sande", "b"), ("royken", "a")]


def test_a_stage_that_waits_for_itself_waits_for_ever():
    assert stage(requires=["b"]).required("sande", "drammen") == [("sande", "b")]


@given(edges=st.dictionaries(PAIRS, st.lists(PAIRS, max_size=4), max_size=9))
def test_a_circle_is_found_exactly_when_there_is_one(edges):
    """Held against following the edges one by one."""
    for start, firsts in edges.items():
        for first in firsts:
            reached, waiting = {first}, [first]
            while waiting:
                for following in edges.get(waiting.pop(), []):
                    if following not in reached:
                        reached.add(following)
                        waiting.append(following)
            circle = _circle(edges, start, first)
            assert bool(circle) == (start in reached)
            if circle:
                assert (circle[0], circle[1], circle[-1]) == (start, first if first != start else start, start)
                assert all(after in edges[before] for before, after in pairwise(circle))


def test_an_assumed_manual_step_is_listed(estate_copy):
    step = (
        "    steps:\n      - {id: call, title: A call, instruction: Call., role: operator, when: after, minutes: 5,\n"
        "         assumed: true, reason: The report says nothing of it.}\n"
    )
    estate_copy.replace(
        "group_vars/all/stages.yml", "    municipalities: [sande]\n", f"    municipalities: [sande]\n{step}"
    )
    found = [each for each in assumptions(load_estate([estate_copy.inventory])) if each.kind == "manual step"]
    assert [(each.name, each.reason) for each in found] == [("wan_link call", "The report says nothing of it.")]
