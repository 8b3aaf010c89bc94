"""Options that the twin's commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Inventory = Annotated[Path, typer.Option("-i", "--inventory", help="The inventory to simulate.")]
Out = Annotated[Path | None, typer.Option("--out", help="Folder of the twin's inventory; by default beside the source")]
SOURCE = Path("inventories/production")


def place_of(inventory: Path, out: Path | None) -> Path:
    """The folder of the twin's inventory."""
    return out if out is not None else inventory.parent / "twin"
