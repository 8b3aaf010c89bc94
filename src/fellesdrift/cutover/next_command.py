"""What an operator types next: every stop prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.estate.places import project_dir

if TYPE_CHECKING:
    from pathlib import Path

    from fellesdrift.estate import Estate


def playbook_command(estate: Estate, playbook: str, municipality: str, stage: str | None = None) -> str:
    """The command line of a playbook for this estate, with the inventory as seen from the project's folder."""
    command = f"ansible-playbook playbooks/{playbook}.yml -i {_inventory(estate)} -e municipality={municipality}"
    return f"{command} -e stage={stage}" if stage else command


def stage_command(estate: Estate, verb: str, municipality: str, stage: str) -> str:
    """The command line of `fellesdrift stage VERB` for this estate."""
    return f"fellesdrift stage {verb} -i {_inventory(estate)} {municipality} {stage}"


def _inventory(estate: Estate) -> Path:
    inventory, project = estate.inventory_dir, project_dir(estate.inventory_dir)
    return inventory.relative_to(project) if inventory.is_relative_to(project) else inventory
