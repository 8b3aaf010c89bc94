"""The parts of a stage: what it does not have is not there, what it has stands in its place, and each has its file."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from support.stage_records import open_sande, permit_of, touch

from fellesdrift.cutover import ending, opening, parts, planning
from fellesdrift.cutover.planning import Context, StagePlan
from fellesdrift.cutover.returning import Opened
from fellesdrift.estate.models import Platform
from fellesdrift.estate.stages import ManualStep, Soak

TASKS = Path(__file__).parents[3] / "playbooks" / "tasks"
DRAIN = {"drm-core1": {"interface": {"GigabitEthernet0/1": {"description": "drained"}}}}


def of(context: Context, opened: Opened) -> list[parts.Part]:
    platforms = {host: record.platform for host, record in context.estate.hosts.items()}
    return parts.parts_of(opened, platforms)


def names(context: Context, opened: Opened) -> list[str]:
    return [f"{part.file}{part.wave if part.wave >= 0 else ''}" for part in of(context, opened)]


def plain(context: Context) -> StagePlan:
    """Sande's first stage without people and soak, of two waves."""
    plan = planning.plan_stage(context, "sande", "wan_link")
    stage = plan.stage.model_copy(update={"steps": [], "soak": None})
    waves = [dataclasses.replace(wave, canary=False, soak=None) for wave in plan.waves[:2]]
    return dataclasses.replace(plan, stage=stage, waves=waves)


def rich(context: Context) -> StagePlan:
    """The same with all that a stage can have."""
    plan = plain(context)
    asked = [
        ManualStep(id=f"ask_{when}", title="Try it", instruction="Try it.", role="site_contact", when=when, minutes=5)
        for when in ("before", "canary", "after")
    ]
    stage = plan.stage.model_copy(update={"steps": asked, "soak": Soak(minutes=30, every=15)})
    first, second = plan.waves
    waves = [dataclasses.replace(first, canary=True, soak=10), dataclasses.replace(second, drain=DRAIN)]
    return dataclasses.replace(plan, stage=stage, waves=waves)


def test_a_plain_stage_has_its_waves_and_is_saved(context: Context) -> None:
    wave = ["parts/begin_wave{}", "network/apply{}", "network/probe{}", "parts/end_wave{}"]
    expected = [part.format(number) for number in (0, 1) for part in wave]
    assert names(context, opening.open_stage(context, plain(context))) == [*expected, "network/save", "parts/close"]


def test_everything_a_stage_can_have_stands_in_its_place(context: Context) -> None:
    opened = opening.open_stage(context, rich(context))
    assert names(context, opened) == [
        "parts/begin_wave0",
        "network/apply0",
        "network/probe0",
        "parts/end_wave0",
        "parts/soak0",
        "parts/ask0",
        "parts/soak0",
        "parts/begin_wave1",
        "network/drain1",
        "network/apply1",
        "network/probe1",
        "network/give_back1",
        "parts/end_wave1",
        "network/save",
        "parts/ask",
        "parts/soak",
        "parts/close",
    ]
    found = of(context, opened)
    assert [part.soak for part in found if part.file == "parts/soak"] == ["once", "rounds", "rounds"]
    assert [part.when for part in found if part.file == "parts/ask"] == ["canary", "after"]


def test_what_an_earlier_run_left_comes_first(context: Context) -> None:
    opened = opening.open_stage(context, rich(context))
    touch(context, permit_of(opened), "drm-fwi1", until="step")
    again = dataclasses.replace(opening.open_stage(context, rich(context)), drained=["drm-core1"])
    found = of(context, again)
    assert [(part.file, part.when) for part in found[:2]] == [("parts/ask", "before"), ("network/give_back_all", "")]


def test_a_plan_shows_only_what_would_be_changed(context: Context) -> None:
    looking = dataclasses.replace(context, holder=None)
    opened = opening.open_stage(looking, rich(looking))
    assert names(looking, opened) == ["network/drain1", "network/plan"]


def test_the_way_back_takes_the_waves_in_reverse_and_gives_back(context: Context) -> None:
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-fwi1")
    touch(context, permit, "drm-core1", until="step")
    back = dataclasses.replace(ending.fail_stage(context, permit, "x"), drained=["drm-core1"])
    assert [wave.hosts for wave in back.back_waves] == [["drm-core1"], ["drm-fwi1"]]
    assert names(context, back) == ["network/back0", "network/back1", "network/give_back_rest"]
    assert names(context, dataclasses.replace(back, permit=None)) == ["network/look"]
    assert names(context, dataclasses.replace(back, stopping=True)) == ["network/give_back_rest"]


def test_a_host_that_has_left_the_inventory_is_in_no_part(context: Context) -> None:
    assert parts.families_of(["drm-core1", "gone"], {"drm-core1": "cisco_ios"}) == ["network"]


def test_a_wave_of_several_families_has_a_part_for_each() -> None:
    platforms: dict[str, Platform] = {"a": "windows_2003", "b": "cisco_ios", "c": "succession", "d": "meridian"}
    assert parts.families_of("abcd", platforms) == ["network", "windows", "pbx"]


@pytest.mark.parametrize("name", ["plain", "rich"])
def test_every_part_has_its_file(context: Context, name: str) -> None:
    opened = opening.open_stage(context, {"plain": plain, "rich": rich}[name](context))
    looking = opening.open_stage(dataclasses.replace(context, holder=None), rich(context))
    for part in [*of(context, opened), *of(context, looking)]:
        assert (TASKS / f"{part.file}.yml").is_file(), part.file
