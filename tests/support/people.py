"""A stage with people in it, and a clock that a test turns."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from fellesdrift.cutover import opening, planning
from fellesdrift.cutover.holding import Holding
from fellesdrift.cutover.manual import Answered, Source
from fellesdrift.cutover.permit import Permit, WriteGuard
from fellesdrift.cutover.planning import Context
from fellesdrift.cutover.progress import StageProgress
from fellesdrift.cutover.waiting import Clock
from fellesdrift.estate import ManualStep, Soak
from fellesdrift.journal import Record

KEY = ("sande", "wan_link")


def step(name: str, when: str, **changes: Any) -> ManualStep:
    values = {
        "id": name,
        "title": name.replace("_", " "),
        "instruction": f"do the {name}",
        "role": "duty_operator",
        "when": when,
        "minutes": 10,
    }
    return ManualStep.model_validate(values | changes)


STEPS = [
    step("reserve_power", "before", evidence="what the gauge shows"),
    step("first_site", "canary"),
    step("test_call", "after"),
    step("acceptance", "finalize"),
]


def with_people(context: Context, **changes: Any) -> Context:
    """The estate with a wan_link that has manual steps, a canary and a soak."""
    stage = context.estate.stages[0]
    first = stage.waves[0].model_copy(update={"canary": True, "soak": 10})
    values = {"steps": STEPS, "soak": Soak(minutes=60, every=25), "waves": [first, *stage.waves[1:]]}
    stages = [stage.model_copy(update=values | changes), *context.estate.stages[1:]]
    return dataclasses.replace(context, estate=context.estate.model_copy(update={"stages": stages}))


def holding(context: Context, permit: Permit) -> Holding:
    """What a run has that was given this permit."""
    assert context.holder is not None
    return Holding(context.writable(), permit, context.holder)


def opened(context: Context) -> Permit:
    permit = opening.open_stage(context, planning.plan_stage(context, *KEY)).permit
    assert permit is not None
    return permit


def touch(context: Context, permit: Permit, *hosts: str, until: str = "host_saved") -> None:
    """Hosts that were changed, as network_device writes it."""
    assert context.holder is not None
    something = {"route": {"0.0.0.0/0": {"next_hops": []}}}
    for host in hosts:
        writer = WriteGuard(context.writable(), permit, context.holder, host)
        for event in ("host_intended", "host_applied", "host_saved"):
            writer.record(event, {"before": something, "after": something} if event == "host_intended" else {})
            if event == until:
                break


def progress(context: Context) -> StageProgress:
    return context.progress()[KEY]


def records(context: Context, *events: str) -> list[Record]:
    return [record for record in context.writable().records() if not events or record.event in events]


def names(context: Context) -> list[str]:
    return [record.event for record in records(context)]


@dataclass
class Time:
    """A clock that runs only by being slept on. jump: seconds that the wall clock is off."""

    begun: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    passed: float = 0.0
    jump: float = 0.0
    after_sleep: Callable[[], None] = lambda: None

    @property
    def clock(self) -> Clock:
        return Clock(self._now, lambda: self.passed, self._sleep)

    def _now(self) -> datetime:
        return self.begun + timedelta(seconds=self.passed + self.jump)

    def _sleep(self, seconds: float) -> None:
        self.passed += seconds
        self.after_sleep()


@dataclass
class Crowd:
    """Those at the terminal: what they were told, and what they answer."""

    answers: list[Answered] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def tell(self, text: str) -> None:
        self.told.append(text)

    def source(self, _: ManualStep) -> Source:
        return lambda: self.answers.pop(0) if self.answers else None
