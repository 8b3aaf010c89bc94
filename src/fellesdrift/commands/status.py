"""`fellesdrift status`: municipality x stage, who holds what, what is next and why not."""

from __future__ import annotations

import typer

from fellesdrift.commands.options import DEFAULT_INVENTORY, AsJson, Inventory
from fellesdrift.commands.status_run import print_rows, run

__all__ = ["print_rows", "status"]


def status(inventory: Inventory = DEFAULT_INVENTORY, as_json: AsJson = False) -> None:
    """Where each stage of each municipality stands, who holds what, what is next and why not. Reads no device.

    Exit 0: nothing waits for anybody; 1: a stage is unfinished and nobody is at work (running without a live run,
    stopped, held, going back); 2: an error; 3: there is no journal, so that nothing is known.
    """
    raise typer.Exit(run(inventory, as_json=as_json))
