"""`fellesdrift journal`: make it, read it, check it, keep copies of it, and erase what is about people."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fellesdrift.commands.options import DEFAULT_INVENTORY, AsJson, Inventory, load
from fellesdrift.estate.places import shown

if TYPE_CHECKING:
    from fellesdrift.estate import Estate
    from fellesdrift.journal import Journal, Record

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
Municipality = Annotated[str | None, typer.Option(help="Only this municipality's records.")]
Copy = Annotated[Path, typer.Argument(help="The copy: JSON lines; its SHA-256 lies beside it.")]


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
    with reading(load(inventory)) as journal:
        for record in journal.records(municipality):
            typer.echo(_as_json(record) if as_json else _line(record))


@app.command("verify")
def verify(
    inventory: Inventory = DEFAULT_INVENTORY,
    file: Annotated[Path | None, typer.Option(help="Check an export or a backup instead, from the file alone.")] = None,
) -> None:
    """Check the hash chain, and all that it is over; names the first bad record."""
    if file is not None:
        from fellesdrift.journal import export_check

        told = export_check.check(file)
        typer.echo(f"{told.records} records of {told.estate}, the chain is whole; its head is {told.head}")
        return
    with reading(load(inventory)) as journal:
        typer.echo(f"{journal.verify()} records, the chain is whole; its head is {journal.head()[1]}")


@app.command("export")
def export(
    inventory: Inventory = DEFAULT_INVENTORY,
    out: Annotated[Path | None, typer.Option(help="A file that is not there yet; else it is printed.")] = None,
    personal: Annotated[bool, typer.Option("--personal", help="With what it holds of people.")] = False,
) -> None:
    """Write the records and their chain as JSON lines; `verify --file` checks them."""
    from fellesdrift.journal import exporting

    with reading(load(inventory)) as journal:
        if out is None:
            sys.stdout.writelines(exporting.lines(journal, personal=personal))
            sys.stdout.flush()
            journal.verify()  # who reads on must not take a broken chain for a whole one
            return
        told = exporting.write(journal, out, personal=personal)
    typer.echo(f"wrote {told.records} records to {out}; the chain's head is {told.head}")


@app.command("backup")
def backup(file: Copy, inventory: Inventory = DEFAULT_INVENTORY) -> None:
    """Write a whole copy, also while a stage is at work."""
    from fellesdrift.journal import backup as copies

    with reading(load(inventory)) as journal:
        told = copies.backup(journal, file)
    typer.echo(f"wrote {told.records} records to {file} and its digest to {copies.digest_beside(file)}")


@app.command("restore")
def restore(file: Copy, inventory: Inventory = DEFAULT_INVENTORY) -> None:
    """Make the estate's journal from a copy, where there is none. What is too old to be kept is erased again."""
    from fellesdrift.journal import Journal, personal, refuse_ephemeral
    from fellesdrift.journal import backup as copies

    estate = load(inventory)
    if estate.production:
        refuse_ephemeral(estate.journal)
    told = copies.restore(file, estate.journal, estate.name)
    with Journal.open(estate.journal, estate.name) as journal:
        if numbers := personal.due(journal, estate.retention):
            personal.erase(journal, numbers, f"older than {estate.retention} days")
    typer.echo(f"restored {told.records} records of {told.estate}; the chain is whole")


@app.command("upgrade")
def upgrade(inventory: Inventory = DEFAULT_INVENTORY) -> None:
    """Bring a journal of an older version forward; a copy is made first."""
    from fellesdrift.journal import migrations

    estate = load(inventory)
    _refuse_missing(estate)
    copy = migrations.upgrade(estate.journal, estate.name)
    typer.echo("nothing to do" if copy is None else f"done; the journal as it was: {copy}")


@app.command("erase")
def erase(
    inventory: Inventory = DEFAULT_INVENTORY,
    older_than: Annotated[int | None, typer.Option(min=0, help="Days; else fellesdrift_estate.retention.")] = None,
    record: Annotated[int | None, typer.Option(min=1, help="This record only, whatever its age.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Say what would be erased, and erase nothing.")] = False,
) -> None:
    """Erase what records hold of people, for good. The records stay, and the chain still verifies."""
    from fellesdrift.journal import Journal, personal

    estate = load(inventory)
    _refuse_missing(estate)
    days = estate.retention if older_than is None else older_than
    with reading(estate) if check else Journal.open(estate.journal, estate.name) as journal:
        numbers = personal.due(journal, days) if record is None else personal.held_by(journal, record)
        which = f": {', '.join(map(str, numbers))}" if numbers else ""
        if numbers and not check:
            personal.erase(journal, numbers, "asked for" if record is not None else f"older than {days} days")
    typer.echo(f"{'would erase' if check else 'erased'} the personal data of {len(numbers)} records{which}")


def reading(estate: Estate) -> Journal:
    """The estate's journal, to be read. FD602 when it is not there: nothing is known then, which is not nothing."""
    from fellesdrift.journal import Journal

    _refuse_missing(estate)
    return Journal.read_only(estate.journal, estate.name) or Journal.open(estate.journal, estate.name)


def _refuse_missing(estate: Estate) -> None:
    """FD602 with the inventory: the store does not know it, and `journal init` without one makes production's."""
    from fellesdrift.journal import exists
    from fellesdrift.journal.store import missing

    if not exists(estate.journal):
        raise missing(estate.journal, shown(estate.inventory_dir, estate.inventory_dir))


def _as_json(record: Record) -> str:
    return json.dumps({**record.__dict__, "at": record.at.isoformat()}, ensure_ascii=False)


def _line(record: Record) -> str:
    payload = record.payload or {}
    title = payload.get("title") or payload.get("reason") or payload.get("change") or ""
    where = f"{record.municipality or '-'}/{record.stage or 'day-2'}" if record.municipality else "-"
    people = "erased" if record.erased else ", ".join(map(str, (record.personal or {}).values()))
    when = f"{record.seq:>5}  {record.at:%Y-%m-%d %H:%M:%S}"
    return f"{when}  {where}  {record.host or '-'}  {record.event}  {title}{f'  [{people}]' if people else ''}".rstrip()
