"""`fellesdrift journal`: make it, read it, check its chain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from fellesdrift.commands.options import DEFAULT_INVENTORY, AsJson, Inventory, load

if TYPE_CHECKING:
    from fellesdrift.estate import Estate
    from fellesdrift.journal import Journal

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
Municipality = Annotated[str | None, typer.Option(help="Only this municipality's records.")]


@app.command("init")
def init(inventory: Inventory = DEFAULT_INVENTORY) -> None:
    """Make the estate's journal, once. An existing journal is never touched."""
    from fellesdrift.journal import Journal, refuse_ephemeral  # other commands do not wait for it

    estate = load(inventory)
    if estate.production:
        refuse_ephemeral(estate.journal)
    with Journal.create(estate.journal, estate.name) as journal:
        typer.echo(f"made {journal.place} for {estate.name}")


@app.command("show")
def show(inventory: Inventory = DEFAULT_INVENTORY, municipality: Municipality = None, as_json: AsJson = False) -> None:
    """Print the records, oldest first."""
    with _opened(load(inventory)) as journal:
        for record in journal.records(municipality):
            if as_json:
                fields = {**record.__dict__, "at": record.at.isoformat()}
                typer.echo(json.dumps(fields, ensure_ascii=False))
            else:
                payload = record.payload or {}
                title = payload.get("title") or payload.get("reason") or payload.get("change") or ""
                where = f"{record.municipality}/{record.stage or 'day-2'}"
                when = f"{record.seq:>5}  {record.at:%Y-%m-%d %H:%M:%S}"
                typer.echo(f"{when}  {where}  {record.host or '-'}  {record.event}  {title}")


@app.command("verify")
def verify(inventory: Inventory = DEFAULT_INVENTORY) -> None:
    """Check the hash chain and every payload; names the first bad record."""
    with _opened(load(inventory)) as journal:
        typer.echo(f"{journal.verify()} records, the chain is whole")


def _opened(estate: Estate) -> Journal:
    from fellesdrift.journal import Journal

    return Journal.read_only(estate.journal, estate.name) or Journal.open(estate.journal, estate.name)
