"""Canary and soak: what was changed is verified again and again before anything is built on it.

A round asks every host at once; its evidence is in the journal. One host that is not as it should be, one service that
is silent, one host of which nobody can tell: the stage fails and goes back.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fellesdrift.cutover.waiting import Clock, looks
from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fellesdrift.cutover.holding import Holding

_OFTEN = 5
"""Minutes between the rounds of a wave's soak where the stage does not say."""


@dataclass(frozen=True)
class Rounds:
    """A soak as it is run. wave: "" after the last one; minutes, every: as the stage says; speed: how many times as
    fast a twin's waits pass, 1 elsewhere."""

    wave: str
    minutes: int
    every: int
    speed: float

    @property
    def count(self) -> int:
        """How many rounds; the last one is at its very end."""
        return math.ceil(self.minutes / self.every)

    @property
    def seconds(self) -> float:
        """Real seconds of the whole soak."""
        return self.minutes * 60 / self.speed

    def wait_before(self, number: int) -> float:
        """Real seconds to wait before round `number` (from 1); the last may come sooner than `every`."""
        return (min(number * self.every, self.minutes) - (number - 1) * self.every) * 60 / self.speed

    def described(self) -> str:
        """One line for people."""
        text = f"soak of {self.minutes} min, verified every {self.every} min"
        return text if self.speed == 1 else f"{text}; on this twin {self.seconds:.0f} s ({self.speed:g} times as fast)"


def rounds_of(stage: Mapping[str, Any], wave: str, speed: float = 1.0) -> Rounds | None:
    """The soak after a wave, or after the last one (""); None where there is none.

    stage   what of a stage a run hands on: soak ({minutes, every} or None), waves ([{name, soak, ...}])
    """
    soak = stage["soak"]
    if not wave:
        return Rounds("", soak["minutes"], soak["every"], speed) if soak else None
    minutes = next((one["soak"] for one in stage["waves"] if one["name"] == wave), None)
    if minutes is None:
        return None
    return Rounds(wave, minutes, min(soak["every"] if soak else _OFTEN, minutes), speed)


def begin(holding: Holding, rounds: Rounds, clock: Clock) -> bool:
    """Write the soak's beginning. False when this attempt has shown it already: nothing is to be waited for. One that
    was cut off begins anew: with a hole in it, it would prove nothing."""
    if rounds.wave in holding.shown().soaked:
        return False
    until = clock.now() + timedelta(seconds=rounds.seconds)
    payload = {
        "wave": rounds.wave or None,
        "until": until.isoformat(timespec="milliseconds"),
        "minutes": rounds.minutes,
        "every": rounds.every,
        "speed": rounds.speed,
    }
    holding.write("soak_begun", payload)
    return True


def wait(holding: Holding, seconds: float, clock: Clock) -> None:
    """Let so many seconds pass and keep the lease. FD611 when it is lost, FD653 when a stop is asked for."""
    for _ in looks(holding, seconds, clock):
        pass


def judge(holding: Holding, wave: str, number: int, hosts: Iterable[str], found: Mapping[str, Any]) -> list[str]:
    """Write what a round of verification has found; gives its lines for people.

    hosts   all that had to be asked
    found   host -> evidence, as stage_observe gives it: result, found, silent, ...
    Raises FD649 when one host is not as it should be or cannot be told, or when there is none.
    """
    evidence = {host: found.get(host) or _no_answer() for host in hosts}
    wrong = [host for host, one in evidence.items() if one["result"] != "pass"]
    silent = [f"{host}: {name}" for host, one in evidence.items() for name in one.get("silent", [])]
    payload = {"wave": wave or None, "round": number, "silent": silent, "wrong": wrong, "hosts": evidence}
    holding.write("soak_checked", payload)
    back = "the stage goes back by itself and waits for nobody"
    refuse_wrong(evidence, "FD649", "what was moved no longer holds", holding.permit.stage, back)
    return [f"{len(evidence)} host{'' if len(evidence) == 1 else 's'} verified"]


def end(holding: Holding, rounds: Rounds) -> None:
    """The soak ended well."""
    holding.write("soak_ended", {"wave": rounds.wave or None, "rounds": rounds.count})


def refuse_wrong(evidence: Mapping[str, Any], code: str, problem: str, key: str, next_step: str | None = None) -> None:
    """Raise `code` when a host's verification is not a pass, or nobody was verified: that shows nothing."""
    wrong = {host: one for host, one in evidence.items() if one["result"] != "pass"}
    if wrong or not evidence:
        raise FellesdriftError(
            code,
            problem,
            host=", ".join(wrong) or None,
            key=key,
            found=f"not as the stage says: {len(wrong)} of {len(evidence)}" if evidence else "no host was verified",
            expected="every host as the stage says, and every service answering",
            next_step=next_step,
            details=[f"{one['result']:<13}{host:<18}{one['found']}" for host, one in wrong.items()],
        )


def _no_answer() -> dict[str, Any]:
    # the task was skipped, failed or never run: nobody can tell
    return {"result": "inconclusive", "found": "it was not asked"}
