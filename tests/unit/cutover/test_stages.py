"""Opening, deciding, closing and taking back: every refusal leaves the journal alone."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from support.stage_records import AFTER, BEFORE, close, done, guard, open_sande, permit_of, touch

from fellesdrift.cutover import ending, opening, planning, reconcile, returning, stopping
from fellesdrift.cutover.permit import Permit, WriteGuard
from fellesdrift.cutover.planning import Context
from fellesdrift.cutover.progress import StageProgress
from fellesdrift.cutover.status import status_rows
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Estate
from fellesdrift.journal import Journal
from fellesdrift.journal.lease import Holder
from fellesdrift.journal.tables import leases


def events(context: Context) -> list[str]:
    assert context.journal is not None
    return [record.event for record in context.journal.records()]


def state(context: Context) -> str:
    return context.progress()[("sande", "wan_link")].state


def progress_of(context: Context) -> StageProgress:
    return context.progress()["sande", "wan_link"]


def test_the_plan_of_sande(context: Context) -> None:
    plan = planning.plan_stage(context, "sande", "wan_link")
    assert [wave.hosts for wave in plan.waves] == [["drm-fwi1"], ["san-rtr1"], ["drm-core1", "drm-core2"]]
    assert set(plan.desired) == set(plan.hosts)
    names = {host: [probe.name for probe in probes] for host, probes in plan.probes.items()}
    assert names["san-sykehjem-rtr1"] == ["finance", "payroll", "internet", "controller"]
    assert names["san-rtr1"][-1] == "fibre"
    # both ways: the cores ask for each site's router and its users
    assert {"san-sykehjem-rtr1 management", "san-sykehjem-rtr1 users", "san-rtr1 users"} <= set(names["drm-core1"])
    assert events(context) == []


def test_a_stage_that_goes_well(context: Context, estate: Estate) -> None:
    assert planning.pending(context, "sande") == ["wan_link", "zone_firewall", "server_baseline", "telephony"]
    opened = open_sande(context)
    permit = permit_of(opened)
    assert (opened.direction, opened.resumed) == ("forward", False)
    assert opening.decide_gates(context, permit, [{"gate": "reachable", "host": "h", "result": "pass"}]) == []
    for host in opened.plan.hosts:
        touch(context, permit, host)
    close(context, permit)

    assert state(context) == "done"
    assert planning.pending(context, "sande") == ["zone_firewall", "server_baseline", "telephony"]
    assert events(context)[:2] == ["opened", "gates"]
    assert events(context)[-1] == "done"
    with pytest.raises(FellesdriftError) as caught:
        touch(context, permit, "san-rtr1")
    assert caught.value.code == "FD611"
    rows = [(row.state, row.next) for row in status_rows(estate, context.journal) if row.municipality == "sande"]
    assert rows[0] == ("done", "-")
    assert [row[0] for row in rows[1:]] == ["pending"] * 3


@pytest.mark.parametrize("result", ["fail", "inconclusive"])
def test_a_gate_that_does_not_pass_refuses_the_stage(context: Context, result: str) -> None:
    permit = permit_of(open_sande(context))
    gate = {"gate": "startup_saved", "host": "san-rtr1", "result": result, "evidence": "differs"}
    assert opening.decide_gates(context, permit, [gate]) == [gate]
    assert state(context) == "pending"
    assert context.progress()[("sande", "wan_link")].reason == f"startup_saved on san-rtr1: {result}"
    with pytest.raises(FellesdriftError):
        touch(context, permit, "san-rtr1")
    open_sande(context)  # the leases were given back


def test_a_plan_writes_nothing_and_takes_no_lease(context: Context) -> None:
    planning = dataclasses.replace(context, holder=None)
    opened = open_sande(planning)
    assert opened.permit is None
    assert opening.decide_gates(planning, None, [{"gate": "g", "host": "h", "result": "fail"}])
    assert events(context) == []
    open_sande(context)


def test_somebody_elses_lease_stops_the_opening(context: Context) -> None:
    assert context.holder is not None
    open_sande(dataclasses.replace(context, holder=dataclasses.replace(context.holder, machine="ops2")))
    before = events(context)
    with pytest.raises(FellesdriftError) as caught:
        open_sande(context)
    assert caught.value.code == "FD610"
    assert events(context) == before


def test_a_stage_is_not_done_until_every_host_is_saved(context: Context) -> None:
    opened = open_sande(context)
    permit = permit_of(opened)
    for host in opened.plan.hosts[:-1]:
        touch(context, permit, host)
    touch(context, permit, opened.plan.hosts[-1], until="applied")
    with pytest.raises(FellesdriftError) as caught:
        ending.close_stage(context, permit)
    assert (caught.value.code, caught.value.host) == ("FD629", opened.plan.hosts[-1])
    assert state(context) == "running"


def test_a_stage_that_another_run_has_done_meanwhile_is_not_begun_anew(context: Context) -> None:
    """Two runs begin at the same time; the second one's gates would make a stage that is done pending again."""
    assert "wan_link" in planning.pending(context, "sande")
    done(context)
    written = events(context)
    for late in (context, dataclasses.replace(context, holder=None)):
        with pytest.raises(FellesdriftError) as caught:
            open_sande(late)
        assert caught.value.code == "FD642"
    assert (events(context), state(context)) == (written, "done")
    assert context.writable().leases() == []


