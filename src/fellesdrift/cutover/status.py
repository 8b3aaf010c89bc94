"""Municipality x stage: where each stands, who holds what, what is next, and what stands in its way.

Everything is read off the journal; no device is asked. As fast with a hundred thousand records as with a hundred: only
those of each stage's latest attempt are read.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from fellesdrift.cutover import no_journal
from fellesdrift.cutover.next_command import next_command
from fellesdrift.cutover.progress import AT_WORK, UNFINISHED, StageProgress, read_progress
from fellesdrift.cutover.status_view import view_of
from fellesdrift.cutover.waited_for import waited_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fellesdrift.cutover.status_view import StageView, View
    from fellesdrift.estate import Estate
    from fellesdrift.journal import Journal, Record
    from fellesdrift.journal.lease import Held

SCHEMA = "fellesdrift.status/1"
"""Raised when a field changes its meaning or goes; a further field does not raise it."""

type Key = tuple[str, str]


@dataclass(frozen=True)
class StatusRow:
    """One stage of one municipality.

    state      as in docs/cutover.md; "unknown" where there is no journal
    since      ISO 8601 UTC, or "-"
    reason     why it is where it is, or "-"
    hosts      what is not back, or was left behind, or "-"
    next       a command, or "-"
    why_not    what stands in the way of going on, each a sentence; [] when nothing is known to
    window     the open window, else the next, else the last; "" where none is planned; in the estate's time zone;
               window_past: it was the last, and has ended
    reversible whether it can still be taken back; False for what has nothing to be taken back
    unfinished whether somebody has to do something: it was begun, has not ended, and nobody is at work; or nothing is
               known of it
    """

    municipality: str
    stage: str
    title: str
    state: str
    since: str
    reason: str
    hosts: str
    next: str
    why_not: list[str] = field(default_factory=list)
    window: str = ""
    window_past: bool = False
    left: dict[str, str] = field(default_factory=dict)
    finalized: bool = False
    reversible: bool = False
    unfinished: bool = False
    owner: str = ""
    attempt: str = ""

    def as_data(self) -> dict[str, Any]:
        """The row as JSON data."""
        return asdict(self)


@dataclass(frozen=True)
class OpenStep:
    """A manual step that waits for its answer. deadline: ISO 8601 UTC."""

    municipality: str
    stage: str
    step: str
    title: str
    role: str
    deadline: str
    overdue: bool


@dataclass(frozen=True)
class HeldLease:
    """Who holds what. until: ISO 8601 UTC; live: it is renewed for as long as its process works; else anybody's next
    run takes it over."""

    name: str
    machine: str
    process: int
    since: str
    until: str
    live: bool


@dataclass(frozen=True)
class Status:
    """All of it. made: ISO 8601 UTC. journal: where it is looked for; journal_found: whether it is there, without it
    nothing is known."""

    estate: str
    made: str
    time_zone: str
    rows: list[StatusRow]
    leases: list[HeldLease]
    steps: list[OpenStep]
    journal: str
    journal_found: bool

    @property
    def unfinished(self) -> bool:
        """Whether a stage needs somebody."""
        return any(row.unfinished for row in self.rows)

    def as_data(self) -> dict[str, Any]:
        """JSON data, with the schema's name first."""
        return {"schema": SCHEMA, "unfinished": self.unfinished, **asdict(self)}


def read_status(view: View, journal: Journal | None, now: datetime | None = None) -> Status:
    """How everything stands; journal: None where there is none, and so nothing is known."""
    now, zone = now or datetime.now(UTC), ZoneInfo(view.time_zone)
    records = journal.current() if journal else []
    progress, leases = read_progress(records), journal.leases() if journal else []
    gates = _last_gates(records)
    rows, steps = [], []
    for stage in view.stages:
        key = (stage.municipality, stage.stage)
        own = progress.get(key, StageProgress(*key))
        rows.append(_row(view, stage, own, progress, gates.get(key, []), leases, now, zone))
        steps += _steps(view, own, now)
    held = [
        HeldLease(one.name, one.holder.machine, one.holder.pid, _utc(one.acquired), _utc(one.expires), one.live(now))
        for one in leases
    ]
    if journal is None:
        rows = [no_journal.unknown(row) for row in rows]
    return Status(view.name, _utc(now), view.time_zone, rows, held, steps, view.journal, journal is not None)


def status_rows(estate: Estate, journal: Journal | None) -> list[StatusRow]:
    """A row for every stage of every municipality that has it, in the estate's order."""
    return read_status(view_of(estate), journal).rows


