"""What is drained for a wave is given back in every outcome, or the stage is held and says what is not."""

from __future__ import annotations

import dataclasses

import pytest
from support.stage_records import BEFORE, close, events, guard, open_sande, permit_of, touch

from fellesdrift.cutover import ending, opening, planning, returning, stopping
from fellesdrift.cutover.permit import Permit
from fellesdrift.cutover.planning import Context
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.stages import Drain

KEY = ("sande", "wan_link")
USUAL = {"interface": {"GigabitEthernet0/1": {"enabled": True}}}
ASIDE = {"interface": {"GigabitEthernet0/1": {"enabled": False}}}


@pytest.fixture
def draining(context: Context) -> Context:
    """The same estate, where the first core is out of use while the town hall's router is changed."""
    stage = context.estate.stages[0]
    drain = Drain(hosts=["drm-core1"], resources=ASIDE)
    waves = [
        wave.model_copy(update={"drain": drain}) if wave.name == "Town-hall router" else wave for wave in stage.waves
    ]
    stages = [stage.model_copy(update={"waves": waves}), *context.estate.stages[1:]]
    return dataclasses.replace(context, estate=context.estate.model_copy(update={"stages": stages}))


def drain(context: Context, permit: Permit) -> None:
    writer = guard(context, permit, "drm-core1")
    writer.record("drained", {"before": USUAL, "after": ASIDE, "steps": []})
    writer.record("host_drained", {})


def give_back(context: Context, permit: Permit) -> None:
    writer = guard(context, permit, "drm-core1", giving_back=True)
    writer.record("giving_back", {"before": ASIDE, "after": USUAL})
    writer.record("step_intended", {"title": "use it again"})
    writer.record("given_back", {})


def test_the_plan_names_what_is_drained(draining: Context) -> None:
    plan = planning.plan_stage(draining, "sande", "wan_link")
    assert plan.drained == {"drm-core1": ASIDE}
    assert "drm-core1" in plan.locked


def test_it_is_no_change_of_the_stage(draining: Context) -> None:
    permit = permit_of(open_sande(draining))
    drain(draining, permit)
    present = draining.progress()[KEY]
    assert (present.drained, present.touched, present.midway) == (["drm-core1"], [], [])
    give_back(draining, permit)
    assert draining.progress()[KEY].drained == []


def test_a_stage_is_not_done_while_something_is_drained(draining: Context) -> None:
    opened = open_sande(draining)
    permit = permit_of(opened)
    drain(draining, permit)
    for host in opened.plan.hosts:
        touch(draining, permit, host)
    with pytest.raises(FellesdriftError) as caught:
        ending.close_stage(draining, permit)
    assert (caught.value.code, caught.value.host) == ("FD654", "drm-core1")
    give_back(draining, permit)
    close(draining, permit)


def test_it_is_not_rolled_back_either_but_held(draining: Context) -> None:
    permit = permit_of(open_sande(draining))
    drain(draining, permit)
    touch(draining, permit, "san-rtr1", until="step")
    back = ending.fail_stage(draining, permit, "x")
    assert back.drained == ["drm-core1"]
    guard(draining, permit_of(back), "san-rtr1").record("host_back", {})
    held = ending.settle(draining, permit_of(back))
    assert (held.state, held.held_hosts) == ("held", ["drm-core1"])
    assert held.reason == "drm-core1: drained and not given back: interface GigabitEthernet0/1"


def test_it_is_given_back_on_the_way_back(draining: Context) -> None:
    permit = permit_of(open_sande(draining))
    drain(draining, permit)
    touch(draining, permit, "san-rtr1", until="step")
    back = permit_of(ending.fail_stage(draining, permit, "x"))
    guard(draining, back, "san-rtr1").record("host_back", {})
    give_back(draining, back)
    assert ending.settle(draining, back).state == "rolled back"


