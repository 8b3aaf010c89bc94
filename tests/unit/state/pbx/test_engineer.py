"""Prints for an engineer: what is asked, what is shown, and whose names are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.plugins import loaded

from fellesdrift.state.pbx import KINDS
from fellesdrift.state.pbx.engineer import PRINTS, FilterError, Shown, show

from .conftest import EVERY, World

SEED = 245
MODULE = Path(__file__).parents[4] / "plugins/modules/pbx_print.py"


def shown(world: World, what: str, text: str = "", **options: Any) -> Shown:
    made, _ = world.pair(SEED)
    with world.opened(made()) as exchange:
        return show(exchange, what, text, **options)


def test_every_kind_is_printed_as_it_is_read(world: World) -> None:
    made, _ = world.pair(SEED)
    have = world.read(made())
    assert set(EVERY) == set(KINDS)
    for kind in EVERY:
        found = shown(world, kind, names=True)
        assert found.parsed == have[kind], kind
        assert found.lines
        assert not any(line in ("new", "NEW", "chg", "CHG", "out", "OUT") for line in world.typed)


def test_a_part_is_asked_of_the_exchange(world: World) -> None:
    whole = shown(world, "set")
    tn = sorted(whole.parsed)[-1]
    part = shown(world, "set", " ".join(str(int(number)) for number in tn.split()))
    assert set(part.parsed) == {tn}
    assert len(part.lines) < len(whole.lines)
    card = shown(world, "set", "4 0 1")
    assert card.parsed == {key: each for key, each in whole.parsed.items() if key.startswith("004 0 01")}
    assert shown(world, "set", "4 1 1").parsed == {}, "an empty card says nothing of the others"
    routes = shown(world, "route")
    number = sorted(routes.parsed)[0]
    assert shown(world, "route", number).parsed == {number: routes.parsed[number]}
    assert world.typed[-3:-1] == [number, "****"]


def test_names_are_not_shown_unless_they_are_asked_for(world: World) -> None:
    asked = shown(world, "name", names=True)
    known = {each["name"] for each in asked.parsed.values()}
    assert known
    for kind in ("name", "set"):
        text = repr(shown(world, kind).parsed) + "\n".join(shown(world, kind).lines)
        assert not any(name in text for name in known), kind
        assert not any(name in repr(shown(world, kind, names=True)) for name in known), "nor in a traceback"
    assert any(name in "\n".join(asked.lines) for name in known)


def test_licences_issue_and_features(world: World) -> None:
    assert shown(world, "licences").parsed["TNS"]["total"] == 200
    assert shown(world, "issue").parsed == {"version": "2121", "release": "4", "issue": "50 W"}
    sets = shown(world, "set").parsed
    assert {each["tn"] for each in shown(world, "feature", "ncos").parsed} == set(sets)
    of_class = {each["tn"] for each in shown(world, "feature", "CFTA").parsed}
    assert of_class == {tn for tn, each in sets.items() if "CFTA" in each["class_of_service"]}


@pytest.mark.parametrize(
    ("what", "text"),
    [("feature", ""), ("feature", "CFXA; out"), ("licences", "1"), ("route", "1 ****"), ("set", "x"), ("name", "12*")],
)
def test_a_filter_that_is_none_is_never_typed(world: World, what: str, text: str) -> None:
    with pytest.raises(FilterError) as caught:
        shown(world, what, text)
    assert caught.value.code == "FD460"
    assert world.typed == ["LOGI LOGINID", "<secret>", "LOGO"]


def test_the_module_offers_what_there_is() -> None:
    assert set(loaded(MODULE).ARGUMENT_SPEC["print"]["choices"]) == set(PRINTS)
