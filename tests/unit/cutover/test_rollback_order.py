"""A whole municipality goes back stage by stage, each before what it stands on; nothing goes under another's feet."""

from __future__ import annotations

import dataclasses

import pytest
from support.stage_records import AFTER, BEFORE, done, guard, open_sande, permit_of, state, touch

from fellesdrift.cutover import ending, opening, planning, returning
from fellesdrift.cutover.planning import Context
from fellesdrift.errors import FellesdriftError


def altered(context: Context, number: int, **changes: object) -> Context:
    stages = list(context.estate.stages)
    stages[number] = stages[number].model_copy(update=changes)
    return dataclasses.replace(context, estate=context.estate.model_copy(update={"stages": stages}))


def stands(context: Context, municipality: str, stage: str, event: str = "done") -> None:
    context.writable().append(municipality, stage, "a", "", "opened", {"waves": []})
    context.writable().append(municipality, stage, "a", "", event, {})


def test_the_last_stage_first(context: Context) -> None:
    stands(context, "sande", "wan_link")
    stands(context, "sande", "zone_firewall")
    assert returning.rollback_order(context, "sande") == ["zone_firewall", "wan_link"]


@pytest.mark.parametrize("event", ["done", "held", "stopped", "failed", "rollback_opened"])
def test_whatever_stands_is_taken_back(context: Context, event: str) -> None:
    stands(context, "sande", "wan_link", event)
    assert returning.rollback_order(context, "sande") == ["wan_link"]


@pytest.mark.parametrize("event", ["refused", "rolled_back"])
def test_what_does_not_stand_is_not(context: Context, event: str) -> None:
    stands(context, "sande", "wan_link", event)
    assert returning.rollback_order(context, "sande") == []


def test_it_goes_by_what_stands_on_what_and_not_by_the_list(context: Context) -> None:
    turned = altered(altered(context, 1, requires=[]), 0, requires=["zone_firewall"])
    stands(turned, "sande", "wan_link")
    stands(turned, "sande", "zone_firewall")
    assert returning.rollback_order(turned, "sande") == ["wan_link", "zone_firewall"]


def test_a_stage_of_another_municipality_that_stands_on_it_refuses_it(context: Context) -> None:
    lent = altered(context, 1, requires=["sande:wan_link"])
    stands(lent, "sande", "wan_link")
    stands(lent, "royken", "zone_firewall")
    with pytest.raises(FellesdriftError) as caught:
        returning.rollback_order(lent, "sande")
    assert caught.value.code == "FD634"
    assert "-e municipality=royken -e stage=zone_firewall" in (caught.value.next_step or "")
    with pytest.raises(FellesdriftError) as caught:
        opening.open_rollback(lent, planning.plan_stage(lent, "sande", "wan_link"))
    assert caught.value.code == "FD634"


def test_a_finalized_stage_refuses_the_whole_and_says_what_can_be_done(context: Context) -> None:
    stands(context, "sande", "wan_link")
    stands(context, "sande", "zone_firewall")
    context.writable().append("sande", "wan_link", "a", "", "finalized", {"reason": "accepted"})
    with pytest.raises(FellesdriftError) as caught:
        returning.rollback_order(context, "sande")
    assert caught.value.code == "FD691"
    assert "-e stage=zone_firewall" in "\n".join(caught.value.details)


def test_only_what_can_be_taken_back_is_said_to_be(context: Context) -> None:
    """Not one that is final too, and none that such a one stands on."""
    for stage in ("wan_link", "zone_firewall"):
        stands(context, "sande", stage)
    context.writable().append("sande", "zone_firewall", "a", "", "finalized", {"reason": "accepted"})
    with pytest.raises(FellesdriftError) as caught:
        returning.rollback_order(context, "sande")
    assert (caught.value.code, caught.value.details) == ("FD691", [])


def test_one_stage_is_itself(context: Context) -> None:
    assert returning.rollback_order(context, "sande", "wan_link") == ["wan_link"]


def test_the_way_back_stands_on_the_record_and_not_on_the_inventory(context: Context) -> None:
    done(context)
    key = ("sande", "wan_link")
    # a wave was taken out of the inventory, and another stage is required that nobody has
    changed = altered(context, 0, waves=context.estate.stages[0].waves[:1], requires=["power"])
    back = opening.open_rollback(changed, planning.plan_back(changed, changed.progress()[key]))
    assert [wave.hosts for wave in back.back_waves] == [["drm-core2", "drm-core1"], ["san-rtr1"], ["drm-fwi1"]]
    for host in back.before:
        guard(changed, permit_of(back), host).record("host_back", {})
    assert ending.settle(changed, permit_of(back)).state == "rolled back"


def test_a_failing_stage_goes_back_whatever_the_inventory_says_now(context: Context) -> None:
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-core1", until="applied")
    changed = altered(context, 0, waves=context.estate.stages[0].waves[:1], requires=["power"])
    back = ending.fail_stage(changed, permit, "x")
    assert [wave.hosts for wave in back.back_waves] == [["drm-core1"]]
    assert state(changed) == "going back"


def test_a_resumed_way_back_still_holds_against_both_what_it_has_not_begun(context: Context) -> None:
    """Somebody may have changed it while nobody was at work: FD633 needs the recorded after."""
    done(context)
    key = ("sande", "wan_link")
    first = opening.open_rollback(context, planning.plan_back(context, context.progress()[key]))
    assert list(first.after) == ["drm-fwi1", "san-rtr1", "drm-core1", "drm-core2"]
    guard(context, permit_of(first), "drm-core2").record("host_back", {})
    guard(context, permit_of(first), "drm-core1").record("back_intended", {"before": AFTER, "after": BEFORE})
    # the run is killed here; both commands finish it
    again = opening.open_rollback(context, planning.plan_back(context, context.progress()[key]))
    assert again.after == {"drm-fwi1": AFTER, "san-rtr1": AFTER}  # drm-core1 is between the two by our own hand
    assert list(again.before) == ["drm-fwi1", "san-rtr1", "drm-core1"]
    by_cutover = opening.open_stage(context, planning.plan_back(context, context.progress()[key]))
    assert (by_cutover.direction, by_cutover.after) == ("back", again.after)


def test_a_stage_that_failed_goes_back_at_once_also_when_it_is_resumed(context: Context) -> None:
    """What somebody else did may be why it failed: it is not held against the way back, which waits for nobody."""
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-fwi1")
    assert ending.fail_stage(context, permit, "x").after == {}
    plan = planning.plan_back(context, context.progress()["sande", "wan_link"])
    assert opening.open_stage(context, plan).after == {}
    assert opening.open_rollback(context, plan).after == {}


def test_a_stopped_stage_is_held_against_what_it_has_finished(context: Context) -> None:
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-fwi1")
    touch(context, permit, "san-rtr1", until="applied")
    context.writable().append("sande", "wan_link", permit.attempt, "", "stopped", {"reason": "asked for"})
    back = opening.open_rollback(context, planning.plan_back(context, context.progress()["sande", "wan_link"]))
    assert back.after == {"drm-fwi1": AFTER, "san-rtr1": AFTER}