def test_a_plan_that_another_run_has_overtaken_is_not_carried_out(context: Context) -> None:
    """The shared routers' lists are written as the plan has them, which knows nothing of what Sande has got since."""
    plan = planning.plan_stage(context, "royken", "wan_link")
    done(context)
    written = events(context)
    with pytest.raises(FellesdriftError) as caught:
        opening.open_stage(context, plan)
    assert (caught.value.code, caught.value.found) == ("FD642", "done, or taken back, meanwhile: wan_link of sande")
    assert events(context) == written
    assert opening.open_stage(context, planning.plan_stage(context, "royken", "wan_link")).permit is not None


def test_a_host_on_which_another_stage_is_not_finished_is_left_alone(context: Context) -> None:
    """Sande's run was killed while it soaked; Royken's plan would take Sande's entries out of the shared routers."""
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-core1")
    written = events(context)
    with pytest.raises(FellesdriftError) as caught:
        opening.open_stage(context, planning.plan_stage(context, "royken", "wan_link"))
    assert (caught.value.code, caught.value.host) == ("FD643", "drm-core1")
    assert events(context) == written
    close_back(context, permit)
    assert opening.open_stage(context, planning.plan_stage(context, "royken", "wan_link")).permit is not None


def close_back(context: Context, permit: Permit) -> None:
    """The way back of a stage of one touched host."""
    back = permit_of(ending.fail_stage(context, permit, "x"))
    guard(context, back, "drm-core1").record("host_back", {})
    ending.settle(context, back)


