"""The rehearsal: its steps, one after the other, and the tables at the end."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from fellesdrift import twin
from fellesdrift.commands.playbooks import Playbooks
from fellesdrift.commands.rehearsal_watch import Book
from fellesdrift.commands.status import print_rows
from fellesdrift.commands.table import print_table
from fellesdrift.cutover.status import StatusRow, status_rows
from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import load_estate
from fellesdrift.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from fellesdrift.estate import Estate

ALL = "all"


@dataclass(frozen=True)
class Step:
    """What is done, and what it is called. moving: the municipality whose users may notice. do: gives a remark."""

    title: str
    do: Callable[[], str]
    moving: str | None = None


@dataclass(frozen=True)
class Outcome:
    """One step that was taken. seconds: wall time."""

    step: str
    ok: bool
    seconds: float
    remark: str


class Rehearsal:
    """Runs the steps one after the other; the first that is not as it should be ends it.

    wanted   municipalities, or `all`: those that a stage moves, in the estate's order
    """

    def __init__(self, wanted: Sequence[str], inventory: Path, out: Path) -> None:
        self._wanted = wanted
        self._inventory = inventory
        self._out = out
        self._outcomes: list[Outcome] = []
        self._up_is_ours = False
        self._playbooks = Playbooks(out)
        self._book = Book(out)
        self._order: list[str] = []
        # running configurations, and what Windows hosts remember, at first, and after each municipality's cutover
        self._states: list[dict[str, str]] = []

    def steps(self, keep: bool, again: bool) -> list[Step]:
        """All steps after the twin is up. again: once all is back, all are moved a second time, and that stands."""
        names = {name: "" if len(self._order) == 1 else f" {name}" for name in self._order}
        steps = [Step("watch on", self._book.open)]
        for name, shown in names.items():
            steps.append(Step(f"plan{shown}", partial(self._plan, name)))
            steps.append(Step(f"cutover{shown}", partial(self._cutover, name), name))
        steps.append(Step("status", self._status))
        title = "second run changes nothing" if len(names) == 1 else "second runs change nothing"
        steps.append(Step(title, self._again))
        if again or not keep:
            for at, name in reversed(list(enumerate(self._order))):
                steps.append(Step(f"rollback{names[name]}", partial(self._rollback, name, at), name))
            steps.append(Step("everything is as before", self._as_before))
        if again:
            for at, (name, shown) in enumerate(names.items()):
                steps.append(Step(f"cutover again{shown}", partial(self._moved_again, name, at), name))
        return steps

    def run(self, keep: bool, again: bool = False) -> bool:
        """All steps, the tables, and the twin down; True when each was as it should be."""
        try:
            if self._one(Step("twin up", self._up)):
                for step in self.steps(keep, again):
                    if not self._one(step):
                        break
        finally:
            self._book.close()
            if not keep and self._up_is_ours:
                self._one(Step("twin down", self._down))
        self._tables()
        return all(outcome.ok for outcome in self._outcomes)

    def _tables(self) -> None:
        rows = [[done.step, "ok" if done.ok else "fail", f"{done.seconds:.1f}", done.remark] for done in self._outcomes]
        total = sum(outcome.seconds for outcome in self._outcomes)
        who = ", ".join(self._order or self._wanted)
        watched = self._book.rows()
        if watched:
            print_table(
                f"What users noticed: {self._book.probes} probes in {self._book.simulated:.0f} simulated seconds, "
                f"{self._book.calls} emergency calls followed "
                f"({self._book.cpu:.1f} s of CPU time)",
                ["municipality", "service", "probes", "lost", "longest gap (s)", "lost in"],
                watched,
            )
        print_table(f"Rehearsal of {who}: {total:.1f} s", ["step", "result", "seconds", "remark"], rows)

    def _one(self, step: Step) -> bool:
        sys.stdout.write(f"\n--- {step.title} ---\n")
        sys.stdout.flush()
        start = time.monotonic()
        error: FellesdriftError | FellesdriftErrors | None = None
        remark = ""
        try:
            remark = step.do()
        except (FellesdriftError, FellesdriftErrors) as failure:
            error = failure
        try:
            if self._book.on:
                self._book.turn_page(step.title, step.moving)
        except FellesdriftError as harm:
            # what went wrong in the step itself is told first: it may be why users were harmed
            if error is not None:
                sys.stderr.write(f"{error}\n")
            error = harm
        if error is not None:
            sys.stderr.write(f"{error}\n")
            remark = error.code if isinstance(error, FellesdriftError) else error.errors[0].code
        self._outcomes.append(Outcome(step.title, error is None, time.monotonic() - start, remark))
        return error is None

    def _up(self) -> str:
        info = twin.up(self._inventory, self._out)
        self._up_is_ours = True
        self._states = [self._look()]
        self._estate = load_estate([self._out])
        self._order = order(self._estate, self._wanted)
        return f"{len(info.ports)} devices, {info.end_hosts} end hosts, process {info.pid}"

    def _plan(self, municipality: str) -> str:
        self._playbooks.run("plan.yml", municipality)
        self._compare(self._states[-1], "the plan changed something")
        return ""

    def _cutover(self, municipality: str) -> str:
        # nobody is called in a rehearsal: every manual step is answered, and marked as simulated
        self._playbooks.run("cutover.yml", municipality, "-e", "answers=simulated")
        before, after = self._states[-1], self._look()
        self._states.append(after)
        changed = _different(before, after)
        if not changed:
            raise FellesdriftError("FD660", "the cutover changed no device", found="no difference", expected="a change")
        return f"{', '.join(self._done(municipality))}; changed: {', '.join(changed)}"

    def _rows(self) -> list[StatusRow]:
        with Journal.reading(self._estate.journal, self._estate.name) as journal:
            return status_rows(self._estate, journal)

    def _done(self, municipality: str) -> list[str]:
        """The stages that are done, in their order."""
        return [row.stage for row in self._rows() if row.municipality == municipality and row.state == "done"]

    def _status(self) -> str:
        rows = self._rows()
        print_rows(self._estate.name, self._estate.time_zone, rows)
        open_stages = [row for row in rows if row.municipality in self._order and row.state != "done"]
        if open_stages:
            raise FellesdriftError(
                "FD667",
                "a stage of a municipality that was moved is not done",
                found=", ".join(f"{row.municipality} {row.stage}: {row.state}" for row in open_stages),
                expected="done",
            )
        return ""

    def _again(self) -> str:
        if len(self._order) == 1:
            self._playbooks.run("cutover.yml", self._order[0])
        else:
            # they read, and nothing is written: they need not wait for one another
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                runs = [pool.submit(self._playbooks.captured, "cutover.yml", name) for name in self._order]
            for run in runs:
                sys.stdout.write(run.result())
        self._compare(self._states[-1], "the second run changed something")
        return "no device differs"

    def _rollback(self, municipality: str, at: int) -> str:
        stages = list(reversed(self._done(municipality)))
        self._playbooks.run("rollback.yml", municipality)
        self._compare(self._states[at], "the rollback left something behind")
        return ", ".join(stages)

    def _moved_again(self, municipality: str, at: int) -> str:
        self._playbooks.run("cutover.yml", municipality, "-e", "answers=simulated")
        self._compare(self._states[at + 1], "moved again, it is not what the first move made of it")
        return "what the first move made of it"

    def _as_before(self) -> str:
        self._compare(self._states[0], "the rollback left something behind")
        return f"{len(self._states[0])} devices, Windows hosts and exchanges, volatile lines aside"

    def _down(self) -> str:
        twin.down(self._out)
        return ""

    def _look(self) -> dict[str, str]:
        """What every device runs, volatile lines aside, and what Windows hosts and exchanges remember."""
        from fellesdrift.state.network import normalise  # brings an ssh client, which no other command needs

        configs = {host: normalise(text) for host, text in twin.configs(self._out).items()}
        return configs | twin.windows_states(self._out) | twin.exchange_states(self._out)

    def _compare(self, expected: Mapping[str, str], problem: str) -> None:
        different = _different(expected, self._look())
        if different:
            raise FellesdriftError(
                "FD661", problem, host=", ".join(different), found="another configuration", expected="the same"
            )


def order(estate: Estate, wanted: Sequence[str]) -> list[str]:
    """The municipalities that are wanted, in the estate's order; `all`: every one that a stage moves.

    Raises FD140 for one that there is none of, FD668 for one that no stage moves.
    """
    moved = [name for name in estate.municipalities if any(name in stage.municipalities for stage in estate.stages)]
    if list(wanted) == [ALL]:
        return moved
    for name in wanted:
        estate.municipality(name)
        if name not in moved:
            raise FellesdriftError(
                "FD668", "no stage moves this municipality", found=name, expected=f"one of {', '.join(moved)}, or {ALL}"
            )
    return [name for name in moved if name in wanted]


def _different(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """The hosts that do not say the same."""
    return [host for host, text in one.items() if other.get(host) != text]
