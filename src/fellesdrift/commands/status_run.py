"""What `fellesdrift status` prints: municipality x stage, who holds what, what is next and why not.

It stands without the command line's parser, which takes as long to import as the whole answer may take.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fellesdrift.cutover.status import Status, StatusRow
    from fellesdrift.cutover.status_view import View

DEFAULT = Path("inventories/production")


def run(inventory: Path, *, as_json: bool) -> int:
    """Print the status; gives the exit code: 0 nothing waits for anybody, 1 a stage is unfinished and nobody is at
    work."""
    from fellesdrift.commands.status_cache import view_of_inventory
    from fellesdrift.cutover.status import read_status
    from fellesdrift.journal import Journal

    view = view_of_inventory(inventory, _read)
    with Journal.reading(view.place, view.name) as journal:
        found = read_status(view, journal)
    if as_json:
        print(json.dumps(found.as_data(), ensure_ascii=False, indent=2))
    else:
        print_rows(found.estate, found.rows)
        for line in beside(found):
            print(line)
    return 1 if found.unfinished else 0


def asked_plainly(words: Sequence[str]) -> tuple[Path, bool] | None:
    """(inventory, as JSON) of a command line that has nothing else in it; None for any other, which the command line's
    own parser takes apart. That alone needs longer than the whole answer may take."""
    inventory, as_json, rest = DEFAULT, False, list(words)
    while rest:
        word = rest.pop(0)
        if word == "--json":
            as_json = True
        elif word in ("-i", "--inventory") and rest and not rest[0].startswith("-"):
            inventory = Path(rest.pop(0))
        else:
            return None
    return inventory, as_json


def _read(inventory: Path) -> View:
    from fellesdrift.cutover.status_view import view_of
    from fellesdrift.estate import load_estate

    return view_of(load_estate([inventory]))


def print_rows(estate: str, rows: Sequence[StatusRow]) -> None:
    """The table for people."""
    from fellesdrift.commands.table import print_table  # rich is needed for people only

    print_table(
        f"{estate}: where each stage stands",
        ["municipality", "stage", "state", "since (UTC)", "hosts", "why", "next"],
        [[row.municipality, row.stage, _state(row), row.since, row.hosts, _why(row), row.next] for row in rows],
    )


def _state(row: StatusRow) -> str:
    return "final" if row.finalized and row.state == "done" else row.state


def _why(row: StatusRow) -> str:
    found = [row.reason] if row.reason != "-" else []
    return "\n".join([*found, *(one for one in row.why_not if one not in found)]) or "-"


def beside(found: Status) -> Iterator[str]:
    """What belongs to no single row: leases, open steps and windows, as lines; times in the estate's zone."""
    for lease in found.leases:
        until = _local(lease.until, found.time_zone)
        how = f"renewed while it works, else until {until}" if lease.live else "its run is gone; the next one takes it"
        yield f"held:   {lease.name} by process {lease.process} on {lease.machine}, {how}"
    for step in found.steps:
        late = "OVERDUE since" if step.overdue else "until"
        yield (
            f"asked:  {step.municipality} {step.stage}: {step.title} ({step.step}), of the {step.role}, "
            f"{late} {_local(step.deadline, found.time_zone)}"
        )
    for row in found.rows:
        if row.window and row.state in ("pending", "rolled back", "running", "stopped") and not row.window_past:
            yield f"window: {row.municipality} {row.stage}: {row.window}"
    for row in found.rows:
        if row.state == "done" and row.reversible:
            yield f"back:   {row.municipality} {row.stage} can still be taken back; nobody has declared it final"


def _local(utc: str, time_zone: str) -> str:
    return f"{datetime.fromisoformat(utc).astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M %Z}"