def _last_gates(records: Sequence[Record]) -> dict[Key, list[str]]:
    """What did not pass when the gates were last asked."""
    found: dict[Key, list[str]] = {}
    for record in records:
        if record.event == "gates":
            results = (record.payload or {}).get("results", [])
            found[record.municipality, record.stage] = [_gate(one) for one in results if one["result"] != "pass"]
    return found


def _gate(one: Mapping[str, Any]) -> str:
    where = f" on {one['host']}" if one.get("host") else ""
    rule = f" ({one['rule']})" if one.get("rule") else ""
    return f"{one['gate']}{where}: {one['result']}: {one.get('evidence', '')}{rule}"


def _row(
    view: View,
    stage: StageView,
    own: StageProgress,
    progress: Mapping[Key, StageProgress],
    gates: Sequence[str],
    leases: Sequence[Held],
    now: datetime,
    zone: ZoneInfo,
) -> StatusRow:
    holder = next((one for one in leases if one.name == stage.municipality and one.live(now)), None)
    window, closed = _window(view, stage, now, zone)
    why_not = list(_why_not(stage, own, progress, gates, holder, closed))
    at_work = own.state in AT_WORK and holder is not None
    blocked = any(state != "done" for _, state in _required(stage, progress))
    waiting = own.state in ("pending", "rolled back") and blocked
    return StatusRow(
        municipality=stage.municipality,
        stage=stage.stage,
        title=stage.title,
        state=own.state,
        since=_utc(own.since) if own.since else "-",
        reason=own.reason or "-",
        hosts=", ".join(own.held_hosts or ([*own.left] if own.state == "done" else own.touched)) or "-",
        next="-" if waiting or at_work else next_command(view, own),
        why_not=why_not,
        window=window,
        window_past=bool(stage.windows) and all(datetime.fromisoformat(end) <= now for _, end in stage.windows),
        left=own.left,
        finalized=own.finalized,
        reversible=own.state not in {"pending", "rolled back"} and own.shown.no_way_back is None,
        unfinished=own.state in UNFINISHED and not at_work,
        owner=stage.owner,
        attempt=own.attempt,
    )


def _required(stage: StageView, progress: Mapping[Key, StageProgress]) -> list[tuple[Key, str]]:
    return [(key, progress[key].state if key in progress else "pending") for key in stage.requires]


def _why_not(
    stage: StageView,
    own: StageProgress,
    progress: Mapping[Key, StageProgress],
    gates: Sequence[str],
    holder: Held | None,
    closed: str,
) -> list[str]:
    """What stands in the way, the nearest first."""
    found = []
    if own.state in ("pending", "rolled back", "stopped"):
        missing = [(key, state) for key, state in _required(stage, progress) if state != "done"]
        found += [f"requires {name} of {whose}, which is {state}" for (whose, name), state in missing]
    if own.state == "pending":
        found += [f"the last time a gate did not pass: {gate}" for gate in gates]
    if own.state in AT_WORK:
        found.append(
            f"process {holder.holder.pid} on {holder.holder.machine} is at work"
            if holder
            else "nobody is at work: the run ended without an end, or was killed"
        )
    elif holder is not None and own.state != "done":
        found.append(f"process {holder.holder.pid} on {holder.holder.machine} holds the lease of {stage.municipality}")
    if own.state in ("pending", "rolled back", "stopped") and closed:
        found.append(closed)
    found += [f"{host} was left behind: {why}" for host, why in own.left.items() if own.state == "done"]
    return found


def _window(view: View, stage: StageView, now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """The window as people read it, and why it keeps the stage from being begun now ("" when it does not)."""
    spans = [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in stage.windows]
    if not spans:
        return "", ""
    start, end = next((span for span in spans if now < span[1]), spans[-1])
    told = f"{start.astimezone(zone):%Y-%m-%d %H:%M} to {end.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    if not view.windows_kept:
        return told, ""
    if now >= end:
        return told, f"its last window has passed: {told}"
    if now < start:
        return told, f"its window is not open yet: {told}"
    left = (end - now).total_seconds()
    return told, "" if left >= stage.lasts else f"too little of its window is left for it and its way back: {told}"


def _steps(view: View, own: StageProgress, now: datetime) -> list[OpenStep]:
    return [
        OpenStep(
            own.municipality,
            own.stage,
            step.step,
            step.title,
            view.roles.get(step.role, step.role),
            _utc(step.deadline),
            step.deadline < now,
        )
        for step in waited_for(own)
    ]


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
