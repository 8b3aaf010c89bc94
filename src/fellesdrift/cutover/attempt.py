"""What an attempt at a stage has shown besides its hosts: people's answers, waves and soaks, read off the journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    failing       what was shown not to be so since the stage was last opened: it goes back, also after a stop was
                  asked for; None when nothing was
    finalized     somebody has declared that there is no way back
    no_way_back   why there is none any more; None while there is one
    """

    manual: dict[str, ManualProgress] = field(default_factory=dict)
    soaked: set[str] = field(default_factory=set)
    waves: list[str] = field(default_factory=list)
    failing: str | None = None
    finalized: bool = False
    no_way_back: str | None = None

    def read(self, record: Record) -> None:
        """Bring it forward by one record of the whole stage."""
        payload = record.payload or {}
        match record.event:
            case "opened":
                self.failing = None
            case "manual_asked":
                self._asked(payload)
            case "manual_answered" if payload["step"] in self.manual:
                self._answered(self.manual[payload["step"]], payload, record.at)
            case "wave_begun" if payload["wave"] not in self.waves:
                self.waves.append(payload["wave"])
            case "soak_checked" if payload["wrong"] or not payload.get("hosts", True):
                self.failing = f"not as the stage says: {', '.join(payload['wrong']) or 'nobody was verified'}"
            case "soak_ended":
                self.soaked.add(payload["wave"] or "")
            case "failed" | "rollback_opened":
                # what was seen of devices that are now taken back says nothing of what they will be
                self.forget_what_was_seen()
                self.waves = []
            case "finalized":
                self.finalized = True
                self.no_way_back = f"it was finalized at {record.at:%Y-%m-%d %H:%M} UTC"
            case _:
                pass

    def forget_what_was_seen(self) -> None:
        """Of every device: soaks, and what people have said after a change."""
        self.manual = {name: step for name, step in self.manual.items() if step.when == "before"}
        self.soaked = set()

    def changed(self, host: str, waves: Sequence[Mapping[str, Any]]) -> None:
        """A host is changed: what was seen of it, and of all together, before that says nothing of what it will be.
        waves: name, hosts and canary of each."""
        of = [wave for wave in waves if host in wave["hosts"]]
        moments = {"after", "finalize"} | ({"canary"} if any(wave.get("canary") for wave in of) else set())
        self.manual = {name: step for name, step in self.manual.items() if step.when not in moments}
        self.soaked -= {"", *(wave["name"] for wave in of)}

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
        if asked.answer != "pass" and asked.when in ("canary", "after"):
            self.failing = f"{asked.title}: {asked.answer}"
        if payload.get("ends_way_back"):
            self.no_way_back = f"{asked.title!r} was answered with pass at {at:%Y-%m-%d %H:%M} UTC"
