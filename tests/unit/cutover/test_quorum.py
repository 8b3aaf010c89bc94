"""A dead host that its wave can do without is left behind by name, and never called clean; a touched one never is."""

from __future__ import annotations

import dataclasses

import pytest
from support.stage_records import close, events, guard, open_sande, permit_of, touch

from fellesdrift.cutover import ending, opening, planning, quorum, stopping
from fellesdrift.cutover.next_command import next_command
from fellesdrift.cutover.permit import Permit
from fellesdrift.cutover.planning import Context
from fellesdrift.errors import FellesdriftError

KEY = ("sande", "wan_link")
WHY = "drm-core2: FD301: the device cannot be reached"


@pytest.fixture
def lenient(context: Context) -> Context:
    """The same estate, where one of the two cores is enough."""
    stage = context.estate.stages[0]
    waves = [wave.model_copy(update={"quorum": 1}) if "core" in wave.hosts[0] else wave for wave in stage.waves]
    stages = [stage.model_copy(update={"waves": waves}), *context.estate.stages[1:]]
    return dataclasses.replace(context, estate=context.estate.model_copy(update={"stages": stages}))


def leave(context: Context, permit: Permit, host: str = "drm-core2") -> bool:
    return quorum.leave_behind(context.writable(), permit, context.acting(), host, WHY)


def test_without_a_quorum_nobody_is_left(context: Context) -> None:
    permit = permit_of(open_sande(context))
    assert not leave(context, permit)
    assert "host_left" not in events(context)


def test_one_is_left_and_the_stage_is_done_and_names_it(lenient: Context) -> None:
    permit = permit_of(open_sande(lenient))
    assert leave(lenient, permit)
    assert not leave(lenient, permit, "drm-core1"), "the quorum is one"
    assert not leave(lenient, permit, "san-rtr1"), "its wave needs all"
    for host in ("drm-fwi1", "san-rtr1", "drm-core1"):
        touch(lenient, permit, host)
    close(lenient, permit)
    present = lenient.progress()[KEY]
    assert (present.state, present.left) == ("done", {"drm-core2": WHY})
    assert present.reason == f"left behind: drm-core2 ({WHY})"
    last = lenient.writable().records()[-1].payload or {}
    assert (last["left"], "drm-core2" in last["verified"]) == (["drm-core2"], False)
    # not clean: the next run takes it in, and does not hold it against the stage before
    assert planning.pending(lenient, "sande")[0] == "wan_link"
    assert "drm-core2" not in planning.completed_state(lenient, "sande")
    assert "cutover.yml" in next_command(lenient.estate, present)


@pytest.mark.parametrize("until", ["step", "applied"])
def test_a_host_that_was_touched_is_not_left(lenient: Context, until: str) -> None:
    permit = permit_of(open_sande(lenient))
    touch(lenient, permit, "drm-core2", until=until)
    assert not leave(lenient, permit)


def test_a_host_that_is_back_may_be_left(lenient: Context) -> None:
    permit = permit_of(open_sande(lenient))
    touch(lenient, permit, "drm-core2", until="step")
    guard(lenient, permit, "drm-core2").record("host_reverted", {})
    assert leave(lenient, permit)


def test_after_a_failure_nobody_is_left(lenient: Context) -> None:
    permit = permit_of(open_sande(lenient))
    guard(lenient, permit, "drm-core1").record("host_failed", {"reason": "x"})
    assert not leave(lenient, permit)


def done_without_one(context: Context) -> Permit:
    """drm-core2 was left behind."""
    first = permit_of(open_sande(context))
    assert leave(context, first)
    for host in ("drm-fwi1", "san-rtr1", "drm-core1"):
        touch(context, first, host)
    close(context, first)
    return first


def taken_in(context: Context) -> Permit:
    """drm-core2 was left behind, and the next run is at it."""
    first = done_without_one(context)
    again = permit_of(open_sande(context))
    assert again.attempt == first.attempt
    return again


def test_the_next_run_takes_it_in(lenient: Context) -> None:
    permit = taken_in(lenient)
    touch(lenient, permit, "drm-core2")
    close(lenient, permit)
    assert lenient.progress()[KEY].left == {}
    assert planning.pending(lenient, "sande") == ["zone_firewall", "server_baseline", "telephony"]


def accepted(context: Context, permit: Permit) -> None:
    """Somebody has answered the step of the point of no return with pass."""
    asked = {"step": "acceptance", "title": "acceptance", "instruction": "look", "role": "duty_operator"}
    until = {"when": "finalize", "deadline": "2099-01-01T00:00:00+00:00"}
    permit.write(context.writable(), "manual_asked", asked | until)
    given = {"step": "acceptance", "answer": "pass", "simulated": False, "evidence": ""}
    permit.write(context.writable(), "manual_answered", given)


def test_what_was_accepted_without_it_is_asked_again(lenient: Context) -> None:
    """Nobody has seen the stage with this host before there is no way back."""
    accepted(lenient, done_without_one(lenient))
    permit = permit_of(open_sande(lenient))
    touch(lenient, permit, "drm-core2")
    close(lenient, permit)
    assert not lenient.progress()[KEY].shown.passed("acceptance")


