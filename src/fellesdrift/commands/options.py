"""Options that several commands share, and how they find the roles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fellesdrift.estate.places import project_dir, roles_dirs

if TYPE_CHECKING:
    from fellesdrift.estate import Estate

DEFAULT_INVENTORY = Path("inventories/production")

Inventory = Annotated[Path, typer.Option("--inventory", "-i", help="An Ansible inventory.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for scripts.")]


def load(inventory: Path) -> Estate:
    """The estate; Ansible, which takes half a second to load, only when a command comes to it."""
    from fellesdrift.estate import load_estate

    return load_estate([inventory])


def roles_path(estate: Estate) -> list[Path]:
    """The folders that hold roles: beside the estate's inventories first, then where the command is run."""
    return roles_dirs(project_dir(estate.inventory_dir), Path.cwd())
