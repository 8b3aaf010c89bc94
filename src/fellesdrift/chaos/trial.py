"""One seed: a stage is run while things go wrong, and run again as an operator would, and its ending is judged."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fellesdrift import twin
from fellesdrift.chaos.drawing import Mishap, Scenario, draw
from fellesdrift.chaos.explained import unexplained
from fellesdrift.chaos.running import Ran, play, records
from fellesdrift.chaos.striking import Striker
from fellesdrift.chaos.users import Users
from fellesdrift.cutover.progress import StageProgress, read_progress
from fellesdrift.errors import FellesdriftError
from fellesdrift.state.network import normalise

if TYPE_CHECKING:
    from pathlib import Path

    from fellesdrift.estate import Estate
    from fellesdrift.journal import Record

MOST_RUNS = 4
"""How often the operator types the same command before it counts as no way out."""
_SWITCHES = 30.0
"""Seconds for which devices' own switches are waited for once everything is mended."""


@dataclass
class Outcome:
    """How a trial ended. wrong: what should not be, nothing when it ended right; runs: the output of each playbook."""

    scenario: Scenario
    struck: list[Mishap] = field(default_factory=list)
    expected: str = "-"
    found: str = "-"
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0
    runs: list[str] = field(default_factory=list)

    def row(self) -> list[str]:
        """For the table: seed, what went wrong, expected, found, result, seconds."""
        texts = [
            mishap.text() if mishap in self.struck else f"({mishap.text()}: came too late)"
            for mishap in self.scenario.mishaps
        ]
        result = "; ".join(self.wrong) or "right"
        return [str(self.scenario.seed), "\n".join(texts), self.expected, self.found, result, f"{self.seconds:.0f}"]


class Trial:
    """A seed on a twin that is up, fresh and of its own.

    out   the twin's inventory
    """

    def __init__(self, estate: Estate, out: Path, seed: int, municipality: str, stage: str) -> None:
        self._estate = estate
        self._out = out
        self.outcome = Outcome(draw(seed, estate, municipality, stage))
        self._scenario = self.outcome.scenario
        self._striker = Striker(out, estate.journal)
        self._waiting = list(self._scenario.mishaps)
        self._names = ["-e", f"municipality={municipality}", "-e", f"stage={stage}"]

    def run(self) -> Outcome:
        """Everything, from the first mishap to the state in which all was at first."""
        began = time.monotonic()
        first = twin.configs(self._out)
        users = Users(self._out)
        try:
            self._to_an_ending()
            self._judge(first, users)
            self._striker.lift(lasting=True)
            self._to_the_beginning(first)
            down = users.still_down()
            self._wrong(bool(down), f"still down: {', '.join(down[:3])}")
        except FellesdriftError as error:
            self.outcome.wrong.append(f"{error.code}: {error.problem}")
        finally:
            self._striker.lift(lasting=True)
            users.close()
        self.outcome.seconds = time.monotonic() - began
        return self.outcome

    # how it ends

    def _to_an_ending(self) -> None:
        """The same command, until it has led to an end that running it again would not change."""
        for _ in range(MOST_RUNS):
            self._strike_at_start()
            run = self._play("cutover.yml", "-e", "answers=simulated", watched=True)
            self._striker.lift(lasting=False)
            self.outcome.struck = list(self._striker.struck)
            state = self._stage().state
            lasting = any(mishap.kind.lasting for mishap in self.outcome.struck)
            if state in ("done", "held") or (lasting and state in ("rolled back", "pending") and run.code == 2):
                break
        self.outcome.expected = self._scenario.expected(self.outcome.struck)
        self.outcome.found = self._stage().state

    def _strike_at_start(self) -> None:
        for mishap in [one for one in self._waiting if one.kind.begins == "start"]:
            self._waiting.remove(mishap)
            self._striker.strike(mishap, None)

    def _look(self, journal: list[Record], pid: int) -> None:
        """What strikes now, by what the journal says."""
        for mishap in list(self._waiting):
            steps = sum(1 for one in journal if one.event == "step_intended" and one.host == mishap.target)
            now = steps >= mishap.at if mishap.kind.begins == "step" else len(journal) >= mishap.at
            if now:
                self._waiting.remove(mishap)
                self._striker.strike(mishap, pid)

    def _judge(self, first: dict[str, str], users: Users) -> None:
        found, expected = self.outcome.found, self.outcome.expected
        self._wrong(found != expected, f"{found} is not {expected}")
        if found == "held":
            self._judge_held()
        harmed = users.harmed(self._scenario.municipality, self.outcome.struck)
        self._wrong(bool(harmed), f"users lost {'; '.join(harmed[:3])}")
        odd = unexplained(records(self._estate), first, twin.configs(self._out))
        self._wrong(bool(odd), f"the journal does not explain {', '.join(odd)}")

    def _judge_held(self) -> None:
        """It names exactly the hosts that were touched and cannot be reached, each with its last confirmed step."""
        stage, away = self._stage(), self._away()
        touched = [host for host in stage.hosts if stage.hosts[host].before and not stage.hosts[host].back]
        self._wrong(set(stage.held_hosts) != set(touched), f"names {stage.held_hosts}, and not back are {touched}")
        self._wrong(not set(stage.held_hosts) <= away, f"names {stage.held_hosts}, and only {sorted(away)} are away")
        for host in stage.held_hosts:
            last = stage.last_confirmed(host)
            self._wrong(last not in (stage.reason or ""), f"does not name the last confirmed step of {host}")

    def _away(self) -> set[str]:
        """The devices that nobody can manage now."""
        devices = twin.status(self._out).devices or {}
        return {
            host
            for host, device in devices.items()
            if not device["manageable"] or any(fault["kind"] == "refuse_login" for fault in device["faults"])
        }

    # and back to the beginning

    def _to_the_beginning(self, first: dict[str, str]) -> None:
        """Once everything is mended, the commands that the stops name bring all of it back."""
        self._waiting.clear()
        stage = self._stage()
        if stage.state == "held":
            self._play("reconcile.yml", "-e", "then=back", "-e", "answers=simulated")
        elif stage.state == "done":
            self._play("rollback.yml")
        state = self._stage().state
        self._wrong(state not in ("rolled back", "pending"), f"mended, it is {state} and not back")
        deadline = time.monotonic() + _SWITCHES
        while self._armed() and time.monotonic() < deadline:
            time.sleep(0.2)
        now = twin.configs(self._out)
        different = [host for host, text in now.items() if normalise(text) != normalise(first[host])]
        self._wrong(bool(different), f"not as at first: {', '.join(different)}")

    def _armed(self) -> bool:
        devices = (twin.status(self._out).devices or {}).values()
        return any(device["revert"] or device["reload"] or not device["alive"] for device in devices)

    def _play(self, playbook: str, *arguments: str, watched: bool = False) -> Ran:
        ran = play(self._estate, playbook, [*self._names, *arguments], self._look if watched else None)
        self.outcome.runs.append(f"{playbook} {' '.join(arguments)}: exit code {ran.code}\n{ran.output}")
        return ran

    def _stage(self) -> StageProgress:
        key = (self._scenario.municipality, self._scenario.stage)
        return read_progress(records(self._estate)).get(key, StageProgress(*key))

    def _wrong(self, is_wrong: bool, what: str) -> None:
        if is_wrong:
            self.outcome.wrong.append(what)