def test_what_was_accepted_without_it_holds_when_it_could_not_be_taken_in(lenient: Context) -> None:
    first = done_without_one(lenient)
    accepted(lenient, first)
    permit = permit_of(open_sande(lenient))
    touch(lenient, permit, "drm-core2", until="step")
    back = permit_of(ending.fail_stage(lenient, permit, "drm-core2 does not answer"))
    guard(lenient, back, "drm-core2").record("host_back", {})
    present = ending.settle(lenient, back)
    assert (present.state, present.shown.passed("acceptance")) == ("done", True)


def test_one_that_cannot_be_taken_in_takes_nobody_else_back(lenient: Context) -> None:
    permit = taken_in(lenient)
    touch(lenient, permit, "drm-core2", until="step")
    back = ending.fail_stage(lenient, permit, "drm-core2 does not answer")
    assert [wave.hosts for wave in back.back_waves] == [["drm-core2"]]
    guard(lenient, permit_of(back), "drm-core2").record("host_back", {})
    present = ending.settle(lenient, permit_of(back))
    assert (present.state, list(present.left)) == ("done", ["drm-core2"])
    assert "taken back after" in present.left["drm-core2"]


def test_a_run_that_takes_one_in_and_was_cut_off_stays_one(lenient: Context) -> None:
    """Another stage may stand on this one already: a resumed run takes nobody else back either."""
    taken_in(lenient)
    permit = permit_of(open_sande(lenient))
    touch(lenient, permit, "drm-core2", until="step")
    back = ending.fail_stage(lenient, permit, "drm-core2 does not answer")
    assert [wave.hosts for wave in back.back_waves] == [["drm-core2"]]


def test_a_way_back_of_who_was_to_be_taken_in_is_gone_on_with_when_it_was_killed(lenient: Context) -> None:
    """The command that is printed takes back nobody else: others may stand on the stage."""
    permit = taken_in(lenient)
    touch(lenient, permit, "drm-core2", until="step")
    ending.fail_stage(lenient, permit, "drm-core2 does not answer")
    assert "cutover.yml" in next_command(lenient.estate, lenient.progress()[KEY])
    again = open_sande(lenient)
    assert (again.direction, [wave.hosts for wave in again.back_waves]) == ("back", [["drm-core2"]])
    guard(lenient, permit_of(again), "drm-core2").record("host_back", {})
    assert ending.settle(lenient, permit_of(again)).state == "done"


def test_a_way_back_of_who_was_to_be_taken_in_is_gone_on_with_when_it_was_stopped(lenient: Context) -> None:
    permit = taken_in(lenient)
    touch(lenient, permit, "drm-core2", until="applied")
    back = permit_of(ending.fail_stage(lenient, permit, "drm-core2 does not answer"))
    stopping.ask_to_stop(lenient.writable(), back, "finish")
    present = ending.settle(lenient, back)
    assert (present.state, present.taking_in) == ("stopped", ["drm-core2"])
    told = (lenient.writable().records()[-1].payload or {})["next"]
    assert told == next_command(lenient.estate, present)
    assert "cutover.yml" in told
    planned = opening.open_stage(dataclasses.replace(lenient, holder=None), planning.plan_back(lenient, present))
    assert [wave.hosts for wave in planned.back_waves] == [["drm-core2"]]
    again = open_sande(lenient)
    assert (again.direction, [wave.hosts for wave in again.back_waves]) == ("back", [["drm-core2"]])
    guard(lenient, permit_of(again), "drm-core2").record("host_back", {})
    assert ending.settle(lenient, permit_of(again)).state == "done"


def test_who_asks_for_the_whole_way_back_meanwhile_gets_it_and_it_is_on_record(lenient: Context) -> None:
    permit = taken_in(lenient)
    touch(lenient, permit, "drm-core2", until="step")
    ending.fail_stage(lenient, permit, "drm-core2 does not answer")
    back = opening.open_rollback(lenient, planning.plan_back(lenient, lenient.progress()[KEY]))
    hosts = [host for wave in back.back_waves for host in wave.hosts]
    assert sorted(hosts) == ["drm-core1", "drm-core2", "drm-fwi1", "san-rtr1"]
    assert set(back.after) == {"drm-core1", "drm-fwi1", "san-rtr1"}, "who is not half way is held against the record"
    for host in hosts:
        guard(lenient, permit_of(back), host).record("host_back", {})
    assert ending.settle(lenient, permit_of(back)).state == "rolled back"


