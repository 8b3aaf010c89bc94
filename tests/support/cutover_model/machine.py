"""Operators, failures, kills, lost leases, day-2 changes and rollbacks in any order: the rules of the model."""

from __future__ import annotations

import copy
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fellesdrift.compose import compose
from fellesdrift.cutover import manual, planning, stopping
from fellesdrift.cutover.progress import StageProgress, read_progress
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Estate
from fellesdrift.journal import Journal, lease, queries
from support.cutover_model import small_estate
from support.cutover_model.audit import Audit, HostBook
from support.cutover_model.hosts import HOT, PLANNED, SOAKING, Points
from support.cutover_model.people import MOODS, Patience, People
from support.cutover_model.playbooks import Run
from support.cutover_model.world import Clock, Controllers, Device

HOSTS = ("core1", *(f"{name}-rtr{number}" for name in small_estate.MUNICIPALITIES for number in (1, 2)))
OPERATORS = {"ann": "ops1", "second": "ops1", "elsewhere": "ops2"}
"""Who runs playbooks, and on which machine."""
FOREIGN: small_estate.Place = ("route", "default", "next_hops")
MISHAPS = (
    "dies",
    "comes back",
    "loses the next line",
    "loses the answer to the next line",
    "refuses the next line",
    "reloads",
    "its switch acts",
)
type Moved = tuple[tuple[str, str | None], ...]
PREPARED: tuple[Moved, ...] = ((), (("north", "link"),), (("north", None),), (("north", None), ("south", "link")))
"""Who has moved before the first rule: municipality, and which stage where it was not all of them."""
_MOST_RUNS = 6
_TO_THE_END = 1000
_UNFINISHED = ("running", "stopped", "going back", "held")

operators = st.sampled_from(sorted(OPERATORS))
hosts = st.sampled_from(HOSTS)
municipalities = st.sampled_from(small_estate.MUNICIPALITIES)
minutes = st.sampled_from([4, 29, 31])
moments = st.sampled_from(["before", "canary", "after", "finalize"])
moods = st.sampled_from(MOODS)
lengths = st.sampled_from([3, 8, 15, 25, 40, 60, _TO_THE_END, _TO_THE_END])
"""How many points of a playbook are gone through before the next thing happens."""


@dataclass
class AtWork:
    """One playbook that runs. hot: it stands between an intent and its step."""

    run: Run
    points: Points[None]
    holder: lease.Holder
    hot: bool = False


