"""`fellesdrift status`: municipality x stage."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from fellesdrift.commands.options import DEFAULT_INVENTORY, AsJson, Inventory, load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fellesdrift.cutover.status import StatusRow


def status(inventory: Inventory = DEFAULT_INVENTORY, as_json: AsJson = False) -> None:
    """Where each stage of each municipality stands. Exit 0: all pending, done or rolled back; 1: one is unfinished."""
    from fellesdrift.cutover.status import status_rows
    from fellesdrift.journal import Journal  # other commands do not wait for it

    estate = load(inventory)
    with Journal.reading(estate.journal, estate.name) as journal:
        rows = status_rows(estate, journal)
    if as_json:
        typer.echo(json.dumps([row.as_data() for row in rows], ensure_ascii=False, indent=2))
    else:
        print_rows(estate.name, rows)
    if any(row.state in ("running", "going back", "held") for row in rows):
        raise typer.Exit(1)


def print_rows(estate: str, rows: Sequence[StatusRow]) -> None:
    """The status for people."""
    from fellesdrift.commands.table import print_table  # rich is needed for people only

    print_table(
        f"{estate}: where each stage stands",
        ["municipality", "stage", "state", "since (UTC)", "hosts", "why", "next"],
        [[row.municipality, row.stage, row.state, row.since, row.hosts, row.reason, row.next] for row in rows],
    )
