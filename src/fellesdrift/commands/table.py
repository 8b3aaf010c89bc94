"""Tables for people: colour and box lines on a terminal only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

_STYLES = {"done": "green", "ok": "green", "pass": "green", "held": "bold red", "fail": "red", "running": "yellow"}
_UNBOUND = 100_000
"""Columns; no table is as wide."""


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table. No word of it is ever broken: a terminal that is too narrow for that breaks the lines itself. Off
    a terminal it is as wide as its text, without trailing blanks, so that a log or grep loses nothing."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(f"[{_STYLES[cell]}]{cell}[/]" if cell in _STYLES else cell.replace("[", r"\[") for cell in row))
    console = Console()
    needed = Console(width=_UNBOUND).measure(table)
    if console.is_terminal:
        console.width = max(console.width, needed.minimum)
        console.print(table)
        return
    console = Console(width=needed.maximum, no_color=True)
    with console.capture() as printed:
        console.print(table)
    for line in printed.get().splitlines():
        print(line.rstrip())
