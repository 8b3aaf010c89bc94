"""The parts of a stage, as fellesdrift.cutover.parts puts them in order: what each file of playbooks/tasks/ does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fellesdrift.cutover import asking, ending, manual, parts, quorum, soak, waves
from fellesdrift.cutover.answers import nobody
from fellesdrift.cutover.holding import Holding
from fellesdrift.cutover.permit import Permit, WriteGuard
from fellesdrift.errors import FellesdriftError
from support.cutover_model import hosts
from support.cutover_model.hosts import COLD, SOAKING, Points, flat
from support.cutover_model.people import Patience

if TYPE_CHECKING:
    from collections.abc import Callable

    from fellesdrift.cutover.parts import Part
    from fellesdrift.cutover.planning import Context, Wave
    from fellesdrift.cutover.progress import HostProgress
    from fellesdrift.cutover.returning import Opened
    from support.cutover_model.people import People
    from support.cutover_model.world import Device


@dataclass
class Stage:
    """One opened stage at work, forward or back."""

    context: Context
    devices: dict[str, Device]
    people: People
    opened: Opened

    def run(self) -> Points[None]:
        """Every part, in the engine's order."""
        platforms = {name: host.platform for name, host in self.context.estate.hosts.items()}
        for part in parts.parts_of(self.opened, platforms):
            yield from self._part(part)

    def ask(self, when: str) -> Points[None]:
        """parts/ask"""
        clock, steps = Patience().clock, asking.due(self.opened.plan.stage, when)
        shown = self._holding().shown()
        for _, step in steps[:1]:
            if not shown.passed(step.id):
                manual.ask(self._holding(), step, clock)
                yield COLD  # somebody may answer at another terminal
        asking.ask_steps(self._holding(), self.context.estate, when, nobody, self.people, clock)
        yield COLD

    def found(self, host: str, *, must_be_saved: bool) -> dict[str, Any]:
        """What stage_observe finds on one host."""
        device = self.devices[host]
        if not device.alive:
            return {"result": "inconclusive", "found": "does not answer"}
        try:
            hosts.hold(device, flat(self.opened.plan.desired[host]))
        except FellesdriftError as error:
            return {"result": "fail", "found": error.problem}
        if must_be_saved and device.startup != device.running:
            return {"result": "fail", "found": "not saved"}
        return {"result": "pass", "found": "as desired"}

    def _part(self, part: Part) -> Points[None]:
        back = self.opened.direction == "back" or self.opened.stopping
        numbered = self.opened.back_waves if back else self.opened.plan.waves
        wave = numbered[part.wave] if part.wave >= 0 else None
        match part.file:
            case "parts/ask":
                yield from self.ask(part.when)
            case "parts/soak":
                yield from self._soak(part, wave)
            case "network/save":
                yield from self._save()
            case "parts/close":
                ending.close_stage(self.context, self._permit())
            case "network/give_back_all" | "network/give_back_rest":
                yield from self._give_back(self.opened.drained, best_effort=part.file.endswith("rest"))
            case _ if wave is not None:
                yield from self._of_wave(part.file, wave)
            case _:
                raise AssertionError(f"no such part: {part}")

    def _of_wave(self, file: str, wave: Wave) -> Points[None]:
        match file:
            case "parts/begin_wave":
                waves.begin_wave(self._holding(), wave.name, wave.hosts, canary=wave.canary)
            case "parts/end_wave":
                waves.end_wave(self._holding(), wave.name, wave.hosts)
            case "network/drain":
                yield from self._each(list(wave.drain), self._drain)
            case "network/apply":
                yield from self._each(wave.hosts, self._apply)
            case "network/give_back":
                yield from self._give_back(list(wave.drain), best_effort=False)
            case "network/back":
                yield from self._each(wave.hosts, self._back)
            case _:
                raise AssertionError(f"no such part of a wave: {file}")
        yield COLD

    def _each(self, names: list[str], work: Callable[[str], Points[None]]) -> Points[None]:
        """Ansible's linear strategy goes on with the other hosts of a task after one has failed; the guard refuses
        them."""
        failed = None
        for name in names:
            try:
                yield from work(name)
            except FellesdriftError as error:
                failed = error
        if failed is not None:
            raise failed

    def _apply(self, host: str) -> Points[None]:
        def leave(error: FellesdriftError) -> bool:
            context = self.context
            return quorum.leave_behind(context.writable(), self._permit(), context.acting(), host, error.problem)

        desired = self.opened.plan.desired[host]
        yield from hosts.applied(self.devices[host], self._guard(host), desired, self._earlier(host), leave)

    def _drain(self, host: str) -> Points[None]:
        desired = self.opened.plan.drained[host]
        yield from hosts.drained(self.devices[host], self._guard(host), desired, self._earlier(host))

    def _give_back(self, names: list[str], *, best_effort: bool) -> Points[None]:
        for host in names:
            record = self._guard(host, giving_back=True)
            now = self._reader(host)
            yield from hosts.given_back(self.devices[host], record, now, best_effort=best_effort)

    def _save(self) -> Points[None]:
        left = quorum.left_hosts(self.context.writable(), self._permit().key)
        for host in self.opened.plan.hosts:
            if host not in left:
                yield from hosts.saved(self.devices[host], self._guard(host), self.opened.plan.desired[host])

    def _back(self, host: str) -> Points[None]:
        before, after = self.opened.before[host], self.opened.after.get(host, {})
        yield from hosts.reverted(self.devices[host], self._guard(host), before, after, self._earlier(host))

    def _soak(self, part: Part, wave: Wave | None) -> Points[None]:
        """Once, or round after round."""
        name, clock, holding = wave.name if wave else "", Patience().clock, self._holding()
        plan = self.opened.plan
        stage = {
            "soak": plan.stage.soak.model_dump() if plan.stage.soak else None,
            "waves": [each.as_data() for each in plan.waves],
        }
        rounds = None if part.soak == "once" else soak.rounds_of(stage, name)
        numbers = [0] if part.soak == "once" else []
        if rounds is not None and soak.begin(holding, rounds, clock):
            numbers = list(range(1, rounds.count + 1))
        for number in numbers:
            if rounds is not None:
                soak.wait(holding, rounds.wait_before(number), clock)
            yield SOAKING
            asked = waves.changed_so_far(holding, name)
            found = {host: self.found(host, must_be_saved=not name) for host in asked}
            soak.judge(holding, name, number, asked, found)
        if rounds is not None and numbers:
            soak.end(holding, rounds)
        yield COLD

    def _permit(self) -> Permit:
        assert self.opened.permit is not None
        return self.opened.permit

    def _holding(self) -> Holding:
        return Holding(self.context.writable(), self._permit(), self.context.acting())

    def _guard(self, host: str, *, giving_back: bool = False) -> hosts.Record:
        context = self.context
        return WriteGuard(context.writable(), self._permit(), context.acting(), host, giving_back=giving_back).record

    def _earlier(self, host: str) -> HostProgress | None:
        return self._reader(host)()

    def _reader(self, host: str) -> Callable[[], HostProgress | None]:
        def read() -> HostProgress | None:
            progress = self.context.progress().get(self._permit().key)
            return progress.hosts.get(host) if progress else None

        return read