def test_a_run_that_is_refused_before_it_takes_anybody_in_leaves_the_stage_done(lenient: Context) -> None:
    """Also where the stage found everything as it should be, and has changed nothing."""
    first = permit_of(open_sande(lenient))
    assert leave(lenient, first)
    for host in ("drm-fwi1", "san-rtr1", "drm-core1"):
        guard(lenient, first, host).record("host_saved", {})
    close(lenient, first)
    again = permit_of(open_sande(lenient))
    shown = lenient.progress()[KEY].settled
    assert opening.decide_gates(lenient, again, [{"host": "", "gate": "window_open", "result": "fail"}])
    present = lenient.progress()[KEY]
    assert (present.state, present.left, present.taking_in) == ("done", {"drm-core2": WHY}, [])
    assert "refused: window_open of the estate: fail" in (present.reason or "")
    assert present.shown == shown, "the others are as they were"
    assert permit_of(open_sande(lenient)), "the lease was given back, and the next run takes it in"


def test_who_was_left_behind_waits_for_a_later_stage_that_was_begun(lenient: Context) -> None:
    """It cannot be taken in while that one is unfinished on the same hosts."""
    first = permit_of(open_sande(lenient))
    assert leave(lenient, first)
    for host in ("drm-fwi1", "san-rtr1", "drm-core1"):
        touch(lenient, first, host)
    close(lenient, first)
    touch(lenient, permit_of(open_sande(lenient, "zone_firewall")), "san-rtr1")
    assert planning.pending(lenient, "sande")[:2] == ["zone_firewall", "wan_link"]


def test_one_that_is_half_way_holds_the_stage(lenient: Context) -> None:
    permit = taken_in(lenient)
    touch(lenient, permit, "drm-core2", until="step")
    back = ending.fail_stage(lenient, permit, "x")
    present = ending.settle(lenient, permit_of(back))
    assert (present.state, present.held_hosts) == ("held", ["drm-core2"])


@pytest.mark.parametrize("until", ["step", "applied"])
def test_one_that_was_changed_again_meanwhile_is_not_called_done(lenient: Context, until: str) -> None:
    """Somebody else had changed drm-core1 since; what this run has made of it is undone, or not verified."""
    permit = taken_in(lenient)
    touch(lenient, permit, "drm-core1", until=until)
    if until == "step":
        guard(lenient, permit, "drm-core1").record("host_reverted", {})
    back = ending.fail_stage(lenient, permit, "x")
    assert back.back_waves == [], "only who is taken in goes back"
    present = ending.settle(lenient, permit_of(back))
    assert (present.state, present.held_hosts) == ("held", ["drm-core1"])
    assert "changed by somebody else, and not verified since" in (present.reason or "")
    whole = opening.open_rollback(lenient, planning.plan_back(lenient, present))
    assert "drm-core1" in [host for wave in whole.back_waves for host in wave.hosts], "the stage is still on it"


def test_the_whole_stage_can_be_taken_back_afterwards(lenient: Context) -> None:
    permit = taken_in(lenient)
    touch(lenient, permit, "drm-core2")
    close(lenient, permit)
    back = opening.open_rollback(lenient, planning.plan_back(lenient, lenient.progress()[KEY]))
    assert [wave.hosts for wave in back.back_waves] == [["drm-core2", "drm-core1"], ["san-rtr1"], ["drm-fwi1"]]


def test_a_host_that_answers_no_gate_stops_nothing_where_the_quorum_allows(lenient: Context) -> None:
    permit = permit_of(open_sande(lenient))
    dead = [
        {"gate": gate, "host": "drm-core2", "result": "inconclusive", "evidence": "FD301"}
        for gate in ("reachable", "dead_man")
    ]
    assert opening.decide_gates(lenient, permit, dead) == []
    assert lenient.progress()[KEY].state == "running"


def test_a_host_that_fails_a_gate_is_not_excused(lenient: Context) -> None:
    permit = permit_of(open_sande(lenient))
    results = [
        {"gate": "reachable", "host": "drm-core2", "result": "pass", "evidence": ""},
        {"gate": "dead_man", "host": "drm-core2", "result": "inconclusive", "evidence": ""},
    ]
    assert len(opening.decide_gates(lenient, permit, results)) == 1


def test_more_dead_hosts_than_the_quorum_allows_stop_the_stage(lenient: Context) -> None:
    permit = permit_of(open_sande(lenient))
    dead = [
        {"gate": "reachable", "host": host, "result": "inconclusive", "evidence": "FD301"}
        for host in ("drm-core1", "drm-core2")
    ]
    assert opening.decide_gates(lenient, permit, dead) == dead


def test_probes_of_a_host_that_was_left_are_not_asked() -> None:
    probes = [{"name": "drm-core2 management"}, {"name": "finance"}, {"name": "drm-core20 users"}]
    assert quorum.without_left(probes, ["drm-core2"]) == probes[1:]


def test_a_stage_that_leaves_too_many_behind_is_not_done(context: Context) -> None:
    """Nobody is taken at their word: a record that leaves a host behind is held against the quorum once more."""
    permit = permit_of(open_sande(context))
    guard(context, permit, "drm-core2").record("host_left", {"reason": WHY})
    for host in ("drm-fwi1", "san-rtr1", "drm-core1"):
        touch(context, permit, host)
    with pytest.raises(FellesdriftError) as caught:
        ending.close_stage(context, permit)
    assert (caught.value.code, caught.value.host) == ("FD629", "drm-core2")
