"""`fellesdrift evidence`: what was done in an attempt at a stage, as a page and as data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fellesdrift.commands.journal import reading
from fellesdrift.commands.options import DEFAULT_INVENTORY, Inventory, load

if TYPE_CHECKING:
    from fellesdrift.evidence import Evidence
    from fellesdrift.journal import Journal

Attempt = Annotated[str | None, typer.Option(help="The beginning of an attempt's id; the last one without it.")]
Html = Annotated[Path | None, typer.Option("--html", help="Write the page here.")]
Json = Annotated[Path | None, typer.Option("--json", help="Write the data here.")]


def evidence(
    municipality: Annotated[str, typer.Argument(help="Whose stage.")],
    stage: Annotated[str, typer.Argument(help="The stage's id.")],
    inventory: Inventory = DEFAULT_INVENTORY,
    attempt: Attempt = None,
    html: Html = None,
    json: Json = None,
) -> None:
    """The evidence of a cutover: what was done, what it rests on, and what proves it. Reads the journal, no device.

    Exit 0: the attempt has ended; 1: it has not, and the page says so; 2: an error, or the journal's chain is broken
    (FD604): what was asked for is written all the same, and says that it proves nothing.
    """
    from fellesdrift.evidence import gather  # other commands do not wait for it

    estate = load(inventory)
    with reading(estate) as journal:
        try:
            found = gather(estate, journal, municipality, stage, attempt)
        except (LookupError, ValueError, TypeError, AttributeError):
            _refuse_broken(journal)  # a record that was changed may say what nobody can read
            raise
        if html or json:
            _write(found, html, json)
        else:
            typer.echo(_told(found))
        if found.chain.verified is False:
            _refuse_broken(journal)
    if not found.ended:
        raise typer.Exit(1)


def _refuse_broken(journal: Journal) -> None:
    """FD604 in the journal's own words: who runs this from a script looks at stderr and the exit code, at no page."""
    journal.verify()


def _write(found: Evidence, html: Path | None, json: Path | None) -> None:
    from fellesdrift.evidence.page import page  # jinja2 only for who wants a page
    from fellesdrift.reports import files

    if html:
        files.write(html, page(found))
        typer.echo(f"wrote {html}")
    if json:
        files.write(json, found.as_json())
        typer.echo(f"wrote {json}")


def _told(found: Evidence) -> str:
    """The first page at a terminal."""
    summary = found.summary
    lines = [
        f"{summary.verdict}: {found.title}, {found.municipality_name}",
        f"  done:     {summary.done}",
        f"  for:      {summary.for_whom}",
        f"  ending:   {summary.ending}",
        *(f"  noticed:  {told}" for told in summary.noticed),
        *(f"  remains:  {told}" for told in summary.remains),
        f"  approves: {summary.approved}",
    ]
    return "\n".join(lines)
