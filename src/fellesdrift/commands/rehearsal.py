"""The rehearsal: its steps, one after the other, and the table at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fellesdrift import twin
from fellesdrift.commands.table import print_table
from fellesdrift.cutover.journal import Journal
from fellesdrift.cutover.status import StatusRow, status_rows
from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import load_estate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True)
class Outcome:
    """One step of the rehearsal. seconds: wall time."""

    step: str
    ok: bool
    seconds: float
    remark: str


class Rehearsal:
    """Runs the steps one after the other; the first that is not as it should be ends it."""

    def __init__(self, municipality: str, inventory: Path, out: Path) -> None:
        self._municipality = municipality
        self._inventory = inventory
        self._out = out
        self._outcomes: list[Outcome] = []
        self._up_is_ours = False
        self._before: dict[str, str] = {}
        self._after: dict[str, str] = {}

    def steps(self, keep: bool) -> list[tuple[str, Callable[[], str]]]:
        """Title and what is done, in order; each gives a remark or raises."""
        steps = [
            ("twin up", self._up),
            ("plan", lambda: self._play("plan.yml")),
            ("cutover", self._cutover),
            ("status", self._status),
            ("second run changes nothing", self._again),
        ]
        return steps if keep else [*steps, ("rollback", self._rollback), ("everything is as before", self._as_before)]

    def run(self, keep: bool) -> bool:
        """All steps, the table, and the twin down; True when each was as it should be."""
        try:
            for title, step in self.steps(keep):
                if not self._one(title, step):
                    break
        finally:
            if not keep and self._up_is_ours:
                self._one("twin down", self._down)
        rows = [[done.step, "ok" if done.ok else "fail", f"{done.seconds:.1f}", done.remark] for done in self._outcomes]
        total = sum(outcome.seconds for outcome in self._outcomes)
        print_table(f"Rehearsal of {self._municipality}: {total:.1f} s", ["step", "result", "seconds", "remark"], rows)
        return all(outcome.ok for outcome in self._outcomes)

    def _one(self, title: str, step: Callable[[], str]) -> bool:
        sys.stdout.write(f"\n--- {title} ---\n")
        sys.stdout.flush()
        start = time.monotonic()
        try:
            ok, remark = True, step()
        except FellesdriftErrors as several:
            sys.stderr.write(f"{several}\n")
            ok, remark = False, several.errors[0].code
        except FellesdriftError as error:
            sys.stderr.write(f"{error}\n")
            ok, remark = False, error.code
        self._outcomes.append(Outcome(title, ok, time.monotonic() - start, remark))
        return ok

    def _up(self) -> str:
        info = twin.up(self._inventory, self._out)
        self._up_is_ours = True
        self._before = twin.configs(self._out)
        return f"{len(self._before)} devices, process {info.pid}"

    def _cutover(self) -> str:
        self._play("cutover.yml")
        self._after = twin.configs(self._out)
        changed = [host for host in self._after if not _same(self._after[host], self._before[host])]
        if not changed:
            raise FellesdriftError("FD660", "the cutover changed no device", found="no difference", expected="a change")
        return f"changed: {', '.join(changed)}"

    def _status(self) -> str:
        self._command([sys.executable, "-m", "fellesdrift", "status", "-i", str(self._out)])
        return ""

    def _again(self) -> str:
        self._play("cutover.yml")
        self._compare(self._after, "the second run changed something")
        return "no device differs"

    def _rollback(self) -> str:
        rows = _status_rows(self._out)
        stages = [row.stage for row in rows if row.municipality == self._municipality and row.state == "done"]
        for stage in reversed(stages):
            self._play("rollback.yml", "-e", f"stage={stage}")
        return ", ".join(reversed(stages))

    def _as_before(self) -> str:
        self._compare(self._before, "the rollback left something behind")
        return f"{len(self._before)} running configurations, volatile lines aside"

    def _down(self) -> str:
        twin.down(self._out)
        return ""

    def _compare(self, expected: dict[str, str], problem: str) -> None:
        present = twin.configs(self._out)
        different = [host for host in expected if not _same(present.get(host, ""), expected[host])]
        if different:
            raise FellesdriftError(
                "FD661", problem, host=", ".join(different), found="another configuration", expected="the same"
            )

    def _play(self, playbook: str, *arguments: str) -> str:
        program = Path(sys.executable).parent / "ansible-playbook"
        common = ["-i", str(self._out), "-e", f"municipality={self._municipality}"]
        self._command([str(program), f"playbooks/{playbook}", *common, *arguments])
        return ""

    def _command(self, command: Sequence[str]) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        code = subprocess.run(command, check=False, env=environment).returncode
        if code != 0:
            raise FellesdriftError("FD662", f"{_shown(command)} failed", found=f"exit code {code}", expected="0")


def _shown(command: Sequence[str]) -> str:
    """A command line without the folders of this machine's programs."""
    return " ".join([Path(command[0]).name, *command[1:]])


def _same(one: str, other: str) -> bool:
    """Whether two running configurations say the same, volatile lines aside."""
    from fellesdrift.state.network import normalise  # brings an ssh client, which no other command needs

    return normalise(one) == normalise(other)


def _status_rows(inventory: Path) -> list[StatusRow]:
    estate = load_estate([inventory])
    with Journal.reading(estate.journal, estate.name) as journal:
        return status_rows(estate, journal)
