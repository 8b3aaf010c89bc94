"""What an operator types next: every stop prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from fellesdrift.estate.places import project_dir

if TYPE_CHECKING:
    from pathlib import Path

    from fellesdrift.cutover.progress import StageProgress


class Placed(Protocol):
    """Whatever knows the folder of its inventory: an estate, or what of one is known when a run is cut off."""

    @property
    def inventory_dir(self) -> Path: ...


def playbook_command(estate: Placed, playbook: str, municipality: str, stage: str | None = None) -> str:
    """The command line of a playbook for this estate, with the inventory as seen from the project's folder."""
    command = f"ansible-playbook playbooks/{playbook}.yml -i {_inventory(estate)} -e municipality={municipality}"
    return f"{command} -e stage={stage}" if stage else command


def stage_command(estate: Placed, verb: str, municipality: str, stage: str) -> str:
    """The command line of `fellesdrift stage VERB` for this estate. What is final needs a reason, for the journal."""
    reason = ' --reason "it has proven itself"' if verb == "finalize" else ""
    return f"fellesdrift stage {verb} -i {_inventory(estate)} {municipality} {stage}{reason}"


def status_command(estate: Placed) -> str:
    """The command line of `fellesdrift status` for this estate."""
    return f"fellesdrift status -i {_inventory(estate)}"


def mend_command(estate: Placed) -> str:
    """The command line that brings a host to what is written down of it, as a change with a name."""
    return f"ansible-playbook playbooks/mend.yml -i {_inventory(estate)} --limit HOST -e change=NAME"


def next_command(estate: Placed, progress: StageProgress) -> str:
    """What to type next for a stage that stands where it stands; "-" where nothing is to be done."""
    key = (progress.municipality, progress.stage)
    match progress.state:
        case "pending" | "rolled back":
            return playbook_command(estate, "plan", progress.municipality)
        case "held":
            return f"mend {', '.join(progress.held_hosts)}, then: {stage_command(estate, 'reconcile', *key)}"
        case "running" | "stopped" | "going back":
            # rollback.yml takes all of it back; of a run that takes some in, only they are to go back
            back = progress.on_way_back and not progress.taking_in
            return playbook_command(estate, "rollback" if back else "cutover", *key)
        case _:
            return playbook_command(estate, "cutover", *key) if progress.left else "-"


def _inventory(estate: Placed) -> Path:
    inventory, project = estate.inventory_dir, project_dir(estate.inventory_dir)
    return inventory.relative_to(project) if inventory.is_relative_to(project) else inventory
