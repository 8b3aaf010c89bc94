"""`fellesdrift drift report` and `fellesdrift drift publish`: what a run found, told to people and other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fellesdrift.commands.drift import drift

_FILE = Annotated[Path, typer.Argument(metavar="LEDGER", help="ledger.json of a run, or the folder that it is in.")]
_ZONE = Annotated[
    str | None, typer.Option("--time-zone", help="Local times beside UTC: a name such as Europe/Oslo (the estate's).")
]


def report(
    ledger: _FILE,
    html: Annotated[Path | None, typer.Option("--html", help="Write one HTML page.")] = None,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML.")] = None,
    json: Annotated[Path | None, typer.Option("--json", help="Write the ledger itself, checked.")] = None,
    time_zone: _ZONE = None,
) -> None:
    """Tell what a run found: at the terminal, and in the files that are asked for. Exit 0 whatever it found; FD703 when
    the ledger cannot be trusted."""
    from fellesdrift.drift import ledger as ledgers  # other commands do not wait for these
    from fellesdrift.reports import files, text
    from fellesdrift.reports.junit import junit as as_junit
    from fellesdrift.reports.page import page
    from fellesdrift.reports.terminal import show

    found = ledgers.read(ledger / ledgers.FILE if ledger.is_dir() else ledger)
    zone = text.time_zone(time_zone or found.time_zone or None)
    if html is not None:
        files.write(html, page(found, zone))
    if junit is not None:
        files.write(junit, as_junit(found))
    if json is not None:
        files.write(json, found.as_json())
    show(found, zone)


def publish(
    runs: Annotated[Path, typer.Argument(help="Folder of the runs, each in a folder such as 20261122T030000Z.")],
    to: Annotated[Path, typer.Argument(help="What is public: a link that is replaced as a whole.")],
    keep: Annotated[int, typer.Option("--keep", min=1, help="Runs that are kept.")] = 60,
    time_zone: _ZONE = None,
) -> None:
    """Make the newest run public: index.html, report.xml, ledger.json, status.json. A run that left no ledger is said
    to be incomplete, above the page of the last that ended. Exit 0 when it is published, whatever it found."""
    from fellesdrift.reports import text
    from fellesdrift.reports.publish import publish as make_public

    status = make_public(runs, to.absolute(), keep, text.time_zone(time_zone))
    typer.echo(f"published {status['folder']}: {status['outcome']}, coverage {status['coverage']:.1%}")


app = typer.Typer()
app.callback(invoke_without_command=True)(drift)
app.command("report")(report)
app.command("publish")(publish)
