"""What an operator types next: every stop prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.estate.places import project_dir

if TYPE_CHECKING:
    from fellesdrift.estate import Estate


def playbook_command(estate: Estate, playbook: str, municipality: str, stage: str | None = None) -> str:
    """The command line of a playbook for this estate, with the inventory as seen from the project's folder."""
    inventory, project = estate.inventory_dir, project_dir(estate.inventory_dir)
    if inventory.is_relative_to(project):
        inventory = inventory.relative_to(project)
    command = f"ansible-playbook playbooks/{playbook}.yml -i {inventory} -e municipality={municipality}"
    return f"{command} -e stage={stage}" if stage else command
