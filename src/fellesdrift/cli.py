"""`fellesdrift`: the scriptable front door.

Exit codes: 0 as asked, 1 a difference or an unfinished state was found, 2 an error (its text is on stderr).
"""

from __future__ import annotations

import sys

import typer

from fellesdrift import __version__
from fellesdrift.commands import compose, drift_reports, evidence, generate, journal, rehearse, status
from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate.cli import app as estate_app
from fellesdrift.twin.cli import app as twin_app

estate_app.command("generate")(generate.generate_region)

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(estate_app, name="estate", help="Check the estate, list its assumptions, draw it; make one up.")
app.add_typer(twin_app, name="twin", help="The twin: every network device of an inventory, simulated on this machine.")
app.add_typer(journal.app, name="journal", help="The journal: what was done, in order.")
app.command("status")(status.status)
app.command("evidence")(evidence.evidence)
app.command("compose")(compose.compose_host)
app.add_typer(drift_reports.app, name="drift")
app.command("rehearse")(rehearse.rehearse)


@app.command("version")
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """Run the command line; a FellesdriftError is printed as it is, without a traceback, and ends with 2."""
    try:
        app()
    except (FellesdriftError, FellesdriftErrors) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
