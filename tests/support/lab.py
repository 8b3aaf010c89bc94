"""A twin of the production estate, and the playbooks as an operator runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fellesdrift import twin
from fellesdrift.cutover.progress import StageProgress, read_progress
from fellesdrift.estate import load_estate
from fellesdrift.journal import Journal, Record
from fellesdrift.journal.lease import Held
from fellesdrift.state.network import normalise

PROJECT = Path(__file__).parents[2]
PRODUCTION = PROJECT / "inventories" / "production"
ANSIBLE_PLAYBOOK = Path(sys.executable).parent / "ansible-playbook"
PATIENCE = 240
RECORDS = 51
"""An undisturbed wan_link of Sande writes so many records to the journal."""
_OF_STAGES = ("cutover.yml", "plan.yml")
_ASKING = ("cutover.yml", "reconcile.yml")


@dataclass(frozen=True)
class Run:
    """A playbook that has ended. output: both streams."""

    code: int
    output: str

    def text(self) -> str:
        """The output with folded white space, so that a test does not depend on columns."""
        return " ".join(self.output.split())


@dataclass(frozen=True)
class Lab:
    """A twin, and what an operator does with it. of_stage: the one that is moved, planned, taken back and looked at;
    "" for all that are pending."""

    out: Path
    of_stage: str = "wan_link"

    def play(self, playbook: str, *arguments: str, environment: dict[str, str] | None = None) -> Run:
        """Run a playbook for Sande to its end."""
        process = self.start(playbook, *arguments, environment=environment)
        output, _ = process.communicate(timeout=PATIENCE)
        return Run(process.returncode, output)

    def start(
        self,
        playbook: str,
        *arguments: str,
        environment: dict[str, str] | None = None,
        terminal: int | None = None,
    ) -> subprocess.Popen[str]:
        """Start a playbook for Sande. terminal: the descriptor of one that is to be its own, else it has none."""
        path = playbook if "/" in playbook else str(PROJECT / "playbooks" / playbook)
        # as from a terminal, although the tests may run under nohup
        command = ["env", "--default-signal=HUP,INT,TERM", str(ANSIBLE_PLAYBOOK), path]
        if terminal is not None:
            command = ["setsid", "--ctty", *command]
        command += ["-i", str(self.out), "-e", "municipality=sande", *arguments]
        if playbook in _OF_STAGES and self.of_stage and not any(each.startswith("stage=") for each in arguments):
            command += ["-e", f"stage={self.of_stage}"]
        if playbook in _ASKING and not any(each.startswith("answers=") for each in arguments):
            command += ["-e", "answers=simulated"]
        return subprocess.Popen(
            command,
            cwd=PROJECT,
            env=os.environ | {"ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg"), "NO_COLOR": "1"} | (environment or {}),
            stdin=subprocess.DEVNULL if terminal is None else terminal,
            stdout=subprocess.PIPE if terminal is None else terminal,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def rollback(self, *arguments: str) -> Run:
        """Take the stage back."""
        return self.play("rollback.yml", "-e", f"stage={self.of_stage}", *arguments)

    def reconcile(self, *arguments: str) -> Run:
        """Read every host of the held stage again; with -e then=... go on or back."""
        return self.play("reconcile.yml", "-e", f"stage={self.of_stage}", *arguments)

    def configs(self) -> dict[str, str]:
        """Every running configuration, in normal form (volatile lines aside)."""
        return {host: normalise(text) for host, text in twin.configs(self.out).items()}

    def do(self, verb: str, **request: Any) -> dict[str, Any]:
        """A request to the twin: a fault, somebody at a console, a cut wire."""
        return twin.control(self.out, {"do": verb, **request})

    def records(self) -> list[Record]:
        """The journal; empty when nothing was ever written."""
        journal = Journal.read_only(*self._kept)
        if journal is None:
            return []
        with journal:
            journal.verify()
            return journal.records()

    def leases(self) -> list[Held]:
        """Those that were taken and not given back."""
        with Journal.open(*self._kept) as journal:
            return journal.leases()

    @cached_property
    def _kept(self) -> tuple[Path | str, str]:
        """Where the journal lies, and whose it is. Found once: who waits for a record asks fifty times a second."""
        estate = load_estate([self.out])
        return estate.journal, estate.name

    def stage(self) -> StageProgress:
        """Where the stage of Sande stands."""
        key = ("sande", self.of_stage)
        return read_progress(self.records()).get(key, StageProgress(*key))
