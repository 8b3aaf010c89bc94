"""A ledger at a terminal: counts, what is not known, findings. Colour on a terminal only; a log gets plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fellesdrift.reports import summary
from fellesdrift.reports.text import age, line, moment, place, visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from fellesdrift.drift.model import Finding, Ledger

_STYLES = {
    "clean": "green",
    "drift": "bold yellow",
    "failure": "bold red",
    "incomplete": "bold red",
    "error": "red",
    "refused": "red",
    "unreachable": "red",
    "not run": "red",
    "unsupported": "dim",
    "high": "bold red",
    "medium": "yellow",
}
_NAMED = 12
"""Hosts of one reason that are named; a report of 10,000 hosts has to be read too."""


def show(ledger: Ledger, zone: tzinfo | None = None, console: Console | None = None) -> None:
    """Print it; off a terminal as wide as its text, so that a log or grep loses nothing."""
    console = console or _console()
    for text in _head(ledger, zone):
        console.print(text)
    _table(console, "hosts", ["municipality", *map(summary.words, summary.WORST_FIRST)], _counts(ledger))
    groups = summary.unknown(ledger)
    if groups:
        rows = [[summary.words(one.state), one.code, one.why, _named(one.hosts)] for one in groups]
        _table(console, "not known", ["state", "code", "why", "hosts"], rows)
    found = [_finding(one, zone) for one in summary.findings(ledger)]
    if found:
        columns = ["severity", "nature", "host", "place", "owner", "first seen", "nights", "what mends it"]
        _table(console, "findings", columns, found)


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=2000, no_color=True, highlight=False)


def _head(ledger: Ledger, zone: tzinfo | None) -> list[Text]:
    lines = [
        Text.assemble((ledger.outcome, _STYLES[ledger.outcome]), f": {summary.outcome_text(ledger)}"),
        Text(f"{line(ledger.estate)}{'' if ledger.production else ' (not production)'}, run {line(ledger.run)}"),
        Text(f"from {moment(ledger.started, zone)} to {moment(ledger.ended, zone)}"),
        Text(f"coverage {ledger.coverage:.1%} of {summary.plural(ledger.planned, 'host')}; {ledger.asked} asked"),
    ]
    if not ledger.complete:
        gaps = "; ".join(line(gap) for gap in ledger.gaps) or "not said what"
        lines.append(Text.assemble(("not complete", "bold red"), f": {gaps}"))
    canary = "found" if ledger.canary.found else f"NOT found: {line(ledger.canary.why)}"
    lines.append(Text(f"canary {line(ledger.canary.planted)}: {canary}"))
    if not ledger.history.kept:
        lines.append(Text(f"no history: {line(ledger.history.why)}"))
    lines += [Text(f"unfinished: {line(one)}") for one in ledger.unfinished]
    if ledger.failure is not None:
        lines.append(Text(visible(ledger.failure.text)))
    return lines


def _finding(one: Finding, zone: tzinfo | None) -> list[str]:
    where = [one.severity, one.nature, line(one.host), place(one), line(one.owner)]
    return [*where, moment(one.first_seen, zone), age(one), line(one.remedy.command or one.remedy.note)]


def _counts(ledger: Ledger) -> list[list[str]]:
    every = summary.by_municipality(ledger)
    rows = [[line(name), *(str(counts[state]) for state in summary.WORST_FIRST)] for name, counts in every.items()]
    return [*rows, ["all", *(str(ledger.counts.get(state, 0)) for state in summary.WORST_FIRST)]]


def _named(hosts: Sequence[str]) -> str:
    more = len(hosts) - _NAMED
    return ", ".join(line(name) for name in hosts[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _table(console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    console.print()
    console.print(Text(title, style="bold"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="underline")
    for column in columns:
        table.add_column(Text(column, style=_STYLES.get(column, "")), overflow="fold")
    for row in rows:
        table.add_row(*(Text(line(cell), style=_STYLES.get(cell, "")) for cell in row))
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as plain:
        console.print(table)
    for one in plain.get().splitlines():
        console.print(Text(one.rstrip()))
