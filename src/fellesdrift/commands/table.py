"""Tables for people: colour and box lines on a terminal only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

_STYLES = {"done": "green", "ok": "green", "pass": "green", "held": "bold red", "fail": "red", "running": "yellow"}


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; off a terminal it is as wide as its text, so that a log or grep loses nothing."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=500, no_color=True)
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(f"[{_STYLES[cell]}]{cell}[/]" if cell in _STYLES else cell.replace("[", r"\[") for cell in row))
    console.print(table)
