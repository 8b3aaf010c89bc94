"""What `fellesdrift status` prints: municipality x stage, who holds what, what is next and why not.

It stands without the command line's parser, which takes as long to import as the whole answer may take.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fellesdrift.cutover.status import StatusRow
    from fellesdrift.cutover.status_view import View

DEFAULT = Path("inventories/production")
_UNKNOWN = 3
"""As of a drift check that could not look everywhere: neither clean nor a finding."""


def run(inventory: Path, *, as_json: bool) -> int:
    """Print the status; gives the exit code: 0 nothing waits for anybody, 1 a stage is unfinished and nobody is at
    work, 3 there is no journal, so that nothing is known."""
    from fellesdrift.commands.status_cache import view_of_inventory
    from fellesdrift.commands.status_lines import beside
    from fellesdrift.cutover import no_journal
    from fellesdrift.cutover.status import read_status
    from fellesdrift.journal import Journal

    view = view_of_inventory(inventory, _read)
    with Journal.reading(view.place, view.name) as journal:
        found = read_status(view, journal)
    if as_json:
        print(json.dumps(found.as_data(), ensure_ascii=False, indent=2))
    else:
        for line in no_journal.told(found, inventory):
            print(line)
        print_rows(found.estate, found.time_zone, found.rows)
        for line in beside(found):
            print(line)
    if not found.journal_found:
        return _UNKNOWN
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


def print_rows(estate: str, time_zone: str, rows: Sequence[StatusRow]) -> None:
    """For people: the table, of short columns only, and what each stage has to say beneath it, in lines that nothing
    breaks but the terminal: a command that is to be copied stays whole."""
    from fellesdrift.commands.status_lines import about
    from fellesdrift.commands.table import print_table  # rich is needed for people only
    from fellesdrift.cutover.local_time import local_time

    print_table(
        f"{estate}: where each stage stands",
        ["municipality", "stage", "state", "since"],
        [[row.municipality, row.stage, _state(row), local_time(row.since, time_zone)] for row in rows],
    )
    for row in rows:
        for line in about(row):
            print(line)


def _state(row: StatusRow) -> str:
    return "final" if row.finalized and row.state == "done" else row.state
