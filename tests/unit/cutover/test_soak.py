"""Canary, soak and finalize: verified again before anything stands on it, irrevocable only when somebody says so."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from support.people import KEY, Crowd, Time, holding, names, opened, progress, records, touch, with_people

from fellesdrift.cutover import asking, ending, finalize, opening, planning, soak, waves
from fellesdrift.cutover.answers import nobody
from fellesdrift.cutover.manual import Answered
from fellesdrift.cutover.permit import Permit, WriteGuard
from fellesdrift.cutover.planning import Context
from fellesdrift.cutover.soak import Rounds, rounds_of
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Soak
from fellesdrift.journal import lease

CANARY = "Internet exit in Drammen"
GOOD = {"result": "pass", "found": "14 attributes as desired, saved; 5 services answer", "silent": []}
DEAD = {"result": "fail", "found": "silent: payroll (198.51.100.20 from Gi0/0)", "silent": ["payroll"]}
PASS = Answered("pass", "duty officer", "seen")
type Golden = Callable[[str, object], None]


@pytest.fixture
def peopled(context: Context) -> Context:
    return with_people(context)


def hosts(context: Context) -> list[str]:
    return planning.plan_stage(context, *KEY).hosts


def run_of(context: Context) -> dict[str, Any]:
    """What of the stage a run hands on."""
    plan = planning.plan_stage(context, *KEY)
    soak_after = plan.stage.soak.model_dump() if plan.stage.soak else None
    return {"soak": soak_after, "waves": [wave.as_data() for wave in plan.waves]}


def done(context: Context) -> Permit:
    """The whole stage, with its people and its soaks."""
    permit, time = opened(context), Time()
    held = holding(context, permit)
    for wave in planning.plan_stage(context, *KEY).waves:
        waves.begin_wave(held, wave.name, wave.hosts, canary=wave.canary)
        touch(context, permit, *wave.hosts)
        assert waves.end_wave(held, wave.name, wave.hosts) == []
    for when in ("before", "canary", "after"):
        asking.ask_steps(held, context.estate, when, nobody, Crowd([PASS]), time.clock)
    for wave in (CANARY, ""):
        rounds = rounds_of(run_of(context), wave)
        assert rounds
        assert soak.begin(held, rounds, time.clock)
        soak.end(held, rounds)
    ending.close_stage(context, permit)
    return permit


def test_the_last_round_is_at_the_very_end_of_a_soak() -> None:
    rounds = Rounds("", 60, 25, 1)
    assert (rounds.count, [rounds.wait_before(number) for number in (1, 2, 3)]) == (3, [1500, 1500, 600])
    assert rounds.described() == "soak of 60 min, verified every 25 min"


def test_on_a_twin_the_waits_pass_faster_and_it_says_so() -> None:
    rounds = Rounds("", 60, 30, 1800)
    assert (rounds.seconds, rounds.wait_before(1)) == (2, 1)
    assert rounds.described().endswith("; on this twin 2 s (1800 times as fast)")


def test_a_wave_may_have_a_soak_of_its_own(peopled: Context) -> None:
    stage = run_of(peopled)
    assert rounds_of(stage, CANARY) == Rounds(CANARY, 10, 10, 1)
    assert rounds_of(stage, "Core routers") is None
    assert rounds_of(stage, "", 10) == Rounds("", 60, 25, 10)
    assert rounds_of(stage | {"soak": None}, "") is None
    assert rounds_of(stage | {"soak": None}, CANARY) == Rounds(CANARY, 10, 5, 1)


def test_a_wave_is_framed_in_the_journal_and_says_whom_to_verify(peopled: Context) -> None:
    permit = opened(peopled)
    held = holding(peopled, permit)
    waves.begin_wave(held, CANARY, ["drm-fwi1"], canary=True)
    assert waves.changed_so_far(held, CANARY) == ["drm-fwi1"]
    waves.end_wave(held, CANARY, ["drm-fwi1"])
    assert [record.payload for record in records(peopled, "wave_begun", "wave_ended")] == [
        {"wave": CANARY, "canary": True, "hosts": ["drm-fwi1"]},
        {"wave": CANARY, "left": []},
    ]


def test_a_resumed_run_verifies_the_canary_without_what_was_cut_off_after_it(peopled: Context) -> None:
    """A host of a later wave is half done then; its wave has not come yet in this run."""
    permit = opened(peopled)
    held = holding(peopled, permit)
    for wave in peopled.estate.stages[0].waves[:2]:
        waves.begin_wave(held, wave.name, [], canary=wave.canary)
    touch(peopled, permit, "san-rtr1", until="host_intended")
    again = holding(peopled, opened(peopled))
    assert waves.changed_so_far(again, CANARY) == ["drm-fwi1"]
    assert waves.changed_so_far(again, "Town-hall router") == ["drm-fwi1", "san-rtr1"]
    assert waves.changed_so_far(again, "") == hosts(peopled)


def test_a_round_says_how_many_it_has_verified(peopled: Context) -> None:
    held = holding(peopled, opened(peopled))
    assert soak.judge(held, "", 1, ["drm-fwi1"], {"drm-fwi1": GOOD}) == ["1 host verified"]
    both = {"drm-fwi1": GOOD, "san-rtr1": GOOD}
    assert soak.judge(held, "", 2, [*both], both) == ["2 hosts verified"]


def test_each_round_is_recorded_with_what_each_host_showed(peopled: Context) -> None:
    permit = opened(peopled)
    soak.judge(holding(peopled, permit), "", 1, ["drm-fwi1", "san-rtr1"], {"drm-fwi1": GOOD, "san-rtr1": GOOD})
    [record] = records(peopled, "soak_checked")
    assert record.payload == {
        "wave": None,
        "round": 1,
        "silent": [],
        "wrong": [],
        "hosts": {"drm-fwi1": GOOD, "san-rtr1": GOOD},
    }


def test_one_silent_service_fails_the_stage(peopled: Context, golden: Golden) -> None:
    permit = opened(peopled)
    with pytest.raises(FellesdriftError) as caught:
        soak.judge(holding(peopled, permit), "", 2, ["drm-fwi1", "san-rtr1"], {"drm-fwi1": GOOD, "san-rtr1": DEAD})
    golden("cutover/FD649", caught.value)
    [record] = records(peopled, "soak_checked")
    assert record.payload is not None
    assert (record.payload["silent"], record.payload["wrong"]) == (["san-rtr1: payroll"], ["san-rtr1"])


def test_a_host_that_was_not_asked_is_no_pass(peopled: Context) -> None:
    with pytest.raises(FellesdriftError) as caught:
        soak.judge(holding(peopled, opened(peopled)), "", 1, ["drm-fwi1", "san-rtr1"], {"drm-fwi1": GOOD})
    assert (caught.value.host, caught.value.details) == (
        "san-rtr1",
        ["inconclusive san-rtr1          it was not asked"],
    )


def test_a_round_without_hosts_is_no_pass(peopled: Context) -> None:
    """All of a canary left behind: nothing was seen, and nothing is built on it."""
    with pytest.raises(FellesdriftError) as caught:
        soak.judge(holding(peopled, opened(peopled)), CANARY, 0, [], {})
    assert (caught.value.code, caught.value.found) == ("FD649", "no host was verified")


def test_a_soak_that_was_cut_off_begins_anew_and_one_that_ended_does_not(peopled: Context) -> None:
    permit, time = opened(peopled), Time()
    rounds = Rounds("", 60, 30, 1)
    assert soak.begin(holding(peopled, permit), rounds, time.clock)
    again = opened(peopled)
    assert soak.begin(holding(peopled, again), rounds, time.clock)
    soak.end(holding(peopled, again), rounds)
    assert not soak.begin(holding(peopled, opened(peopled)), rounds, time.clock)


def test_a_stage_that_went_back_soaks_again(peopled: Context) -> None:
    permit, time = opened(peopled), Time()
    rounds = Rounds(CANARY, 10, 10, 1)
    soak.begin(holding(peopled, permit), rounds, time.clock)
    soak.end(holding(peopled, permit), rounds)
    ending.fail_stage(peopled, permit, "x")
    assert progress(peopled).shown.soaked == set()


def test_waiting_lets_the_time_pass(peopled: Context) -> None:
    time = Time()
    soak.wait(holding(peopled, opened(peopled)), 90.5, time.clock)
    assert time.passed == 90.5


def open_finalize(context: Context) -> Permit:
    permit = finalize.open_finalize(context, planning.plan_stage(context, *KEY)).permit
    assert permit is not None
    return permit


def test_a_stage_that_has_proven_itself_is_finalized_and_then_has_no_way_back(peopled: Context, golden: Golden) -> None:
    done(peopled)
    permit = open_finalize(peopled)
    asking.ask_steps(holding(peopled, permit), peopled.estate, "finalize", nobody, Crowd([PASS]), Time().clock)
    finalize.finalize(
        holding(peopled, permit),
        peopled.estate,
        "agreed in the morning",
        hosts(peopled),
        dict.fromkeys(hosts(peopled), GOOD),
    )
    assert records(peopled, "finalized")[0].payload == {
        "reason": "agreed in the morning",
        "hosts": dict.fromkeys(hosts(peopled), GOOD),
    }
    assert (progress(peopled).state, progress(peopled).finalized) == ("done", True)
    before = names(peopled)
    with pytest.raises(FellesdriftError) as caught:
        opening.open_rollback(peopled, planning.plan_stage(peopled, *KEY))
    assert caught.value.code == "FD691"
    with pytest.raises(FellesdriftError) as caught:
        open_finalize(peopled)
    assert caught.value.code == "FD690"
    assert names(peopled) == before


def test_only_what_is_done_and_soaked_is_finalized(context: Context, golden: Golden) -> None:
    peopled = with_people(context)
    with pytest.raises(FellesdriftError) as caught:
        open_finalize(peopled)
    golden("cutover/FD690", caught.value)
    opened(peopled)
    with pytest.raises(FellesdriftError) as caught:
        open_finalize(peopled)
    assert caught.value.found == "running"


def test_a_soak_that_the_stage_was_given_later_has_to_be_shown(context: Context) -> None:
    done(with_people(context))
    plan = planning.plan_stage(with_people(context), *KEY)
    progress_of = context.progress()
    progress_of[KEY].shown.soaked.clear()
    assert finalize.unfinished(plan, progress_of[KEY]) == "done without its soak"


@pytest.mark.parametrize(
    ("answered", "found"),
    [([], GOOD), ([PASS], DEAD), ([PASS], None)],
    ids=["not answered", "does not verify", "nobody was asked"],
)
def test_what_is_missing_leaves_the_stage_done_with_its_way_back(
    peopled: Context, answered: list[Answered], found: dict[str, Any] | None
) -> None:
    done(peopled)
    permit = open_finalize(peopled)
    if answered:
        asking.ask_steps(holding(peopled, permit), peopled.estate, "finalize", nobody, Crowd(answered), Time().clock)
    evidence = dict.fromkeys(hosts(peopled), found) if found else {}
    with pytest.raises(FellesdriftError) as caught:
        finalize.finalize(holding(peopled, permit), peopled.estate, "x", hosts(peopled), evidence)
    assert caught.value.code == "FD690"
    assert records(peopled, "finalized") == []
    open_finalize(peopled)  # the leases were given back
    assert progress(peopled).state == "done"


def test_a_failed_acceptance_leaves_the_stage_done_and_asks_again(peopled: Context) -> None:
    done(peopled)
    permit = open_finalize(peopled)
    with pytest.raises(FellesdriftError) as caught:
        asking.ask_steps(
            holding(peopled, permit), peopled.estate, "finalize", nobody, Crowd([Answered("fail", "x")]), Time().clock
        )
    assert "fellesdrift stage finalize" in (caught.value.next_step or "")
    again = open_finalize(peopled)
    asking.ask_steps(holding(peopled, again), peopled.estate, "finalize", nobody, Crowd([PASS]), Time().clock)
    assert progress(peopled).shown.passed("acceptance")


def test_a_permit_to_finalize_opens_no_device(peopled: Context) -> None:
    done(peopled)
    with pytest.raises(FellesdriftError) as caught:
        touch(peopled, open_finalize(peopled), "drm-fwi1")
    assert caught.value.code == "FD612"


def test_a_plan_to_finalize_writes_nothing_and_takes_no_lease(peopled: Context) -> None:
    done(peopled)
    before = names(peopled)
    planned = dataclasses.replace(peopled, holder=None)
    assert finalize.open_finalize(planned, planning.plan_stage(planned, *KEY)).permit is None
    assert names(peopled) == before


def test_the_soak_is_data() -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        Soak(minutes=60, every=0)


def test_what_is_changed_again_is_soaked_and_asked_about_again(peopled: Context) -> None:
    """A resumed run changes the canary once more: what was seen of it before is no word on what it is now."""
    permit, time = opened(peopled), Time()
    touch(peopled, permit, *hosts(peopled))
    held = holding(peopled, permit)
    for when in ("before", "canary", "after"):
        asking.ask_steps(held, peopled.estate, when, nobody, Crowd([PASS]), time.clock)
    for wave in (CANARY, ""):
        soak.begin(held, Rounds(wave, 10, 10, 1), time.clock)
        soak.end(held, Rounds(wave, 10, 10, 1))
    other = hosts(peopled)[-1]
    again = opened(peopled)
    touch(peopled, again, other)
    assert progress(peopled).shown.soaked == {CANARY}, "of the canary alone nothing has changed"
    assert [progress(peopled).shown.passed(one) for one in ("reserve_power", "first_site", "test_call")] == [
        True,
        True,
        False,
    ]
    touch(peopled, again, hosts(peopled)[0])
    assert progress(peopled).shown.soaked == set()
    assert not progress(peopled).shown.passed("first_site")
    with pytest.raises(FellesdriftError) as caught:
        ending.close_stage(peopled, again)
    assert "soak of the stage" in (caught.value.found or "")


def test_another_plan_is_soaked_and_asked_about_anew(peopled: Context) -> None:
    permit, time = opened(peopled), Time()
    held = holding(peopled, permit)
    for when in ("before", "canary"):
        asking.ask_steps(held, peopled.estate, when, nobody, Crowd([PASS]), time.clock)
    soak.begin(held, Rounds(CANARY, 10, 10, 1), time.clock)
    soak.end(held, Rounds(CANARY, 10, 10, 1))
    longer = with_people(peopled, soak=Soak(minutes=600, every=25))
    opening.open_stage(longer, planning.plan_stage(longer, *KEY), new_plan=True)
    shown = progress(longer).shown
    assert (shown.soaked, shown.passed("first_site"), shown.passed("reserve_power")) == (set(), False, True)


def left_behind(context: Context) -> str:
    """A stage that is done but for one host, which is taken in by a further run now; gives that host."""
    dead = hosts(context)[-1]
    permit = opened(context)
    held, time = holding(context, permit), Time()
    for host in hosts(context)[:-1]:
        touch(context, permit, host)
    context.writable().append(*KEY, permit.attempt, dead, "host_left", {"reason": "no answer"})
    for when in ("before", "canary", "after"):
        asking.ask_steps(held, context.estate, when, nobody, Crowd([PASS]), time.clock)
    for wave in (CANARY, ""):
        soak.begin(held, Rounds(wave, 10, 10, 1), time.clock)
        soak.end(held, Rounds(wave, 10, 10, 1))
    with context.writable().transaction() as connection:
        permit.write(context.writable(), "done", {"verified": hosts(context)[:-1], "left": [dead]})
        lease.release(connection, permit.token)
    return dead


def test_who_is_taken_in_is_soaked_with_all_others(peopled: Context) -> None:
    dead = left_behind(peopled)
    permit = opened(peopled)
    assert progress(peopled).taking_in == [dead]
    assert progress(peopled).shown.soaked == {CANARY, ""}
    touch(peopled, permit, dead)
    assert progress(peopled).shown.soaked == {CANARY}
    assert not progress(peopled).shown.passed("test_call")


def test_when_nobody_could_be_taken_in_what_was_seen_of_the_others_holds(peopled: Context) -> None:
    """Else a host that never comes back would keep the stage from ever being finalized."""
    dead = left_behind(peopled)
    permit = opened(peopled)
    touch(peopled, permit, dead, until="host_applied")
    back = ending.fail_stage(peopled, permit, "no answer any more").permit
    assert back is not None
    assert progress(peopled).shown.soaked == set()
    holder = peopled.acting()
    for event in ("back_intended", "host_back"):
        WriteGuard(peopled.writable(), back, holder, dead).record(event, {"before": {}, "after": {}})
    assert ending.settle(peopled, back).state == "done"
    assert progress(peopled).shown.soaked == {CANARY, ""}
    assert progress(peopled).shown.passed("test_call")