class Cutovers(RuleBasedStateMachine):
    """See the package's text."""

    told: ClassVar[Counter[str]] = Counter()
    """Histories, and records by their event, of all machines so far: what a long run has gone through."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = ExitStack()
        folder = _folder()
        estate, roles = _estate()
        path = Path(tempfile.mkdtemp(dir=folder)) / "journal.sqlite"
        self.undo.callback(shutil.rmtree, path.parent)
        self._path = path
        self.journal = Disk.create(path, estate.name)
        self.controllers = Controllers()

        def dead(holder: lease.Holder) -> bool:
            return self.controllers.provably_dead(holder)

        self.undo.enter_context(mock.patch.object(lease, "datetime", Clock))
        self.undo.enter_context(mock.patch.object(Clock, "ahead", timedelta()))
        self.undo.enter_context(mock.patch.object(Disk, "full", False))
        self.undo.enter_context(mock.patch.object(lease.Holder, "provably_dead", dead))
        self.undo.enter_context(mock.patch.object(queries, "_record", _record_once))
        for name, module in list(sys.modules.items()):
            if name.startswith("fellesdrift.cutover.") and getattr(module, "compose", None) is compose:
                self.undo.enter_context(mock.patch.object(module, "compose", _composed))
        self.context = planning.Context(estate, [roles], self.journal)
        self.devices = {
            name: Device(name, dict(small_estate.BASELINE[host.groups[1]])) for name, host in estate.hosts.items()
        }
        self.people = People()
        self.at_work: dict[str, AtWork] = {}
        self.dead_runs: list[Points[None]] = []
        self._verified = 0
        self._look()

    @initialize(moved=st.sampled_from(PREPARED))
    def these_have_moved_before(self, moved: Moved) -> None:
        """By runs of such a machine, whose journal and devices are then copied."""
        if moved:
            file, devices, books, people = _moved_before(moved)
            self.people.given |= people.given
            self.people.simulated |= people.simulated
            self.journal.close()
            shutil.copy(file, self._path)
            self.journal = Disk.open(self._path, self.context.estate.name)
            self.context = replace(self.context, journal=self.journal)
            for name, values in devices.items():
                self.devices[name].running, self.devices[name].startup = dict(values), dict(values)
            self._look(copy.deepcopy(books))

    # what operators do

    @rule(operator=operators, municipality=municipalities, points=lengths)
    def cut_over(self, operator: str, municipality: str, points: int) -> None:
        self._start(operator, lambda run: run.cutover(municipality))
        self._advance(operator, points)

    @rule(operator=operators, municipality=municipalities, stage=st.sampled_from(small_estate.STAGES), points=lengths)
    def roll_back(self, operator: str, municipality: str, stage: str, points: int) -> None:
        self._start(operator, lambda run: run.rollback(municipality, stage))
        self._advance(operator, points)

    @precondition(lambda self: self._those_in("held"))
    @rule(operator=operators, choice=st.sampled_from(["continue", "back"]), points=lengths)
    def reconcile(self, operator: str, choice: str, points: int) -> None:
        municipality, stage = self._those_in("held")[0]
        self._start(operator, lambda run: run.reconcile(municipality, stage, choice))
        self._advance(operator, points)

    @precondition(lambda self: self._those_in("done"))
    @rule(operator=operators, points=lengths, which=st.integers(0, 3))
    def finalize(self, operator: str, points: int, which: int) -> None:
        done = self._those_in("done")
        municipality, stage = done[which % len(done)]
        self.audit.shown.finalizing.add((municipality, stage))
        self._start(operator, lambda run: run.finalize(municipality, stage))
        self._advance(operator, points)

    @rule(operator=operators, host=st.sampled_from(HOSTS[1:]), back=st.booleans(), points=lengths)
    def change_outside_a_stage(self, operator: str, host: str, back: bool, points: int) -> None:
        values = None if back else {small_estate.DAY2: "changed"}
        self._start(operator, lambda run: run.day2(host, f"change of {host}", values))
        self._advance(operator, points)

    @precondition(lambda self: self.at_work)
    @rule(operator=operators, points=lengths)
    def go_on(self, operator: str, points: int) -> None:
        self._advance(operator, points)

    @precondition(lambda self: self.at_work)
    @rule(operator=operators, points=st.integers(0, 40))
    def kill(self, operator: str, points: int) -> None:
        """Between any two lines, also between an intent and its step."""
        if points:
            self._advance(operator, points, stop_hot=True)
        if operator in self.at_work:
            run = self.at_work.pop(operator)
            self.dead_runs.append(run.points)  # never closed: what is killed cleans nothing up
            self.controllers.end(run.holder)

    @precondition(lambda self: self.at_work)
    @rule(operator=operators, points=lengths)
    def ask_to_stop(self, operator: str, points: int) -> None:
        """Ctrl-C, once: what was begun is finished, and nothing further is."""
        run = self.at_work.get(operator)
        if run is not None and run.run.permit is not None and self._stands(run.run.permit.key):
            with suppress(FellesdriftError):  # the disk may be full
                stopping.ask_to_stop(self.journal, run.run.permit, "finish")
        self._advance(operator, points)

    # what people do

    @rule(when=moments, mood=moods)
    def people_will_say(self, when: str, mood: str) -> None:
        self.people.moods[when] = mood

    @rule(mood=moods)
    def somebody_answers_elsewhere(self, mood: str) -> None:
        """At another terminal, also while no run is at work."""
        for key, stage in read_progress(self.audit.records).items():
            for step in [step for step, asked in stage.shown.manual.items() if asked.answer is None]:
                given = self.people.answer(step, mood)
                if given is not None:
                    with suppress(FellesdriftError):  # it may be too late for it
                        manual.answer(self.context.estate, self.journal, key, step, given, Patience().clock)

    @rule(operator=operators, municipality=municipalities, when=moments, mood=moods, points=lengths)
    def cut_over_with_people(self, operator: str, municipality: str, when: str, mood: str, points: int) -> None:
        self.people.moods[when] = mood
        self.cut_over(operator, municipality, points)

    # what befalls them

    @rule(minutes=minutes)
    def time_passes(self, minutes: int) -> None:
        """Everybody stands still meanwhile (a controller that was put to sleep); devices do not."""
        Clock.ahead += timedelta(minutes=minutes)
        if minutes > 5:
            for device in self.devices.values():
                device.revert()

    @rule(operator=operators, municipality=municipalities, points=lengths, host=hosts, what=st.sampled_from(MISHAPS))
    def cut_over_in_spite_of(self, operator: str, municipality: str, points: int, host: str, what: str) -> None:
        self.cut_over(operator, municipality, points // 2)
        self.something_befalls_a_device(host, what)
        self._advance(operator, _TO_THE_END)

    @rule(operator=operators, municipality=municipalities, points=lengths, minutes=minutes)
    def cut_over_over_night(self, operator: str, municipality: str, points: int, minutes: int) -> None:
        """The controller is put to sleep in the middle; meanwhile somebody else runs the same."""
        self.cut_over(operator, municipality, points // 2)
        self.time_passes(minutes)
        self.cut_over("elsewhere", municipality, points // 2)
        self._advance(operator, points)

    @rule(operator=operators, other=operators, municipality=municipalities, stage=st.sampled_from(small_estate.STAGES))
    def cut_over_and_be_overtaken(self, operator: str, other: str, municipality: str, stage: str) -> None:
        """Between a run's plan and its opening another run of the other municipality comes to its end."""
        north, south = small_estate.MUNICIPALITIES
        theirs = south if municipality == north else north
        self._start(operator, lambda run: run.cutover(municipality, stage))
        self._advance(operator, _TO_THE_END, until=PLANNED)
        self.cut_over(other, theirs, _TO_THE_END)
        self._advance(operator, _TO_THE_END)

    @rule(operator=operators, municipality=municipalities)
    def cut_over_again_and_be_refused(self, operator: str, municipality: str) -> None:
        """A part of what a dead run has made is taken out by hand; the next run makes it again, is refused, and undoes
        only its own."""
        core, place = self.devices["core1"], ("access_list", "members", "entries")
        before = core.get(place)
        self._start(operator, lambda run: run.cutover(municipality))
        self._advance(operator, _TO_THE_END, until=SOAKING)
        if operator not in self.at_work:  # it never came so far: it had something else to do, or has failed
            return
        self.kill(operator, 0)
        core.running[place] = before
        core.refuses = True
        self.cut_over(operator, municipality, _TO_THE_END)

    @rule(host=hosts, what=st.sampled_from(MISHAPS))
    def something_befalls_a_device(self, host: str, what: str) -> None:
        device = self.devices[host]
        match what:
            case "dies" | "comes back":
                device.alive = what == "comes back"
            case "loses the next line" | "loses the answer to the next line":
                device.drop = "before" if what == "loses the next line" else "after"
            case "refuses the next line":
                device.refuses = True
            case "reloads":
                device.reload()
            case _:
                device.revert()

    @rule(host=st.sampled_from(HOSTS[1:]), value=st.sampled_from([["line"], ["theirs"]]))
    def somebody_else_changes(self, host: str, value: list[str]) -> None:
        self.devices[host].console(FOREIGN, value)

    @rule(operator=operators, municipality=municipalities, number=st.sampled_from([1, 2]), comes_back=st.booleans())
    def cut_over_without_a_router(self, operator: str, municipality: str, number: int, comes_back: bool) -> None:
        """It may be left behind; when it is there again it is taken in."""
        router = f"{municipality}-rtr{number}"
        self.something_befalls_a_device(router, "dies")
        self.cut_over(operator, municipality, _TO_THE_END)
        if comes_back:
            self.something_befalls_a_device(router, "comes back")
            self.cut_over(operator, municipality, _TO_THE_END)

    @rule(operator=operators, municipality=municipalities, host=hosts, what=st.sampled_from(["dies", "foreign"]))
    def something_happens_while_it_soaks(self, operator: str, municipality: str, host: str, what: str) -> None:
        self._start(operator, lambda run: run.cutover(municipality))
        self._advance(operator, _TO_THE_END, until=SOAKING)
        if what == "dies":
            self.something_befalls_a_device(host, what)
        elif host in HOSTS[1:]:
            self.somebody_else_changes(host, ["theirs"])
        self._advance(operator, _TO_THE_END)

    @rule(full=st.booleans())
    def the_disk_is_full(self, full: bool) -> None:
        self._disk(full)

    # what must hold

    @invariant()
    def what_is_written_is_true(self) -> None:
        self.audit.read()
        self.audit.explain()
        if len(self.audit.records) != self._verified:
            self._verified = self.journal.verify()
            assert self._verified == len(self.audit.records)

    def teardown(self) -> None:
        try:
            # after a failure an end well proves nothing, and a second failure would hide the first
            if not isinstance(sys.exception(), Exception):
                self._all_ends_well()
        finally:
            self.told.update({"histories": 1})
            self.told.update(record.event for record in self.audit.records)
            for device in self.devices.values():
                device.on_write = lambda _device, _why: None
            self.journal.close()
            self.undo.close()

    def _all_ends_well(self) -> None:
        """Once everything is mended, the command that each stop names leads to an end, and to the right one."""
        self._disk(False)
        self.people.moods = {}
        for operator in list(self.at_work):
            self.kill(operator, 0)
        Clock.ahead += timedelta(minutes=31)
        for device in self.devices.values():
            device.alive, device.drop, device.refuses = True, None, False
            device.revert()
            self._mend(device)
        for _ in range(_MOST_RUNS):
            waiting = [stage for stage in self.context.progress().values() if stage.state in _UNFINISHED]
            if not waiting:
                break
            for stage in waiting:
                self._as_the_stop_says(stage)
                self.what_is_written_is_true()
        states = {key: stage.state for key, stage in self.context.progress().items()}
        assert set(states.values()) <= {"done", "rolled back", "pending"}, f"nothing leads out of this: {states}"
        core = self.devices["core1"]
        assert core.get(small_estate.DRAINED) == small_estate.USUAL, "something was never given back"

    def _mend(self, device: Device) -> None:
        """What somebody else had set is set to what was there before the stage, as the refusal says."""
        for place in device.foreign:
            known = self.audit.hosts[device.name].allowed.get(place, [])
            if known and device.get(place) not in known:
                device.console(place, known[0])

    def _as_the_stop_says(self, stage: StageProgress) -> None:
        if stage.state == "held":
            choice = "continue" if stage.shown.no_way_back else "back"
            self._start("ann", lambda run: run.reconcile(stage.municipality, stage.stage, choice))
        else:
            self._start("ann", lambda run: run.cutover(stage.municipality))
        self._advance("ann", _TO_THE_END)

    # machinery

    def _stands(self, key: tuple[str, str]) -> bool:
        return read_progress(self.audit.records)[key].state in ("running", "going back")

    def _those_in(self, state: str) -> list[tuple[str, str]]:
        """The stages in that state that nobody has declared final."""
        found = read_progress(self.audit.records)
        return [key for key, stage in found.items() if stage.state == state and not stage.finalized]

    def _look(self, books: dict[str, HostBook] | None = None) -> None:
        """An audit of this journal and these devices. books: what is known of the hosts already."""
        self.audit = Audit(self.context, self.devices, self.people, _composed)
        if books is not None:
            self.audit.records, self.audit.hosts = self.journal.records(), books
            # an attempt that was stopped on its way back is resumed with what it had shown before
            for record in self.audit.records:
                self.audit.shown.read(record)
        for device in self.devices.values():
            device.on_write = self.audit.writes

    def _start(self, operator: str, command: Callable[[Run], Points[None]]) -> None:
        if operator in self.at_work:
            return
        holder = self.controllers.start(OPERATORS[operator])
        context = planning.Context(self.context.estate, self.context.roles_path, self.journal, holder)
        run = Run(context, self.devices, self.people)
        self.at_work[operator] = AtWork(run, command(run), holder)

    def _advance(self, operator: str, points: int, *, stop_hot: bool = False, until: str = "") -> None:
        run = self.at_work.get(operator)
        if run is None:
            return
        self.controllers.viewer = run.holder.machine
        others = self._held_by_others(run.holder)
        self.audit.read()
        try:
            while points > 0 or (run.hot and not stop_hot):
                points -= 1
                point = next(run.points)
                run.hot = point == HOT
                if until and point == until:
                    break
        except (FellesdriftError, StopIteration):
            del self.at_work[operator]
            self.controllers.end(run.holder)
        for record in self.audit.read():
            assert record.municipality not in others, f"{record.event} under the lease of another run"

    def _held_by_others(self, holder: lease.Holder) -> set[str]:
        """The municipalities whose lease somebody else has: in time, and alive for all that this machine can know."""
        alive = self.controllers.alive
        return {
            one.name
            for one in self.journal.leases()
            if one.holder != holder
            and one.expires > Clock.now()
            and (one.holder in alive or one.holder.machine != holder.machine)
        }

    def _disk(self, full: bool) -> None:
        Disk.full = full


