"""`fellesdrift rehearse`: the whole move of one or several municipalities on a twin of the estate, on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fellesdrift.commands.options import DEFAULT_INVENTORY, Inventory
from fellesdrift.errors import FellesdriftError

MunicipalityOption = Annotated[
    str,
    typer.Option("--municipality", "-m", help="Who moves: one, several with commas, or `all`, one after the other."),
]
OutOption = Annotated[Path, typer.Option("--out", help="Where the twin's inventory is made.")]
ChaosOption = Annotated[
    str | None,
    typer.Option(
        "--chaos", metavar="SEEDS", help="Break devices, lines and the controller meanwhile: a seed, or 1..50 or 3,8."
    ),
]
StageOption = Annotated[str, typer.Option("--stage", help="With --chaos: the stage that is run.")]
KeepOption = Annotated[bool, typer.Option("--keep", help="Leave the twin up and the stages done, to look around.")]
AgainOption = Annotated[
    bool, typer.Option("--again", help="Once all is back, move them a second time: it has to end the same.")
]


def rehearse(
    municipality: MunicipalityOption = "sande",
    inventory: Inventory = DEFAULT_INVENTORY,
    out: OutOption = Path("inventories/twin"),
    keep: KeepOption = False,
    again: AgainOption = False,
    chaos: ChaosOption = None,
    stage: StageOption = "wan_link",
) -> None:
    """Twin up, plan, cutover, status, a second run, rollback, twin down, with users' services watched throughout.

    Exit 0 only when all was as it should be.
    """
    if not Path("playbooks/cutover.yml").is_file():
        raise FellesdriftError(
            "FD663",
            "this is not the project's folder",
            found=f"no playbooks/ in {Path.cwd().name}",
            expected="the clone's top folder",
        )
    if chaos is not None:
        from fellesdrift.commands.chaos import rehearse_in_chaos

        if not rehearse_in_chaos(chaos, inventory, out, municipality, stage):
            raise typer.Exit(2)
        return
    from fellesdrift.commands.rehearsal import Rehearsal

    if not Rehearsal([name.strip() for name in municipality.split(",")], inventory, out).run(keep, again):
        raise typer.Exit(2)
