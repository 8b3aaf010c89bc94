"""`fellesdrift status`: municipality x stage, who holds what, what is next and why not."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

from fellesdrift.commands.options import DEFAULT_INVENTORY, AsJson, Inventory, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from fellesdrift.cutover.status import Status, StatusRow
    from fellesdrift.cutover.status_view import View


def status(inventory: Inventory = DEFAULT_INVENTORY, as_json: AsJson = False) -> None:
    """Where each stage of each municipality stands, who holds what, what is next and why not. Reads no device.

    Exit 0: nothing waits for anybody; 1: a stage is unfinished and nobody is at work (running without a live run,
    stopped, held, going back); 2: an error.
    """
    from fellesdrift.commands.status_cache import view_of_inventory
    from fellesdrift.cutover.status import read_status
    from fellesdrift.journal import Journal  # other commands do not wait for it

    view = view_of_inventory(inventory, _read)
    with Journal.reading(view.place, view.name) as journal:
        found = read_status(view, journal)
    if as_json:
        typer.echo(json.dumps(found.as_data(), ensure_ascii=False, indent=2))
    else:
        print_rows(found.estate, found.rows)
        for line in beside(found):
            typer.echo(line)
    if found.unfinished:
        raise typer.Exit(1)


def _read(inventory: Path) -> View:
    from fellesdrift.cutover.status_view import view_of

    return view_of(load(inventory))


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
        if row.window and row.state not in ("done", "held"):
            yield f"window: {row.municipality} {row.stage}: {row.window}"
    for row in found.rows:
        if row.state == "done" and row.reversible:
            yield f"back:   {row.municipality} {row.stage} can still be taken back; nobody has declared it final"


def _local(utc: str, time_zone: str) -> str:
    return f"{datetime.fromisoformat(utc).astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M %Z}"
