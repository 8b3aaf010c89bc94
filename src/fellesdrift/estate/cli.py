"""`fellesdrift estate`: list what is assumed in an estate and its systems, draw it.

What checks it, and what makes one up, is in `fellesdrift.commands`: the estate knows nothing of roles and of regions.

Exit codes: 0 as asked, 2 an error (its text is on stderr).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate import picture as drawing
from fellesdrift.estate import places
from fellesdrift.estate.assumptions import assumptions as all_assumptions
from fellesdrift.estate.models import Estate
from fellesdrift.estate.overview import systems_table

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)

Inventory = Annotated[
    list[Path],
    typer.Option("-i", "--inventory", help="An inventory folder or file, as for ansible-playbook. May be given again."),
]


def read(sources: list[Path]) -> Estate:
    """The estate, or its errors on stderr and exit code 2."""
    # Ansible takes most of a second to import: only when an inventory is read.
    from fellesdrift.estate.inventory.loader import load_estate

    # Roles lie beside the inventories, and in the clone that the command is run from.
    roles = places.roles_dirs(places.project_of(sources[0].absolute()), Path.cwd())
    try:
        return load_estate(sources, roles_dirs=roles or None)
    except FellesdriftErrors as errors:
        raise refuse(errors.errors) from errors


def refuse(errors: list[FellesdriftError]) -> typer.Exit:
    """Tell all errors on stderr; what is given back ends the command with exit code 2."""
    typer.echo("\n".join(str(error) for error in errors), err=True)
    count = len(errors)
    typer.echo(f"\n{count} error{'' if count == 1 else 's'}. What each code means: docs/errors/", err=True)
    return typer.Exit(2)


@app.command()
def systems(inventory: Inventory) -> None:
    """List the systems: what each municipality has today, what is recommended, what is decided, and how far it is."""
    estate = read(inventory)
    columns, rows = systems_table(estate)
    console = Console()
    if not console.is_terminal:
        # For a spreadsheet or cut: nothing is folded, and no column is as wide as its widest cell.
        for row in (columns, *rows):
            typer.echo("\t".join(row))
        return
    table = Table(title=f"Systems of {estate.name}", title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console.print(table)


@app.command()
def assumptions(inventory: Inventory) -> None:
    """List everything that is assumed, and why."""
    estate = read(inventory)
    table = Table("what", "name", "why", title=f"Assumed in {estate.name}", title_justify="left", box=box.SIMPLE_HEAD)
    console = Console()
    names: dict[tuple[str, str], list[str]] = {}
    for assumption in all_assumptions(estate):
        names.setdefault((assumption.kind, assumption.reason), []).append(assumption.name)
    for (kind, reason), of_reason in names.items():
        # For a reader one row a reason; off a terminal one line a record: a log or grep loses nothing.
        for name in [", ".join(of_reason)] if console.is_terminal else of_reason:
            table.add_row(kind, name, escape(reason))
    (console if console.is_terminal else Console(width=500, no_color=True)).print(table)


@app.command()
def picture(
    inventory: Inventory,
    municipality: Annotated[
        str | None, typer.Option("--municipality", help="Draw this one only, with its lines to the others.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Where to write; .dot and .svg are added. [docs/pictures/NAME, or estate]"),
    ] = None,
) -> None:
    """Draw the estate: DOT text, and an SVG where graphviz is installed."""
    estate = read(inventory)
    path = out if out is not None else Path("docs/pictures") / (municipality or "estate")
    try:
        written = drawing.render(estate, path, municipality)
    except FellesdriftError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    for path in written:
        typer.echo(path)
    if len(written) == 1:
        typer.echo("No SVG: the program `dot` (Debian's package graphviz) is not installed.", err=True)
