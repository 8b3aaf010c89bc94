"""A seed is a scenario, the same one everywhere, and says which ending is right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fellesdrift.chaos.drawing import Mishap, Scenario, draw
from fellesdrift.chaos.mishaps import KINDS
from fellesdrift.commands.chaos import seeds_of
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Estate, load_estate

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def estate() -> Estate:
    return load_estate([PROJECT / "inventories" / "production"])


def scenario(estate: Estate, seed: int) -> Scenario:
    return draw(seed, estate, "sande", "wan_link")


def test_a_seed_is_the_same_everywhere(estate: Estate, golden: Callable[[str, object], None]) -> None:
    drawn = [scenario(estate, seed) for seed in range(1, 51)]
    lines = [
        f"{one.seed}: {one.expected(one.mishaps)}: {'; '.join(mishap.text() for mishap in one.mishaps)}"
        for one in drawn
    ]
    golden("chaos/seeds", "\n".join(lines))


def test_everything_is_drawn_sooner_or_later_and_lasting_things_one_at_a_time(estate: Estate) -> None:
    drawn = [scenario(estate, seed) for seed in range(300)]
    assert {mishap.name for one in drawn for mishap in one.mishaps} == set(KINDS)
    assert all(sum(mishap.kind.lasting for mishap in one.mishaps) <= 1 for one in drawn)
    assert all(one.mishaps for one in drawn)


def test_a_municipality_without_a_fibre_has_none_that_goes_dark(estate: Estate) -> None:
    sande = estate.municipalities["sande"].model_copy(update={"fibre": None})
    without = estate.model_copy(update={"municipalities": estate.municipalities | {"sande": sande}})
    drawn = [draw(seed, without, "sande", "wan_link") for seed in range(200)]
    assert not any(mishap.kind.where == "fibre" for one in drawn for mishap in one.mishaps)


def test_only_what_struck_says_how_it_ends() -> None:
    dead, killed = Mishap("dies", "san-rtr1", 2), Mishap("killed", "the controller", 9)
    drawn = Scenario(1, "sande", "wan_link", (dead, killed))
    assert drawn.expected([dead, killed]) == "held"
    assert drawn.expected([killed]) == "done"
    assert [mishap.text() for mishap in drawn.mishaps] == [
        "san-rtr1 dies for good (step 2)",
        "the controller is killed (record 9)",
    ]


def test_seeds_are_numbers_and_ranges() -> None:
    assert seeds_of("7") == [7]
    assert seeds_of("3, 8..10") == [3, 8, 9, 10]


@pytest.mark.parametrize("text", ["", "x", "5..1", "1-4"])
def test_anything_else_is_no_seed(text: str) -> None:
    with pytest.raises(FellesdriftError) as caught:
        seeds_of(text)
    assert caught.value.code == "FD680"
