"""`fellesdrift estate check`: the estate by itself, and what its roles make of its exchanges."""

from __future__ import annotations

import typer

from fellesdrift.commands.exchanges_read import exchanges_of
from fellesdrift.commands.options import roles_path
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Estate
from fellesdrift.estate.cli import Inventory, read, refuse
from fellesdrift.estate.overview import summary


def check(inventory: Inventory) -> None:
    """Check the estate: everything that is wrong, at once. Needs no vault password and reaches no device."""
    estate = read(inventory)
    wrong = _exchanges(estate)
    if wrong:
        raise refuse(wrong)
    typer.echo(summary(estate))


def _exchanges(estate: Estate) -> list[FellesdriftError]:
    """What every exchange should be when all stages are done: whether its numbers and codes fit together."""
    if estate.numbering is None:
        return []
    from fellesdrift.compose import compose  # an estate without exchanges does not wait for it

    completed = {(municipality, stage.id) for stage in estate.stages for municipality in stage.municipalities}
    wrong = []
    for host in exchanges_of(estate):
        try:
            compose(host, estate, completed, roles_path(estate))
        except FellesdriftError as error:
            wrong.append(error)
    return wrong
