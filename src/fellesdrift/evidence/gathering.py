"""From the journal's records to the evidence of one attempt."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from fellesdrift.cutover.progress import HostProgress, StageProgress, read_progress
from fellesdrift.errors import FellesdriftError
from fellesdrift.evidence import hosts, transcripts
from fellesdrift.evidence.attempts import records_of
from fellesdrift.evidence.ending import end_of, finalized_at
from fellesdrift.evidence.model import (
    Chain,
    Evidence,
    Gate,
    Lease,
    Opening,
    RecordLine,
    Round,
    Step,
    Wave,
    WayBack,
)
from fellesdrift.evidence.moments import local, parsed, stamp
from fellesdrift.evidence.summary import summarise
from fellesdrift.evidence.timeline import label_of, timeline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fellesdrift.estate import Estate, Stage
    from fellesdrift.journal import Journal, Record

_ENDED = ("pending", "done", "rolled back")
_WAY_BACK = ("failed", "rollback_opened")


def gather(
    estate: Estate,
    journal: Journal | None,
    municipality: str,
    stage: str,
    attempt: str | None = None,
    now: datetime | None = None,
    *,
    names: bool = True,
) -> Evidence:
    """The evidence of an attempt, the last one unless its id's beginning is given; also of one that has not ended.

    names   who answered, and the names that were changed on hosts, where the journal still has them; a file that
            outlives their erasing must do without

    Raises FD140 for a municipality or a stage that is not there, FD670 and FD671 as `records_of`.
    """
    described, place = estate.stage(stage), estate.municipality(municipality)
    records = records_of(journal, municipality, stage, attempt)
    told_of = records if names else [dataclasses.replace(record, personal=None) for record in records]
    progress = read_progress(told_of).get((municipality, stage), StageProgress(municipality, stage))
    made, way_back = now or datetime.now(UTC), _way_back(records, progress)
    gates, steps, rounds = list(_gates(records)), _steps(estate, records, names=names), list(_rounds(records))
    told, end = list(hosts.of(records, progress)), end_of(progress, records)
    owner = estate.roles.get(described.owner or "")
    zone = ZoneInfo(estate.time_zone)
    leases = _leases(journal, municipality, made)
    approves = owner.title if owner else ""
    summary = summarise(place.name, described, approves, progress, gates, steps, rounds, told, records, leases, zone)
    return Evidence(
        estate=estate.name,
        production=estate.production and estate.twin is None,
        time_zone=estate.time_zone,
        municipality=municipality,
        municipality_name=place.name,
        stage=stage,
        title=described.title,
        role=described.role,
        owner=approves,
        attempt=records[0].attempt,
        made=stamp(made),
        state=progress.state,
        ended=progress.state in _ENDED,
        finalized=progress.finalized,
        finalized_at=stamp(finalized_at(records)),
        began=stamp(records[0].at),
        end=stamp(end),
        last=stamp(records[-1].at),
        seconds=(end - records[0].at).total_seconds(),
        summary=summary,
        openings=list(_openings(records, zone)),
        timeline=timeline(records),
        gates=gates,
        steps=steps,
        waves=list(_waves(described, records)),
        hosts=told,
        soak=rounds,
        way_back=way_back,
        leases=leases,
        chain=_chain(journal),
        transcripts=transcripts.of(estate.journal, municipality, stage, records[0].attempt),
        records=list(_lines(journal, municipality, stage, records)),
    )


def _of(records: Sequence[Record], *events: str) -> Iterator[tuple[Record, dict[str, Any]]]:
    return ((record, record.payload or {}) for record in records if record.event in events)


def _openings(records: Sequence[Record], zone: ZoneInfo) -> Iterator[Opening]:
    for record, payload in _of(records, "opened"):
        window = payload.get("window")
        yield Opening(
            stamp(record.at),
            bool(payload.get("resumed")),
            str(payload.get("version") or ""),
            {str(part): str(digest) for part, digest in (payload.get("plan") or {}).items()},
            _window(window, zone) if isinstance(window, dict) else "",
        )


def _window(window: dict[str, Any], zone: ZoneInfo) -> str:
    return " to ".join(local(parsed(str(window.get(end))), zone) for end in ("start", "end"))


def _gates(records: Sequence[Record]) -> Iterator[Gate]:
    for record, payload in _of(records, "gates"):
        for one in payload.get("results", []):
            gate, host, result, evidence, rule, overridden = (
                str(one.get(name) or "") for name in ("gate", "host", "result", "evidence", "rule", "overridden")
            )
            yield Gate(stamp(record.at), gate, host, result, evidence, rule, overridden)


def _steps(estate: Estate, records: Sequence[Record], *, names: bool) -> list[Step]:
    """Each asking with its answer; what is asked again is a line of its own."""
    found: dict[str, list[Step]] = {}
    for record, payload in _of(records, "manual_asked", "manual_answered"):
        name = str(payload.get("step"))
        if record.event == "manual_asked":
            role = estate.roles.get(str(payload.get("role")))
            asked = Step(
                step=name,
                title=str(payload.get("title") or name),
                instruction=str(payload.get("instruction") or ""),
                role=role.title if role else str(payload.get("role") or ""),
                asked=stamp(record.at),
                deadline=stamp(parsed(payload.get("deadline"))),
            )
            found.setdefault(name, []).append(asked)
        elif found.get(name):
            found[name][-1] = _answered(found[name][-1], record, payload, names=names)
    return [step for askings in found.values() for step in askings]


def _answered(asked: Step, record: Record, payload: dict[str, Any], *, names: bool) -> Step:
    personal = record.personal if names else None
    return dataclasses.replace(
        asked,
        answer=str(payload.get("answer") or ""),
        answered=stamp(record.at),
        evidence=str(payload.get("evidence") or ""),
        label=label_of(payload),
        name=str(personal.get("name", "")) if isinstance(personal, dict) else "",
        erased=record.erased,
    )


def _waves(stage: Stage, records: Sequence[Record]) -> Iterator[Wave]:
    """The waves of the last opening, with what is known of their course since."""
    planned: list[dict[str, Any]] = []
    begun: dict[str, Record] = {}
    ended: dict[str, Record] = {}
    for record, payload in _of(records, "opened", "wave_begun", "wave_ended"):
        if record.event == "opened":
            planned = payload.get("waves", [])
        else:
            (begun if record.event == "wave_begun" else ended)[str(payload.get("wave"))] = record
    canaries = {wave.name for wave in stage.waves if wave.canary}
    for wave in planned:
        name = str(wave.get("name"))
        first, last = begun.get(name), ended.get(name)
        left = [str(host) for host in ((last.payload or {}).get("left") or [])] if last else []
        yield Wave(
            name,
            [str(host) for host in wave.get("hosts", [])],
            name in canaries,
            stamp(first.at) if first else "",
            stamp(last.at) if last else "",
            left,
        )


def _rounds(records: Sequence[Record]) -> Iterator[Round]:
    wave = ""
    for record, payload in _of(records, "soak_begun", "soak_checked"):
        if record.event == "soak_begun":
            wave = str(payload.get("wave") or "")
        else:
            silent, wrong = ([_name(one) for one in payload.get(key) or []] for key in ("silent", "wrong"))
            yield Round(wave, stamp(record.at), int(payload.get("round") or 0), silent, wrong)


def _name(one: Any) -> str:
    return ", ".join(str(value) for value in one.values()) if isinstance(one, dict) else str(one)


def _way_back(records: Sequence[Record], progress: StageProgress) -> WayBack | None:
    """The last way back that was begun, unless the stage was opened forward again after it had ended."""
    began = [(record, payload) for record, payload in _of(records, *_WAY_BACK)]
    if not began:
        return None
    first, payload = began[-1]
    ended = [record for record in records if record.seq > first.seq and record.event in ("rolled_back", "held")]
    since = [record for record in records if record.seq > first.seq]
    back = [record.host for record in since if record.event in ("host_back", "host_reverted")]
    known: dict[str, HostProgress] = progress.hosts
    return WayBack(
        str(payload.get("reason") or ""),
        stamp(first.at),
        stamp(ended[-1].at) if ended else "",
        [host for host in dict.fromkeys(back) if host in known],
        list(progress.held_hosts),
    )


def _leases(journal: Journal | None, municipality: str, now: datetime) -> list[Lease]:
    wanted = (municipality, "platform")
    return [
        Lease(one.name, f"process {one.holder.pid} on {one.holder.machine}", stamp(one.expires), one.live(now))
        for one in (journal.leases() if journal else [])
        if one.name in wanted
    ]


def _chain(journal: Journal | None) -> Chain:
    if journal is None:
        return Chain(None, 0, "")
    _, head = journal.head()
    try:
        return Chain(True, journal.verify(), head)
    except FellesdriftError as error:
        return Chain(False, 0, head, " ".join(str(error).split()))


def _lines(journal: Journal | None, municipality: str, stage: str, records: Sequence[Record]) -> Iterator[RecordLine]:
    links = journal.links(municipality, stage) if journal else {}
    for record in records:
        link = links[record.seq]
        yield RecordLine(
            record.seq, stamp(record.at), record.host, record.event, link.digest, link.previous, link.chain, link.erased
        )
