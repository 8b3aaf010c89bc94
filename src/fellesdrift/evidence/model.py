"""What the evidence of an attempt consists of: plain, frozen records, the same in JSON.

Moments are text, ISO 8601 in UTC ("2006-03-03T21:04:05Z"), "" where there is none. Numbers of records are the
journal's own.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

SCHEMA = "fellesdrift.evidence/1"
"""Raised when a field changes its meaning or goes; a further field does not raise it."""

type Tone = Literal["good", "notice", "bad", "plain"]


@dataclass(frozen=True)
class Summary:
    """The first page, in plain words. verdict: one or two words; tone: how it looks; owner: the role that approves."""

    verdict: str
    tone: Tone
    done: str
    for_whom: str
    ending: str
    noticed: list[str]
    remains: list[str]
    approved: str


@dataclass(frozen=True)
class Moment:
    """One line of the timeline. record: its number in the journal; host: "" for what concerns the whole stage."""

    at: str
    record: int
    event: str
    host: str
    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Gate:
    """One answer of a gate. rule: what it cites, "" for a gate that asks a device. host: "" for one of the estate.
    overridden: the reason for which it did not stop the stage; `result` is its own answer all the same."""

    at: str
    gate: str
    host: str
    result: str
    evidence: str
    rule: str = ""
    overridden: str = ""


@dataclass(frozen=True)
class Step:
    """A manual step. answer: pass, fail, inconclusive, or "" while it waits. label: SIMULATED or computed, or "".
    name: who answered; "" where it is not kept. erased: it was kept, and is gone under retention."""

    step: str
    title: str
    instruction: str
    role: str
    asked: str
    deadline: str
    answer: str = ""
    answered: str = ""
    evidence: str = ""
    label: str = ""
    name: str = ""
    erased: bool = False


@dataclass(frozen=True)
class Wave:
    """began, ended: "" where the journal does not say. left: hosts that were left behind under the wave's quorum."""

    name: str
    hosts: list[str]
    canary: bool = False
    began: str = ""
    ended: str = ""
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Action:
    """A step on a device. ended: "" when its end was never written. way: forward or back."""

    title: str
    way: str
    began: str
    ended: str = ""


@dataclass(frozen=True)
class Change:
    """A resource's attribute before and after, as lines: (sign, text); the sign is "-", "+" or " "."""

    resource: str
    attribute: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True)
class HostEvidence:
    """What was done to one host. outcome: in words, such as `changed, verified and saved` or `left behind`."""

    host: str
    outcome: str
    tone: Tone
    changes: list[Change] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def begun_on(self) -> bool:
        """Whether it was to be changed and has confirmed no step of that: nobody knows whether it was changed."""
        forward = [action for action in self.actions if action.way == "forward"]
        return bool(self.changes) and not any(action.ended for action in forward)


@dataclass(frozen=True)
class Round:
    """One round of a soak. silent, wrong: what did not answer, and what was not as it should be."""

    wave: str
    at: str
    number: int
    silent: list[str]
    wrong: list[str]


@dataclass(frozen=True)
class WayBack:
    """Why and how it went back. ended: "" while it goes; held: hosts that could not be brought back."""

    reason: str
    began: str
    ended: str
    back: list[str]
    held: list[str]


@dataclass(frozen=True)
class Opening:
    """Each time that a run took the stage up. plan: part of the plan -> its digest."""

    at: str
    resumed: bool
    version: str
    plan: dict[str, str] = field(default_factory=dict)
    window: str = ""


@dataclass(frozen=True)
class Lease:
    """Who holds what now. live: the holder may still be at work."""

    name: str
    holder: str
    until: str
    live: bool


@dataclass(frozen=True)
class RecordLine:
    """A record of the attempt and its place in the chain. digest: of its payload; SHA-256 in hexadecimal."""

    number: int
    at: str
    host: str
    event: str
    digest: str
    previous: str
    chain: str
    erased: bool


@dataclass(frozen=True)
class Chain:
    """The whole journal's chain. verified: None when nobody looked. problem: why it is broken."""

    verified: bool | None
    records: int
    head: str
    problem: str = ""


@dataclass(frozen=True)
class Transcript:
    """A file beside the journal. sha256 and bytes are those of the file when the evidence was made."""

    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Evidence:
    """All of it. made: when it was put together; began, last: the first and the last record of the attempt.

    end            when it came to the state that it rests in (done, rolled back, held, stopped, refused), whatever was
                   written later; the last record while it is at work
    seconds        from began to end
    finalized_at   when it was declared final; "" when it was not
    """

    estate: str
    production: bool
    time_zone: str
    municipality: str
    municipality_name: str
    stage: str
    title: str
    role: str
    owner: str
    attempt: str
    made: str
    state: str
    ended: bool
    finalized: bool
    finalized_at: str
    began: str
    end: str
    last: str
    seconds: float
    summary: Summary
    openings: list[Opening]
    timeline: list[Moment]
    gates: list[Gate]
    steps: list[Step]
    waves: list[Wave]
    hosts: list[HostEvidence]
    soak: list[Round]
    way_back: WayBack | None
    leases: list[Lease]
    chain: Chain
    transcripts: list[Transcript]
    records: list[RecordLine]

    def as_data(self) -> dict[str, Any]:
        """JSON data, with the schema's name first."""
        return {"schema": SCHEMA, **asdict(self)}

    def as_json(self) -> str:
        """The same as text, for people's editors too."""
        return json.dumps(self.as_data(), ensure_ascii=False, indent=1) + "\n"