def test_it_is_given_back_after_a_stop_and_after_a_failure(draining: Context) -> None:
    permit = permit_of(open_sande(draining))
    drain(draining, permit)
    stopping.ask_to_stop(draining.writable(), permit, "finish")
    left = ending.fail_stage(draining, permit, "x")
    assert (left.stopping, left.drained) == (True, ["drm-core1"])
    guard(draining, permit, "drm-core1").record("host_failed", {"reason": "x"})
    give_back(draining, permit)
    assert ending.settle(draining, permit).state == "stopped"


def test_a_killed_run_gives_it_back_first_with_the_first_before(draining: Context) -> None:
    first = permit_of(open_sande(draining))
    guard(draining, first, "drm-core1").record("drained", {"before": USUAL, "after": ASIDE})
    again = open_sande(draining)
    assert again.drained == ["drm-core1"]
    assert draining.progress()[KEY].hosts["drm-core1"].drain_cut
    guard(draining, permit_of(again), "drm-core1").record("drained", {"before": ASIDE, "after": ASIDE})
    assert draining.progress()[KEY].hosts["drm-core1"].drained == USUAL


def test_a_drained_host_is_not_left_behind(draining: Context) -> None:
    permit = permit_of(open_sande(draining))
    drain(draining, permit)
    ending.settle_now(draining.writable(), draining.estate, permit, draining.acting())
    assert draining.progress()[KEY].held_hosts == ["drm-core1"]


def test_giving_back_opens_no_other_change(draining: Context) -> None:
    permit = permit_of(open_sande(draining))
    stopping.ask_to_stop(draining.writable(), permit, "finish")
    with pytest.raises(FellesdriftError) as caught:
        guard(draining, permit, "drm-core1", giving_back=True).record(
            "host_intended", {"before": BEFORE, "after": BEFORE}
        )
    assert caught.value.code == "FD653"
    assert "host_intended" not in events(draining)


def test_nobody_goes_back_on_what_another_has_drained(draining: Context) -> None:
    """Royken is done, Sande's run was killed while the core was drained: a way back saves its hosts."""
    plan = planning.plan_stage(draining, "royken", "wan_link")
    permit = permit_of(opening.open_stage(draining, plan))
    for host in plan.hosts:
        touch(draining, permit, host)
    close(draining, permit)
    drain(draining, permit_of(open_sande(draining)))
    written = events(draining)
    for back in (
        lambda: opening.open_rollback(
            draining, planning.plan_back(draining, draining.progress()["royken", "wan_link"])
        ),
        lambda: returning.rollback_order(draining, "royken"),
    ):
        with pytest.raises(FellesdriftError) as caught:
            back()
        assert (caught.value.code, caught.value.host) == ("FD643", "drm-core1")
        assert "sande" in str(caught.value.next_step)
    assert events(draining) == written
    again = permit_of(open_sande(draining))  # it is not refused what is its own
    give_back(draining, again)
    assert returning.rollback_order(draining, "royken") == ["wan_link"]


def test_what_a_killed_run_has_drained_is_not_forgotten_when_a_gate_fails(draining: Context) -> None:
    """Nothing was changed but what is drained: refused, it would be nobody's."""
    drain(draining, permit_of(open_sande(draining)))
    again = open_sande(draining)
    assert again.touched == ["drm-core1"], "it differs from what is saved by our own hand"
    failing = [{"gate": "window_open", "host": "", "result": "fail", "evidence": "05:10"}]
    assert opening.decide_gates(draining, permit_of(again), failing) == failing
    assert draining.progress()[KEY].state == "running"
    back = ending.fail_stage(draining, permit_of(again), "window_open")
    assert (back.direction, back.drained) == ("back", ["drm-core1"])
    give_back(draining, permit_of(back))
    assert ending.settle(draining, permit_of(back)).state == "rolled back"


def test_giving_back_may_save_what_it_has_given_back(draining: Context) -> None:
    permit = permit_of(open_sande(draining))
    drain(draining, permit)
    stopping.ask_to_stop(draining.writable(), permit, "finish")
    writer = guard(draining, permit, "drm-core1", giving_back=True)
    writer.record("giving_back", {"before": ASIDE, "after": USUAL})
    writer.record("save_intended", {"title": "save what was given back"})
    writer.record("given_back", {})
    assert draining.progress()[KEY].drained == []
