"""Those who answer manual steps, and the time that is waited for: neither takes any."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from fellesdrift.cutover import waiting
from fellesdrift.cutover.manual import Answered
from support.cutover_model.world import Clock

if TYPE_CHECKING:
    from datetime import datetime

    from fellesdrift.cutover.manual import Source
    from fellesdrift.estate import ManualStep

MOODS = ("pass", "simulated", "fail", "inconclusive", "late")
_LONG = 7200.0
"""Seconds that pass whenever a run waits: longer than any deadline or round of the small estate."""


@dataclass
class People:
    """moods: what they answer from now on, by the moment that they are asked at. given: step ids that somebody really
    answered with pass, and those that were so answered by a rehearsal."""

    moods: dict[str, str] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    simulated: set[str] = field(default_factory=set)

    def tell(self, text: str) -> None:
        """Nobody reads it."""

    def source(self, step: ManualStep) -> Source:
        """What they type; nothing before the deadline when they are late."""
        answered = self.answer(step.id, self.moods.get(step.when, "simulated"))
        return lambda: answered

    def answer(self, step_id: str, mood: str) -> Answered | None:
        """What somebody in that mood says of the step."""
        if mood == "pass":
            self.given.add(step_id)
            return Answered("pass", "role", "it works")
        if mood == "simulated":
            self.simulated.add(step_id)
            return Answered("pass", "rehearsal", "simulated", simulated=True)
        if mood == "fail":
            return Answered("fail", "role", "it does not")
        return Answered("inconclusive", "role", "one cannot tell") if mood == "inconclusive" else None


class Patience:
    """A run's own time, which passes by being waited for and for nobody else."""

    def __init__(self) -> None:
        self._passed = 0.0
        self.clock = waiting.Clock(self._now, lambda: self._passed, self._sleep)

    def _now(self) -> datetime:
        return Clock.now() + timedelta(seconds=self._passed)

    def _sleep(self, _: float) -> None:
        self._passed += _LONG
