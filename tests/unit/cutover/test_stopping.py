"""A stop: nothing further is begun, nothing is left half way, and the next command is printed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.people import Crowd, Time, holding, with_people
from support.stage_records import AFTER, BEFORE, events, guard, open_sande, permit_of, state, touch

from fellesdrift.cutover import asking, ending, manual, opening, planning, reconcile, soak, stopping
from fellesdrift.cutover.answers import nobody
from fellesdrift.cutover.next_command import next_command
from fellesdrift.cutover.permit import Permit
from fellesdrift.cutover.planning import Context
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease

KEY = ("sande", "wan_link")


@pytest.fixture(autouse=True)
def no_signal() -> Iterator[None]:
    stopping.guard_run(guarded=False)
    yield
    stopping.guard_run(guarded=False)


def refused(context: Context, permit: Any, host: str, event: str) -> str:
    with pytest.raises(FellesdriftError) as caught:
        guard(context, permit, host).record(event, {"before": BEFORE, "after": BEFORE, "title": "x"})
    return caught.value.code


def held_leases(context: Context) -> list[str]:
    with context.writable().transaction() as connection:
        return [each.name for each in lease.held(connection)]


def test_after_a_signal_the_host_that_was_begun_is_finished_and_no_other_is_begun(context: Context) -> None:
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-fwi1", until="step")
    stopping.signal_given()
    guard(context, permit, "drm-fwi1").record("step_confirmed", {"title": "add the new route"})
    guard(context, permit, "drm-fwi1").record("step_intended", {"title": "drop the old one"})
    guard(context, permit, "drm-fwi1").record("host_applied", {})
    assert refused(context, permit, "san-rtr1", "host_intended") == "FD653"
    assert refused(context, permit, "san-rtr1", "drained") == "FD653"
    assert refused(context, permit, "drm-fwi1", "save_intended") == "FD653"
    assert events(context).count("stop_asked") == 1

    left = ending.fail_stage(context, permit, "FD653: a stop was asked for")
    assert (left.stopping, left.back_waves) == (True, [])
    stopped = ending.settle(context, permit)
    assert (stopped.state, held_leases(context)) == ("stopped", [])
    assert "failed" not in events(context)
    assert "playbooks/cutover.yml" in next_command(context.estate, stopped)


def test_a_stopped_stage_goes_on_and_goes_back(context: Context) -> None:
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-fwi1", until="applied")
    stopping.signal_given()
    stopping.note_signal(context.writable(), permit, context.acting())
    ending.fail_stage(context, permit, "x")
    assert ending.settle(context, permit).state == "stopped"
    stopping.guard_run()
    again = open_sande(context)
    assert (again.resumed, again.direction, permit_of(again).attempt) == (True, "forward", permit.attempt)
    back = opening.open_rollback(context, again.plan)
    assert [wave.hosts for wave in back.back_waves] == [["drm-fwi1"]]


def test_a_stop_before_anything_was_changed_is_a_stop(context: Context) -> None:
    permit = permit_of(open_sande(context))
    stopping.signal_given()
    with pytest.raises(stopping.StopAskedError):
        stopping.refuse_beginning(context.writable(), permit, context.acting())
    ending.fail_stage(context, permit, "x")
    assert ending.settle(context, permit).state == "stopped"


def test_what_fails_goes_back_although_a_stop_was_asked_for(context: Context) -> None:
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-fwi1", until="applied")
    stopping.signal_given()
    guard(context, permit, "drm-fwi1").record("host_failed", {"reason": "drm-fwi1: FD631: silent"})
    back = ending.fail_stage(context, permit, "x")
    assert (back.stopping, back.direction) == (False, "back")
    # the signal is used up: the way back waits for nobody
    guard(context, permit_of(back), "drm-fwi1").record("back_intended", {"before": BEFORE, "after": BEFORE})
    guard(context, permit_of(back), "drm-fwi1").record("host_back", {})
    assert ending.settle(context, permit_of(back)).state == "rolled back"


def test_a_signal_on_the_way_back_stops_it_between_two_hosts(context: Context) -> None:
    permit = permit_of(open_sande(context))
    for host in ("drm-fwi1", "san-rtr1"):
        touch(context, permit, host, until="applied")
    back = permit_of(ending.fail_stage(context, permit, "a probe failed"))
    guard(context, back, "san-rtr1").record("back_intended", {"before": BEFORE, "after": BEFORE})
    stopping.signal_given()
    guard(context, back, "san-rtr1").record("host_back", {})
    assert refused(context, back, "drm-fwi1", "back_intended") == "FD653"
    stopped = ending.settle(context, back)
    assert (stopped.state, stopped.touched) == ("stopped", ["drm-fwi1"])
    last = [record for record in context.writable().records() if record.event == "stopped"][-1]
    assert "playbooks/rollback.yml" in (last.payload or {})["next"]


def test_stopped_at_once_it_is_held_with_host_and_last_step(context: Context) -> None:
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-fwi1", until="applied")
    touch(context, permit, "san-rtr1", until="step")
    held = ending.settle_now(context.writable(), context.estate, permit, context.acting())
    assert (held.state, held.held_hosts, held_leases(context)) == ("held", ["san-rtr1"], [])
    assert held.reason == "san-rtr1: half way, last confirmed step: none"
    assert "fellesdrift stage reconcile" in next_command(context.estate, held)


def test_stopped_at_once_between_two_hosts_it_is_stopped(context: Context) -> None:
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-fwi1", until="applied")
    assert ending.settle_now(context.writable(), context.estate, permit, context.acting()).state == "stopped"


def test_stopped_at_once_after_its_end_it_stays_done(context: Context) -> None:
    opened = open_sande(context)
    for host in opened.plan.hosts:
        touch(context, permit_of(opened), host)
    context.writable().append(*KEY, permit_of(opened).attempt, "", "done", {})
    before = events(context)
    ended = ending.settle_now(context.writable(), context.estate, permit_of(opened), context.acting())
    assert (ended.state, events(context)) == ("done", before)


def test_a_stop_that_came_before_the_opening_opens_nothing(context: Context) -> None:
    stopping.signal_given()
    with pytest.raises(stopping.StopAskedError):
        open_sande(context)
    assert events(context) == []


def test_a_run_that_lost_its_lease_stops_nobody_else(context: Context) -> None:
    permit = permit_of(open_sande(context))
    with context.writable().transaction() as connection:
        lease.release(connection, permit.token)
    stopping.signal_given()
    with pytest.raises(FellesdriftError) as caught:
        stopping.note_signal(context.writable(), permit, context.acting())
    assert caught.value.code == "FD611"
    assert "stop_asked" not in events(context)


def test_a_stop_may_be_asked_for_in_the_journal(context: Context) -> None:
    permit = permit_of(open_sande(context))
    stopping.ask_to_stop(context.writable(), permit, "finish")
    assert refused(context, permit, "drm-fwi1", "host_intended") == "FD653"
    planning.pending(context, "sande")
    ending.fail_stage(context, permit, "x")
    ending.settle(context, permit)
    assert state(context) == "stopped"


def test_a_stop_while_somebody_is_waited_for_leaves_the_stage_stopped_and_free(context: Context) -> None:
    peopled = with_people(context)
    permit = permit_of(open_sande(peopled))
    stopping.signal_given()
    with pytest.raises(stopping.StopAskedError) as caught:
        asking.ask_steps(holding(peopled, permit), peopled.estate, "before", nobody, Crowd([]), Time().clock)
    assert "playbooks/cutover.yml" in (caught.value.next_step or "")
    assert (state(peopled), held_leases(peopled)) == ("stopped", [])


def begun(context: Context) -> Permit:
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-fwi1", until="applied")
    return permit


def end_stopped(context: Context) -> None:
    permit = begun(context)
    stopping.ask_to_stop(context.writable(), permit, "finish")
    ending.fail_stage(context, permit, "x")
    ending.settle(context, permit)


def end_stopped_back(context: Context) -> None:
    back = permit_of(ending.fail_stage(context, begun(context), "x"))
    stopping.ask_to_stop(context.writable(), back, "finish")
    ending.settle(context, back)


def end_held(context: Context) -> None:
    ending.settle(context, permit_of(ending.fail_stage(context, begun(context), "x")))


def end_at_once(context: Context) -> None:
    permit = begun(context)
    touch(context, permit, "san-rtr1", until="step")
    ending.settle_now(context.writable(), context.estate, permit, context.acting())


def end_rolled_back(context: Context) -> None:
    back = permit_of(ending.fail_stage(context, begun(context), "x"))
    guard(context, back, "drm-fwi1").record("host_back", {})
    ending.settle(context, back)


def end_refused(context: Context) -> None:
    gate = {"gate": "reachable", "host": "san-rtr1", "result": "fail", "evidence": "x"}
    opening.decide_gates(context, permit_of(open_sande(context)), [gate])


def end_killed(context: Context) -> None:
    begun(context)


def end_killed_on_the_way_back(context: Context) -> None:
    ending.fail_stage(context, begun(context), "x")


@pytest.mark.parametrize(
    ("end", "state_then", "command"),
    [
        (end_stopped, "stopped", "ansible-playbook playbooks/cutover.yml"),
        (end_stopped_back, "stopped", "ansible-playbook playbooks/"),
        (end_held, "held", "fellesdrift stage reconcile"),
        (end_at_once, "held", "fellesdrift stage reconcile"),
        (end_rolled_back, "rolled back", "ansible-playbook playbooks/plan.yml"),
        (end_refused, "pending", "ansible-playbook playbooks/plan.yml"),
        (end_killed, "running", "ansible-playbook playbooks/cutover.yml"),
        (end_killed_on_the_way_back, "going back", "ansible-playbook playbooks/rollback.yml"),
    ],
)
def test_whichever_way_it_ended_the_next_command_is_known(
    context: Context, end: Callable[[Context], None], state_then: str, command: str
) -> None:
    end(context)
    present = context.progress()[KEY]
    assert present.state == state_then
    assert command in next_command(context.estate, present)


def elsewhere(context: Context) -> Context:
    return dataclasses.replace(context, holder=dataclasses.replace(context.acting(), machine="ops2"))


def refuse_lost_lease(context: Context) -> None:
    permit = begun(context)
    guard(elsewhere(context), permit, "san-rtr1").record("host_intended", {"before": BEFORE, "after": BEFORE})


def refuse_taken_lease(context: Context) -> None:
    begun(context)
    open_sande(elsewhere(context))


def refuse_held(context: Context) -> None:
    end_held(context)
    open_sande(context)


def refuse_unsaved(context: Context) -> None:
    ending.close_stage(context, begun(context))


def refuse_nothing_to_take_back(context: Context) -> None:
    opening.open_rollback(context, planning.plan_stage(context, *KEY))


def refuse_stop(context: Context) -> None:
    end_stopped(context)
    stopping.signal_given()
    open_sande(context)


def refuse_half_way(context: Context) -> None:
    permit = begun(context)
    guard(context, permit, "drm-fwi1").record("host_failed", {"reason": "x"})
    guard(context, permit, "san-rtr1").record("host_intended", {"before": BEFORE, "after": BEFORE})


@pytest.mark.parametrize(
    ("refuse", "code"),
    [
        (refuse_lost_lease, "FD611"),
        (refuse_taken_lease, "FD610"),
        (refuse_half_way, "FD612"),
        (refuse_held, "FD625"),
        (refuse_nothing_to_take_back, "FD628"),
        (refuse_unsaved, "FD629"),
        (refuse_stop, "FD653"),
        (lambda context: reconcile.held_stage(context, *KEY), "FD656"),
    ],
)
def test_every_refusal_says_what_to_type_or_to_do(
    context: Context, refuse: Callable[[Context], object], code: str
) -> None:
    with pytest.raises(FellesdriftError) as caught:
        refuse(context)
    assert (caught.value.code, bool(caught.value.next_step)) == (code, True)


def test_a_host_that_was_begun_is_finished_in_all_its_portions(context: Context) -> None:
    permit = permit_of(open_sande(context))
    writer = guard(context, permit, "drm-fwi1")
    writer.record("host_intended", {"before": BEFORE, "after": AFTER})
    stopping.signal_given()
    writer.record("step_confirmed", {"title": "the first portion"})
    writer.record("host_intended", {"before": BEFORE, "after": AFTER})
    writer.record("host_applied", {})
    assert refused(context, permit, "san-rtr1", "host_intended") == "FD653"
    ending.fail_stage(context, permit, "FD653: a stop was asked for")
    assert ending.settle(context, permit).state == "stopped"


def test_a_host_on_its_way_back_is_saved_too(context: Context) -> None:
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-fwi1")
    touch(context, permit, "san-rtr1")
    back = permit_of(ending.fail_stage(context, permit, "no answer"))
    writer = guard(context, back, "san-rtr1")
    writer.record("back_intended", {"before": AFTER, "after": BEFORE})
    stopping.signal_given()
    writer.record("save_intended", {"title": "save the running configuration"})
    writer.record("host_back", {})
    assert refused(context, back, "drm-fwi1", "back_intended") == "FD653"
    assert ending.settle(context, back).state == "stopped"


def test_a_stop_does_not_hide_a_soak_that_found_something_wrong(context: Context) -> None:
    peopled = with_people(context)
    permit = permit_of(open_sande(peopled))
    stopping.signal_given()
    wrong = {"san-rtr1": {"result": "fail", "found": "silent"}}
    with pytest.raises(FellesdriftError) as caught:
        soak.judge(holding(peopled, permit), "", 1, ["san-rtr1"], wrong)
    assert ending.fail_stage(peopled, permit, str(caught.value)).direction == "back"
    assert "failed" in events(peopled)


def test_a_stop_does_not_hide_what_people_have_said(context: Context) -> None:
    peopled = with_people(context)
    permit = permit_of(open_sande(peopled))
    asked = asking.due(peopled.estate.stage("wan_link"), "after")[0][1]
    manual.ask(holding(peopled, permit), asked, Time().clock)
    given = manual.Answered("fail", "duty officer", "110 does not answer")
    manual.answer(peopled.estate, peopled.writable(), permit.key, asked.id, given, Time().clock)
    stopping.signal_given()
    assert ending.fail_stage(peopled, permit, "FD648").direction == "back"
    assert peopled.progress()[KEY].state == "going back"


@pytest.mark.parametrize("asked", [False, True])
def test_a_stop_asked_of_a_run_that_was_killed_is_not_asked_of_the_next(context: Context, asked: bool) -> None:
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-fwi1")
    if asked:
        back = permit_of(opening.open_rollback(context, planning.plan_back(context, context.progress()[KEY])))
    else:
        back = permit_of(ending.fail_stage(context, permit, "no answer"))
    stopping.ask_to_stop(context.writable(), back, "finish")
    assert refused(context, back, "drm-fwi1", "back_intended") == "FD653"
    if asked:
        again = opening.open_rollback(context, planning.plan_back(context, context.progress()[KEY]))
    else:
        again = open_sande(context)
    assert again.direction == "back"
    guard(context, permit_of(again), "drm-fwi1").record("back_intended", {"before": AFTER, "after": BEFORE})


def test_after_a_way_back_was_stopped_the_way_back_is_what_is_typed_next(context: Context) -> None:
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-fwi1")
    back = permit_of(ending.fail_stage(context, permit, "no answer"))
    stopping.ask_to_stop(context.writable(), back, "finish")
    stopped = ending.settle(context, back)
    assert (stopped.state, stopped.on_way_back) == ("stopped", True)
    assert "playbooks/rollback.yml" in next_command(context.estate, stopped)
    assert "playbooks/rollback.yml" in (context.writable().records()[-1].payload or {})["next"]
    open_sande(context)  # who wants it to go forward after all says so
    assert not context.progress()[KEY].on_way_back
