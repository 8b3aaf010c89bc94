"""`fellesdrift twin watch`: whether services answer while the network is changed."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from fellesdrift.twin import process
from fellesdrift.twin.options import SOURCE, Inventory, Out, place_of

app = typer.Typer(
    no_args_is_help=True,
    help="Probe every service from every users' network, once a simulated second and after changes.",
)
AsJson = Annotated[bool, typer.Option("--json", help="Everything, each lost probe too, for scripts.")]


@app.command()
def start(inventory: Inventory = SOURCE, out: Out = None) -> None:
    """Begin, or begin anew: what a watch that is on has counted is forgotten."""
    before = _ask("start", inventory, out)
    typer.echo("the watch is on" if before is None else "the watch begins anew")


@app.command()
def report(inventory: Inventory = SOURCE, out: Out = None, as_json: AsJson = False) -> None:
    """Say what was seen until now; the watch goes on. Exit code 1 when a probe was lost."""
    _show(_ask("report", inventory, out) or {}, as_json)


@app.command()
def stop(inventory: Inventory = SOURCE, out: Out = None, as_json: AsJson = False) -> None:
    """End the watch and say what it saw. Exit code 1 when a probe was lost."""
    _show(_ask("stop", inventory, out) or {}, as_json)


def _ask(action: str, inventory: Inventory, out: Out) -> dict[str, Any] | None:
    answer = process.control(place_of(inventory, out), {"do": "watch", "action": action})
    seen: dict[str, Any] | None = answer["report"]
    return seen


def _show(seen: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(seen, ensure_ascii=False, indent=2))
    else:
        typer.echo(
            f"{seen['simulated_seconds']:g} simulated seconds, {seen['rounds']} rounds, "
            f"{seen['after_changes']} of them after a change"
        )
        columns = ("municipality", "from", "service", "sent", "lost", "longest gap (s)", "why")
        rows = [
            (
                flow["municipality"],
                flow["origin"],
                flow["service"] + ("" if flow["protected"] else " (not protected)"),
                str(flow["sent"]),
                str(flow["lost"]),
                f"{flow['longest_gap']:g}" + (" and still lost" if flow["down"] else ""),
                flow["reason"] or "-",
            )
            for flow in seen["flows"]
        ]
        console = Console()
        if console.is_terminal:
            table = Table(*columns)
            for row in rows:
                table.add_row(*row)
            console.print(table)
        else:
            for row in rows:
                typer.echo("\t".join(row))
    if any(flow["lost"] for flow in seen["flows"]):
        raise typer.Exit(1)