class Disk(Journal):
    """The journal, on a disk that may be full: it can be read then, and nothing can be written."""

    full = False

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        if Disk.full:
            raise FellesdriftError("FD605", "the journal cannot be used", found="database or disk is full")
        with super().transaction() as connection:
            yield connection


_record_once = lru_cache(maxsize=10_000)(queries._record)
"""A row is what it is for ever: to read it once is a quarter of the time."""


@cache
def _folder() -> Path:
    """Where the journals lie: in memory where there is such a place, for nobody pulls the plug on a test."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="fellesdrift-model-", dir=memory if memory.is_dir() else None))


@cache
def _estate() -> tuple[Estate, Path]:
    folder = _folder()
    return small_estate.small_estate(folder), small_estate.write_roles(folder / "roles")


@cache
def _composed_once(host: str, completed: frozenset[tuple[str, str]]) -> Any:
    estate, roles = _estate()
    return compose(host, estate, completed, [roles])


def _composed(host: str, _estate: Estate, completed: Any, _roles: Any) -> Any:
    """compose() is a pure function: each answer is worked out once. Nobody changes what it gives."""
    return _composed_once(host, frozenset(completed))


@cache
def _moved_before(moved: Moved) -> tuple[Path, dict[str, dict[small_estate.Place, Any]], dict[str, HostBook], People]:
    """The journal, the devices, what is known of them, and who has answered, after these moves, undisturbed."""
    machine = Cutovers()
    for municipality, stage in moved:
        machine._start("ann", lambda run, who=municipality, only=stage: run.cutover(who, only=only))
        machine._advance("ann", _TO_THE_END)
    machine.what_is_written_is_true()
    kept = _folder() / f"moved-{'-'.join(f'{who}-{only}' for who, only in moved)}.sqlite"
    shutil.copy(machine._path, kept)
    devices = {name: dict(device.running) for name, device in machine.devices.items()}
    books, people = copy.deepcopy(machine.audit.hosts), copy.deepcopy(machine.people)
    machine.teardown()
    return kept, devices, books, people
