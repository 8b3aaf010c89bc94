"""What a drift run finds: plain, frozen records, and their JSON (docs/drift.md describes each field).

`Ledger` is the whole run and the only thing that says how it ended. Times are UTC, "2026-11-22T03:00:00Z". No text in
it holds a secret.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from fellesdrift.drift.sealed import EXIT_CODES, SCHEMA, HostState, Outcome, digest_of

JUDGED: frozenset[HostState] = frozenset({"clean", "drift"})
Nature = Literal["missing", "extra", "different", "unmanaged", "unsaved"]
Severity = Literal["high", "medium", "low"]
Kind = str
KINDS: tuple[Kind, ...] = ("interface", "route", "access_list", "configuration", "startup")
"""Of a network device. Those of a Windows host are the catalogue of `state.windows`; no kind is in both."""
EXCHANGE_KINDS: tuple[Kind, ...] = (
    "set",
    "name",
    "hunt_group",
    "dialling_plan",
    "attendant",
    "route",
    "digit_manipulation",
    "route_list",
    "steering_code",
    "special_number",
    "networking",
)
"""Of an exchange: the catalogue of `state.pbx`. `route` is a kind of network devices too."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Remedy(_Model):
    """What mends it.

    steps     titles with their lines, exactly as they are typed in configuration mode; the lines begin with a blank
    command   what to type here; "" when only a person at the device can mend it
    note      what to think of before; may be empty
    """

    steps: list[str] = Field(default_factory=list)
    command: str = ""
    note: str = ""


class Finding(_Model):
    """One difference.

    kind, key, attribute   where: interface/GigabitEthernet0/1/description; attribute is "" when the whole resource is
                           meant. `configuration`: a line of no other kind, key is the line with its section
    want, have             JSON data; None: there should be none, or there is none
    owner                  the role whose fragment claims it; "" when none does (unmanaged)
    expected               why it is no drift ("stage wan_link of sande is running"); "" for drift
    first_seen, last_seen  "" when no history could be kept
    """

    fingerprint: str
    host: str
    kind: Kind
    key: str
    attribute: str = ""
    nature: Nature
    severity: Severity
    owner: str = ""
    want: Any = None
    have: Any = None
    expected: str = ""
    first_seen: str = ""
    last_seen: str = ""
    remedy: Remedy = Field(default_factory=Remedy)


class HostResult(_Model):
    """One host of the estate, in exactly one state.

    part       the smallest group that it is in, its municipality aside: core_routers, oracle_servers
    managed    whether this estate says that this version looks after it (group `managed`)
    asked      False: left out by --limit
    code, why  of the error, or why it was not run; "" for clean and drift
    findings   drift; empty in every other state
    expected   differences that an unfinished stage explains
    diff       lines, `-` as recorded and `+` as the device says, secrets taken out; for drift only
    seconds    from its turn to its answer
    attempts   how often it was begun; more than 1 when a process of the sweep had to be ended
    """

    host: str
    municipality: str
    site: str
    part: str
    platform: str
    managed: bool
    state: HostState
    asked: bool = True
    code: str = ""
    why: str = ""
    findings: list[Finding] = Field(default_factory=list)
    expected: list[Finding] = Field(default_factory=list)
    diff: list[str] = Field(default_factory=list)
    seconds: float = 0.0
    attempts: int = 1


class Canary(_Model):
    """A simulated device outside the estate, with one difference planted. found: exactly that one was found."""

    found: bool
    planted: str
    why: str = ""


class History(_Model):
    """Whether first and last seen could be kept in the journal's database, and if not, why."""

    kept: bool
    why: str = ""


class Failure(_Model):
    """Why the run is a failure: an error's code and its whole text."""

    code: str
    text: str


class Ledger(_Model):
    """A whole run.

    run        its id: random, chosen by who started it
    time_zone  the estate's, for people; "" when the run did not get so far as to know it
    planned    hosts of the estate; `counts` sum to it
    asked      those that --limit left in
    coverage   (clean + drift) / planned, 0 to 1
    complete   nothing that was asked is unknown; `gaps` says in words what is
    unfinished stages that were in the middle of something: "wan_link of sande: running"
    digest     SHA-256 of the rest, as `digest_of` makes it
    """

    schema_: str = Field(default=SCHEMA, alias="schema")
    run: str
    version: str
    estate: str
    production: bool
    time_zone: str = ""
    started: str
    ended: str
    outcome: Outcome
    complete: bool
    gaps: list[str] = Field(default_factory=list)
    kinds: list[Kind]
    limit: str = ""
    planned: int
    asked: int
    counts: dict[HostState, int]
    coverage: float
    findings: int
    unfinished: list[str] = Field(default_factory=list)
    canary: Canary
    history: History
    failure: Failure | None = None
    hosts: list[HostResult] = Field(default_factory=list)
    digest: str = ""

    def as_json(self) -> str:
        """The file's text, sealed."""
        data = self.model_dump(mode="json", by_alias=True)
        data["digest"] = digest_of(data)
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"

    @property
    def exit_code(self) -> int:
        """0 clean, 1 drift, 2 failure, 3 incomplete."""
        return EXIT_CODES[self.outcome]


def fingerprint(host: str, kind: str, key: str, attribute: str = "") -> str:
    """The same for the same place on the same host, whatever stands there: 64 hexadecimal digits."""
    return hashlib.sha256("\x1f".join((host, kind, key, attribute)).encode()).hexdigest()
