"""How long a stage will take, learned from those that were done before, and until when it can still be taken back.

Two sources: the estate's own journal, and a file beside the inventories in which rehearsals leave what they took. A
real cutover tells more than a rehearsal, so the journal goes first. Nothing depends on it: it is for people.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, Any

from fellesdrift.cutover import windows
from fellesdrift.estate.places import project_dir

if TYPE_CHECKING:
    from pathlib import Path

    from fellesdrift.cutover.planning import Context
    from fellesdrift.estate import Estate
    from fellesdrift.journal import Record

_KEPT = 20
"""Rehearsals of a stage that are remembered."""


def of(context: Context, municipality: str, stage_id: str, now: datetime | None = None) -> dict[str, Any]:
    """JSON data for the live view: `expected` (seconds, or None when nothing like it was ever done), `source`, and,
    where a window binds, `window_end`, `back_by` (the last moment to turn back) and `latest_start`, in ISO 8601 UTC."""
    estate = context.estate
    done = _done(context, stage_id)
    source = f"{len(done)} earlier {'run' if len(done) == 1 else 'runs'} of this stage in the journal" if done else ""
    if not done:
        done = _rehearsed(estate).get(stage_id, [])
        source = f"{len(done)} {'rehearsal' if len(done) == 1 else 'rehearsals'}" if done else ""
    stage = estate.stage(stage_id)
    hosts = {host for wave in stage.waves for host in estate.select(wave.hosts, municipality)}
    needed = windows.length(stage, len(hosts))
    span = windows.open_at(windows.spans(estate, municipality, stage_id), now or datetime.now(UTC))
    bound = span if windows.are_kept(estate) else None
    return {
        "expected": median(done) if done else None,
        "source": source,
        "time_zone": estate.time_zone,
        "window_end": bound.end.isoformat() if bound else None,
        "back_by": (bound.end - needed.back).isoformat() if bound else None,
        "latest_start": windows.latest_start(bound, needed).isoformat() if bound else None,
    }


def described(forecast: dict[str, Any]) -> list[str]:
    """The same as a line for people; none where nothing is known."""
    if forecast["expected"] is None:
        return []
    return [f"it took {_minutes(forecast['expected'])} before (learned from {forecast['source']})"]


def remember(context: Context, municipality: str, stage_id: str) -> None:
    """After a stage of a twin: keep how long it took. A file that cannot be written is no reason to fail."""
    if context.estate.twin is None or context.journal is None:
        return
    took = _durations(context.journal.current(municipality, stage_id))
    known = _rehearsed(context.estate)
    known[stage_id] = [*known.get(stage_id, []), *took][-_KEPT:]
    place = _place(context.estate)
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _place(estate: Estate) -> Path:
    return project_dir(estate.inventory_dir) / "reports" / "rehearsed.json"


def _rehearsed(estate: Estate) -> dict[str, list[float]]:
    with suppress(OSError, ValueError, TypeError, AttributeError):
        known = json.loads(_place(estate).read_text(encoding="utf-8"))
        return {str(stage): [float(one) for one in took] for stage, took in known.items()}
    return {}


def _done(context: Context, stage_id: str) -> list[float]:
    """Seconds of the last attempt of each municipality, of those that are done."""
    if context.journal is None:
        return []
    return _durations([record for record in context.journal.current() if record.stage == stage_id])


def _durations(records: list[Record]) -> list[float]:
    """A run that was cut off and taken up again says nothing of how long one takes."""
    opened: dict[tuple[str, str], datetime | None] = {}
    took = []
    for record in records:
        key = record.municipality, record.attempt
        if record.event == "opened":
            opened[key] = None if (record.payload or {}).get("resumed") else record.at
        elif record.event == "done":
            began = opened.get(key)
            if began is not None:
                took.append((record.at - began).total_seconds())
    return took


def _minutes(seconds: float) -> str:
    return f"{round(seconds)} s" if seconds < 90 else f"{round(seconds / 60)} min"
