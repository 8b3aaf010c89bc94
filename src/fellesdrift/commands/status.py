"""`fellesdrift status`: municipality x stage."""

from __future__ import annotations

import json

import typer

from fellesdrift.commands.options import DEFAULT_INVENTORY, AsJson, Inventory, load
from fellesdrift.cutover.journal import Journal
from fellesdrift.cutover.status import status_rows


def status(inventory: Inventory = DEFAULT_INVENTORY, as_json: AsJson = False) -> None:
    """Where each stage of each municipality stands. Exit 0: all pending, done or rolled back; 1: one is unfinished."""
    estate = load(inventory)
    with Journal.reading(estate.journal, estate.name) as journal:
        rows = status_rows(estate, journal)
    if as_json:
        typer.echo(json.dumps([row.as_data() for row in rows], ensure_ascii=False, indent=2))
    else:
        from fellesdrift.commands.table import print_table  # rich is needed for people only

        print_table(
            f"{estate.name}: where each stage stands",
            ["municipality", "stage", "state", "since (UTC)", "hosts", "why", "next"],
            [[row.municipality, row.stage, row.state, row.since, row.hosts, row.reason, row.next] for row in rows],
        )
    if any(row.state in ("running", "going back", "held") for row in rows):
        raise typer.Exit(1)
