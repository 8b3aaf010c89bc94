"""A stage of Sande and its hosts' records, written as the playbooks and network_device write them."""

from __future__ import annotations

from typing import Any

from fellesdrift.cutover import asking, ending, manual, opening, planning, soak
from fellesdrift.cutover.holding import Holding
from fellesdrift.cutover.permit import Permit, WriteGuard
from fellesdrift.cutover.planning import Context
from fellesdrift.cutover.returning import Opened
from fellesdrift.cutover.waiting import Clock

BEFORE = {"route": {"0.0.0.0/0": {"next_hops": [{"next_hop": "10.61.0.2", "distance": 1, "name": None}]}}}
AFTER = {"route": {"0.0.0.0/0": {"next_hops": [{"next_hop": "10.250.61.1", "distance": 1, "name": None}]}}}


def open_sande(context: Context, stage: str = "wan_link", **options: Any) -> Opened:
    """Open a stage of Sande."""
    return opening.open_stage(context, planning.plan_stage(context, "sande", stage), **options)


def permit_of(opened: Opened) -> Permit:
    """The permit of a stage that was really opened."""
    assert opened.permit is not None
    return opened.permit


def guard(context: Context, permit: Permit, host: str, **options: Any) -> WriteGuard:
    """What writes the records of a host."""
    return WriteGuard(context.writable(), permit, context.acting(), host, **options)


def touch(context: Context, permit: Permit, host: str, *, until: str = "saved") -> None:
    """One host's records, up to a step, `applied` or `saved`."""
    writer = guard(context, permit, host)
    for event, payload in (
        ("host_intended", {"before": BEFORE, "after": AFTER}),
        ("step_intended", {"title": "add the new route"}),
        ("step_confirmed", {"title": "add the new route"}),
        ("host_applied", {}),
        ("host_saved", {}),
    ):
        writer.record(event, payload)
        if event == {"step": "step_intended", "applied": "host_applied"}.get(until):
            return


def close(context: Context, permit: Permit) -> None:
    """The end of a stage whose hosts are saved: people answer with pass, it is soaked, and closed."""
    stage = context.estate.stage(permit.stage)
    holding, clock = Holding(context.writable(), permit, context.acting()), Clock()
    for _, step in asking.due(stage, "before", "canary", "after"):
        manual.ask(holding, step, clock)
        given = manual.Answered("pass", "role", "all of it")
        manual.answer(context.estate, holding.journal, permit.key, step.id, given, clock)
    if stage.soak:
        rounds = soak.Rounds("", stage.soak.minutes, stage.soak.every, 1)
        soak.begin(holding, rounds, clock)
        soak.end(holding, rounds)
    ending.close_stage(context, permit)


def done(context: Context, stage: str = "wan_link") -> Opened:
    """A stage of Sande that went well."""
    opened = open_sande(context, stage)
    for host in opened.plan.hosts:
        touch(context, permit_of(opened), host)
    close(context, permit_of(opened))
    return opened


def events(context: Context) -> list[str]:
    """Every event so far."""
    return [record.event for record in context.writable().records()]


def state(context: Context, stage: str = "wan_link") -> str:
    """Where a stage of Sande stands."""
    return context.progress()["sande", stage].state