def test_the_way_back_keeps_what_an_unfinished_stage_of_another_has_brought(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Royken is done, Sande's run was killed while it soaked, and Royken goes back."""
    plan = planning.plan_stage(context, "royken", "wan_link")
    permit = permit_of(opening.open_stage(context, plan))
    for host in plan.hosts:
        touch(context, permit, host)
    close(context, permit)
    touch(context, permit_of(open_sande(context)), "drm-core1")
    asked: dict[str, set[tuple[str, str]]] = {}

    def composed(host: str, _estate: Any, done: set[tuple[str, str]], _roles: Any) -> Any:
        asked[host] = done
        return {}

    monkeypatch.setattr(returning, "compose", composed)
    returning.way_targets(context, context.progress()["royken", "wan_link"])
    assert asked["drm-core1"] == {("sande", "wan_link")}
    assert asked["drm-core2"] == set()


def test_a_killed_run_is_resumed_with_the_first_before(context: Context) -> None:
    first = open_sande(context)
    touch(context, permit_of(first), "san-rtr1", until="step")
    second = open_sande(context)
    assert second.resumed
    assert permit_of(second).attempt == permit_of(first).attempt
    half_done = {"route": {"0.0.0.0/0": {"next_hops": []}, "10.10.0.0/16": {"next_hops": []}}}
    guard(context, permit_of(second), "san-rtr1").record("host_intended", {"before": half_done, "after": AFTER})
    recorded = context.progress()[("sande", "wan_link")].hosts["san-rtr1"].before
    assert recorded["route"]["0.0.0.0/0"] == BEFORE["route"]["0.0.0.0/0"]
    assert recorded["route"]["10.10.0.0/16"] == {"next_hops": []}


def entries(*lines: str) -> dict[str, Any]:
    return {"access_list": {"TO-PLATFORM": {"entries": list(lines)}}}


def change(context: Context, permit: Permit, host: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Until its first step is sent."""
    writer = guard(context, permit, host)
    writer.record("host_intended", {"before": before, "after": after})
    writer.record("step_intended", {"title": "put the entry in"})


def test_a_change_that_was_cut_off_is_undone_to_what_it_found(context: Context) -> None:
    """The host was back, and another municipality has brought something to it since: that is nobody's to take out."""
    permit = permit_of(open_sande(context))
    change(context, permit, "drm-core1", entries("first"), entries("first", "sande"))
    touch(context, permit, "san-rtr1")
    back = permit_of(ending.fail_stage(context, permit, "a service is silent"))
    guard(context, back, "drm-core1").record("host_back", {})
    assert ending.settle(context, back).state == "held"
    found = [reconcile.Finding("san-rtr1", "after", "as after")]
    reconcile.choose(context, ("sande", "wan_link"), "continue", found)
    permit = permit_of(open_sande(context, new_plan=True))
    change(context, permit, "drm-core1", entries("first", "svelvik"), entries("first", "svelvik", "sande"))
    host = context.progress()["sande", "wan_link"].hosts["drm-core1"]
    assert (host.cut_off, host.undo, host.before) == (True, entries("first", "svelvik"), entries("first"))
    change(context, permit, "drm-core1", entries("first"), entries("first", "svelvik", "sande"))
    host = context.progress()["sande", "wan_link"].hosts["drm-core1"]
    assert host.undo == entries("first", "svelvik"), "cut off twice, it is still the first that was found"


def test_a_change_of_what_was_done_and_was_cut_off_is_undone_to_what_it_found(context: Context) -> None:
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-core1")
    change(context, permit, "drm-core1", entries("svelvik", "by hand"), entries("svelvik"))
    host = context.progress()["sande", "wan_link"].hosts["drm-core1"]
    assert (host.cut_off, host.undo) == (True, entries("svelvik", "by hand"))


def test_the_reason_of_a_failure_is_what_was_found_wrong_and_not_a_stop_beside_it(context: Context) -> None:
    permit = permit_of(open_sande(context))
    touch(context, permit, "drm-core1")
    call = {"step": "call", "title": "Test call", "instruction": "", "role": "site_contact", "when": "after"}
    journal = context.writable()
    permit.write(journal, "manual_asked", call | {"deadline": "2099-01-01T00:00:00+00:00"})
    said = {"step": "call", "answer": "fail", "simulated": False, "evidence": "112 does not ring"}
    permit.write(journal, "manual_answered", said)
    stopping.ask_to_stop(journal, permit, "finish")
    back = ending.fail_stage(context, permit, "FD653: a stop was asked for, and nothing further is begun")
    assert (back.direction, back.reason) == ("back", "Test call: fail")


def test_failing_turns_the_stage_back_in_reverse(context: Context) -> None:
    opened = open_sande(context)
    permit = permit_of(opened)
    for host in ("drm-fwi1", "san-rtr1", "drm-core1"):
        touch(context, permit, host, until="applied")
    back = ending.fail_stage(context, permit, "a probe failed")
    assert [wave.hosts for wave in back.back_waves] == [["drm-core1"], ["san-rtr1"], ["drm-fwi1"]]
    assert back.before["san-rtr1"] == BEFORE
    assert back.after == {}  # in the middle of a change nothing can be held against an "after"
    with pytest.raises(FellesdriftError) as caught:
        touch(context, permit, "drm-core2")
    assert caught.value.code == "FD612"

    for host in ("drm-core1", "san-rtr1", "drm-fwi1"):
        guard(context, permit_of(back), host).record("host_back", {})
    assert ending.settle(context, permit_of(back)).state == "rolled back"
    assert planning.pending(context, "sande") == ["wan_link", "zone_firewall", "server_baseline", "telephony"]
    assert permit_of(open_sande(context)).attempt != permit.attempt


@pytest.mark.parametrize("asked", [True, False])
def test_a_way_back_that_nobody_asked_for_tells_what_of_somebody_elses_it_has_put_back(
    context: Context, asked: bool
) -> None:
    permit = permit_of(done(context) if asked else open_sande(context))
    if asked:  # what somebody else has made stops that one, before anything is written
        back = permit_of(opening.open_rollback(context, planning.plan_back(context, progress_of(context))))
        found = AFTER
    else:
        touch(context, permit, "san-rtr1")
        back = permit_of(ending.fail_stage(context, permit, "a service is silent"))
        found = {"route": {"0.0.0.0/0": {"next_hops": []}}}
    for host in context.progress()["sande", "wan_link"].touched:
        guard(context, back, host).record("back_intended", {"before": found, "after": BEFORE})
        guard(context, back, host).record("host_back", {})
    reason = ending.settle(context, back).reason or ""
    assert ("somebody else had changed san-rtr1, and it is as it was before" in reason) is not asked


def test_a_host_that_stays_dead_holds_the_stage(context: Context, estate: Estate) -> None:
    permit = permit_of(open_sande(context))
    for host in ("drm-fwi1", "san-rtr1"):
        touch(context, permit, host, until="applied")
    back = ending.fail_stage(context, permit, "san-rtr1 does not answer")
    guard(context, permit_of(back), "drm-fwi1").record("host_back", {})
    held = ending.settle(context, permit_of(back))
    assert (held.state, held.held_hosts) == ("held", ["san-rtr1"])
    assert "san-rtr1: not back, last confirmed step: none" in (held.reason or ""), "of its way back"
    assert held.last_confirmed("san-rtr1") == "none"
    row = next(row for row in status_rows(estate, context.journal) if row.municipality == "sande")
    assert row.state == "held"
    assert row.next.endswith("fellesdrift stage reconcile -i inventories/production sande wan_link")

    with pytest.raises(FellesdriftError) as caught:
        open_sande(context)
    assert caught.value.code == "FD625"
    reconcile.choose(context, ("sande", "wan_link"), "continue", [])
    assert open_sande(context).resumed


def test_a_killed_way_back_is_resumed_as_one(context: Context) -> None:
    permit = permit_of(open_sande(context))
    for host in ("drm-fwi1", "san-rtr1"):
        touch(context, permit, host, until="applied")
    back = ending.fail_stage(context, permit, "x")
    guard(context, permit_of(back), "san-rtr1").record("host_back", {})
    again = open_sande(context)
    assert again.direction == "back"
    assert [wave.hosts for wave in again.back_waves] == [["drm-fwi1"]]


def test_a_done_stage_can_be_taken_back_and_an_untouched_one_cannot(context: Context) -> None:
    plan = planning.plan_stage(context, "sande", "wan_link")
    with pytest.raises(FellesdriftError) as caught:
        opening.open_rollback(context, plan)
    assert caught.value.code == "FD628"

    permit = permit_of(open_sande(context))
    for host in plan.hosts:
        touch(context, permit, host)
    close(context, permit)
    back = opening.open_rollback(context, plan)
    assert [wave.hosts for wave in back.back_waves] == [["drm-core2", "drm-core1"], ["san-rtr1"], ["drm-fwi1"]]
    assert back.after["san-rtr1"] == AFTER
    assert state(context) == "going back"


@pytest.mark.parametrize(("municipality", "stage"), [("drammen", None), ("røyken", None), ("sande", "wan_lnk")])
def test_an_unknown_stage_is_refused(context: Context, municipality: str, stage: str | None) -> None:
    with pytest.raises(FellesdriftError) as caught:
        planning.pending(context, municipality, stage)
    assert caught.value.code == "FD621"


def altered(context: Context, **changes: Any) -> Context:
    """The same estate with its stage changed."""
    stage = context.estate.stages[0].model_copy(update=changes)
    return dataclasses.replace(context, estate=context.estate.model_copy(update={"stages": [stage]}))


def test_a_required_stage_must_be_completed(context: Context) -> None:
    with pytest.raises(FellesdriftError) as caught:
        planning.plan_stage(altered(context, requires=["power"]), "sande", "wan_link")
    assert caught.value.code == "FD623"
    plan = planning.plan_stage(altered(context, requires=["power"]), "sande", "wan_link", also=["power"])
    assert plan.hosts


def test_a_host_outside_the_waves_must_not_change(context: Context) -> None:
    without_core = [wave for wave in context.estate.stages[0].waves if wave.name != "Core routers"]
    with pytest.raises(FellesdriftError) as caught:
        planning.plan_stage(altered(context, waves=without_core), "sande", "wan_link")
    assert (caught.value.code, caught.value.host) == ("FD626", "drm-core1")


def test_a_host_of_the_waves_must_have_a_desired_state(context: Context) -> None:
    wave = context.estate.stages[0].waves[0].model_copy(update={"hosts": ["zone_firewalls"]})
    waves = [wave, *context.estate.stages[0].waves]
    with pytest.raises(FellesdriftError) as caught:
        planning.plan_stage(altered(context, waves=waves), "sande", "wan_link")
    assert (caught.value.code, caught.value.host) == ("FD627", "drm-fwz1")


def test_a_permit_of_another_process_is_worth_nothing(context: Context) -> None:
    permit = permit_of(open_sande(context))
    assert isinstance(context.journal, Journal)
    stray = WriteGuard(context.journal, permit, Holder("ops2", "b", 1, 1), "san-rtr1")
    with pytest.raises(FellesdriftError) as caught:
        stray.record("host_intended", {"before": {}, "after": {}})
    assert caught.value.code == "FD611"
    assert events(context) == ["opened"]


def test_a_stage_that_another_stands_on_is_not_taken_away(context: Context) -> None:
    for stage in ("wan_link", "zone_firewall"):
        done(context, stage)
    with pytest.raises(FellesdriftError) as caught:
        opening.open_rollback(context, planning.plan_stage(context, "sande", "wan_link"))
    assert caught.value.code == "FD634"
    assert "-e stage=zone_firewall" in (caught.value.next_step or "")


def test_the_flows_of_a_stage_are_those_of_its_firewalls(context: Context) -> None:
    assert planning.plan_stage(context, "sande", "wan_link").flows == {}
    flows = planning.plan_stage(context, "sande", "zone_firewall", also=["wan_link"]).flows
    assert set(flows) == {"drm-fwz1", "san-fw1"}
    assert [row["rule"] for row in flows["san-fw1"]] == ["service_payroll", "own_exit_closed"]
    users = next(row for row in flows["drm-fwz1"] if row["rule"] == "users_terminal")
    # who is not under the policy yet keeps what crosses the border today, and gets nothing new
    assert any(prefix.startswith("10.61.") for prefix in users["sources"])
    assert not any(prefix.startswith("10.62.") for prefix in users["sources"])
    assert "service_nursing_care_royken" in {row["rule"] for row in flows["drm-fwz1"]}


def test_a_wave_may_be_left_out_by_who_has_none_of_its_hosts(context: Context, estate: Estate) -> None:
    groups = estate.groups | {"town_hall_firewalls": ["roy-fw1"]}
    sande = estate.municipalities["sande"].model_copy(update={"exit": None})
    members = estate.municipalities | {"sande": sande}
    changed = estate.model_copy(update={"groups": groups, "municipalities": members})
    without = dataclasses.replace(context, estate=changed)
    plan = planning.plan_stage(without, "sande", "zone_firewall", also=["wan_link"])
    assert [wave.hosts for wave in plan.waves] == [["drm-fwz1"], ["san-rtr1"]]


def stolen(context: Context) -> Context:
    """Another controller, which has taken the lease over after it had run out."""
    assert context.journal is not None
    assert context.holder is not None
    with context.journal.transaction() as connection:
        connection.execute(leases.update().values(expires="2026-01-01T00:00:00+00:00", expires_uptime=0))
    other = dataclasses.replace(context, holder=dataclasses.replace(context.holder, machine="ops2"))
    open_sande(other)
    return other


def test_who_has_lost_the_lease_ends_nothing(context: Context) -> None:
    """The stage is another run's by now: calling it failed, done or settled would turn that run around."""
    permit = permit_of(open_sande(context))
    touch(context, permit, "san-rtr1", until="applied")
    stolen(context)
    before = events(context)
    for ends in (lambda: ending.fail_stage(context, permit, "x"), lambda: ending.close_stage(context, permit)):
        with pytest.raises(FellesdriftError) as caught:
            ends()
        assert caught.value.code == "FD611"
    with pytest.raises(FellesdriftError) as caught:
        ending.settle(context, permit)
    assert caught.value.code == "FD611"
    assert events(context) == before
