"""The order of events of playbooks/cutover.yml, rollback.yml, reconcile.yml, finalize.yml, and of a day-2 change:
generators, see hosts.py. What a stage is made of is parts.py's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fellesdrift.cutover import ending, finalize, opening, planning, reconcile
from fellesdrift.cutover.day2 import Day2Writer, changes, read_change
from fellesdrift.cutover.holding import Holding
from fellesdrift.errors import FellesdriftError
from support.cutover_model.hosts import (
    COLD,
    PLANNED,
    Points,
    applied,
    flat,
    hold,
    refuse_conflicts,
    resources,
    reverted,
    saved,
)
from support.cutover_model.parts import Stage

if TYPE_CHECKING:
    from fellesdrift.cutover.opening import Opened
    from fellesdrift.cutover.permit import Permit
    from fellesdrift.cutover.planning import Context
    from support.cutover_model.people import People
    from support.cutover_model.world import Device


@dataclass
class Run:
    """One playbook at work. devices: all of the estate. permit: of the stage that it has opened last."""

    context: Context
    devices: dict[str, Device]
    people: People
    permit: Permit | None = None

    def cutover(self, municipality: str, only: str | None = None) -> Points[None]:
        """playbooks/cutover.yml"""
        stages = planning.pending(self.context, municipality, only)
        for host, desired in planning.completed_state(self.context, municipality).items():
            hold(self.devices[host], flat(desired))
        yield COLD
        for stage in stages:
            yield from self._stage(municipality, stage)

    def _stage(self, municipality: str, stage: str) -> Points[None]:
        """playbooks/tasks/stage.yml"""
        plan = planning.plan_stage(self.context, municipality, stage)
        yield PLANNED  # another run may end while this one reads the estate
        opened = opening.open_stage(self.context, plan, new_plan=True)
        self.permit = opened.permit
        yield COLD
        assert opened.permit is not None
        stopping: list[dict[str, Any]] = []
        if opened.direction == "forward":
            stopping = opening.decide_gates(self.context, opened.permit, self._gates(opened))
            yield COLD
            if stopping and not opened.touched:
                raise FellesdriftError("FD630", "a gate does not pass")
            if not opened.touched:
                yield from self._at(opened).ask("before")
        try:
            _go_on(opened, stopping)
            yield from self._at(opened).run()
        except FellesdriftError as error:
            back = ending.fail_stage(self.context, opened.permit, error.problem)
            yield COLD
            yield from self._back(back)
            raise
        yield COLD

    def _at(self, opened: Opened) -> Stage:
        return Stage(self.context, self.devices, self.people, opened)

    def _gates(self, opened: Opened) -> list[dict[str, Any]]:
        results = []
        for host in opened.plan.hosts:
            device = self.devices[host]
            result, evidence = "pass", "saved"
            if not device.alive:
                result, evidence = "inconclusive", "does not answer"
            elif device.running != device.startup and host not in opened.touched:
                result, evidence = "fail", "startup differs"
            results.append({"gate": "startup_saved", "host": host, "result": result, "evidence": evidence})
        return results

    def rollback(self, municipality: str, stage: str) -> Points[None]:
        """playbooks/rollback.yml"""
        plan = planning.plan_back(self.context, self.context.progress().get((municipality, stage)) or _nothing())
        planned = opening.open_rollback(replace(self.context, holder=None), plan)
        for host, before in planned.before.items():
            if planned.after.get(host):
                self.devices[host].ask()
                refuse_conflicts(self.devices[host], before, planned.after[host])
        yield COLD
        opened = opening.open_rollback(self.context, plan)
        self.permit = opened.permit
        yield COLD
        yield from self._back(opened, whole=True)

    def reconcile(self, municipality: str, stage: str, choice: Any) -> Points[None]:
        """playbooks/reconcile.yml"""
        key = (municipality, stage)
        found = []
        for host, known in reconcile.known_values(
            self.context, reconcile.held_stage(self.context, municipality, stage)
        ).items():
            device = self.devices[host]
            present = {place: device.get(place) for place in flat(known.before)}
            answer = {"present": resources(present), "pending": None} if device.alive else None
            found.append(reconcile.examine(host, known, answer))
        yield COLD
        reconcile.choose(self.context, key, choice, found)
        yield COLD
        if choice == "continue":
            yield from self._stage(municipality, stage)
        else:
            yield from self.rollback(municipality, stage)

    def finalize(self, municipality: str, stage: str) -> Points[None]:
        """playbooks/finalize.yml"""
        plan = planning.plan_stage(self.context, municipality, stage)
        opened = finalize.open_finalize(self.context, plan)
        yield COLD
        assert opened.permit is not None
        yield from self._at(opened).ask("finalize")
        found = {host: self._at(opened).found(host, must_be_saved=True) for host in plan.hosts}
        holding = Holding(self.context.writable(), opened.permit, self.context.acting())
        finalize.finalize(holding, self.context.estate, "it holds", plan.hosts, found)
        yield COLD

    def _back(self, opened: Opened, *, whole: bool = False) -> Points[None]:
        """playbooks/tasks/back.yml. whole: all of the stage is to go back, whoever was to be taken in."""
        assert opened.permit is not None
        yield from self._at(opened).run()
        state = ending.settle(self.context, opened.permit)
        assert not (whole and state.state == "done"), "the whole way back was asked for, and the stage is called done"
        yield COLD
        if state.state not in ("rolled back", "done"):
            raise FellesdriftError("FD699", f"the stage is {state.state}")

    def day2(self, host: str, name: str, values: dict[Any, Any] | None) -> Points[None]:
        """A named change of one host; None takes it back."""
        estate, journal = self.context.estate, self.context.writable()
        record = estate.hosts[host]
        writer = Day2Writer(
            journal, self.context.acting(), host, municipality=record.municipality, shared=record.shared, name=name
        )
        earlier = read_change(changes(journal.records(), name), host)
        writer.__enter__()  # not `with`: a run that is killed gives nothing back
        yield COLD
        device = self.devices[host]
        try:
            if values is not None:
                yield from applied(device, writer.record, resources(values), None, lambda _: False)
                yield from saved(device, writer.record, resources(values))
            elif earlier.before and not earlier.back:
                yield from reverted(device, writer.record, earlier.before, earlier.after, earlier)
        except FellesdriftError:
            writer.__exit__()
            raise
        writer.__exit__()


def _nothing() -> Any:
    raise FellesdriftError("FD628", "there is nothing to roll back")


def _go_on(opened: Opened, stopping: list[dict[str, Any]]) -> None:
    """The rescue is what takes back an earlier run that had failed."""
    if opened.direction == "back" or stopping:
        raise FellesdriftError("FD630", "an earlier run had failed")
