"""What an attempt at a stage has shown besides its hosts: people's answers, waves and soaks, read off the journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from fellesdrift.journal import Record

type Answer = Literal["pass", "fail", "inconclusive"]


@dataclass
class ManualProgress:
    """A manual step that was asked. deadline: UTC; answer: None while it waits; at: when it was answered."""

    step: str
    title: str
    instruction: str
    role: str
    when: str
    deadline: datetime
    answer: Answer | None = None
    simulated: bool = False
    evidence: str = ""
    at: datetime | None = None


@dataclass
class Attempt:
    """One attempt so far.

    manual        step id -> its last asking, in the order in which they were asked
    soaked        the waves whose soak has ended well; "" is the one after the last wave
    waves         the waves that were begun, each once
    finalized     somebody has declared that there is no way back
    no_way_back   why there is none any more; None while there is one
    """

    manual: dict[str, ManualProgress] = field(default_factory=dict)
    soaked: set[str] = field(default_factory=set)
    waves: list[str] = field(default_factory=list)
    finalized: bool = False
    no_way_back: str | None = None

    def read(self, record: Record) -> None:
        """Bring it forward by one record of the whole stage."""
        payload = record.payload or {}
        match record.event:
            case "manual_asked":
                self._asked(payload)
            case "manual_answered" if payload["step"] in self.manual:
                self._answered(self.manual[payload["step"]], payload, record.at)
            case "wave_begun" if payload["wave"] not in self.waves:
                self.waves.append(payload["wave"])
            case "soak_ended":
                self.soaked.add(payload["wave"] or "")
            case "failed" | "rollback_opened":
                # what was seen of devices that are now taken back says nothing of what they will be
                self.manual = {name: step for name, step in self.manual.items() if step.when == "before"}
                self.soaked, self.waves = set(), []
            case "finalized":
                self.finalized = True
                self.no_way_back = f"it was finalized at {record.at:%Y-%m-%d %H:%M} UTC"
            case _:
                pass

    def passed(self, step: str) -> bool:
        """Whether a manual step was answered with pass."""
        return step in self.manual and self.manual[step].answer == "pass"

    def _asked(self, payload: dict[str, Any]) -> None:
        step = payload["step"]
        self.manual.pop(step, None)
        deadline = datetime.fromisoformat(payload["deadline"])
        fields = (payload["title"], payload["instruction"], payload["role"], payload["when"])
        self.manual[step] = ManualProgress(step, *fields, deadline)

    def _answered(self, asked: ManualProgress, payload: dict[str, Any], at: datetime) -> None:
        asked.answer, asked.simulated, asked.at = payload["answer"], payload["simulated"], at
        asked.evidence = payload["evidence"]
        if payload.get("ends_way_back"):
            self.no_way_back = f"{asked.title!r} was answered with pass at {at:%Y-%m-%d %H:%M} UTC"
