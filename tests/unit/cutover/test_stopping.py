"""A stop: nothing further is begun, nothing is left half way, and the next command is printed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.stage_records import BEFORE, events, guard, open_sande, permit_of, state, touch

from fellesdrift.cutover import ending, opening, planning, stopping
from fellesdrift.cutover.next_command import next_command
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
