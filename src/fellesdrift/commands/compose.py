"""`fellesdrift compose`: the desired resources of a host, as data."""

from __future__ import annotations

from typing import Annotated

import typer

from fellesdrift.commands.options import DEFAULT_INVENTORY, Inventory, load, roles_path
from fellesdrift.errors import FellesdriftError

With = Annotated[
    list[str] | None, typer.Option("--with", help="MUNICIPALITY:STAGE, taken as completed. May be repeated.")
]


def compose_host(host: str, inventory: Inventory = DEFAULT_INVENTORY, with_stages: With = None) -> None:
    """Print what a host should be, as YAML, with the role behind each claim; empty where nothing is claimed."""
    # Other commands do not wait for these.
    import yaml

    from fellesdrift.compose import compose_claims
    from fellesdrift.cutover.progress import completed_in

    estate = load(inventory)
    if host not in estate.hosts:
        raise FellesdriftError(
            "FD205", "there is no such host", host=host, expected=f"one of {', '.join(estate.hosts)}"
        )
    done = completed_in(estate)
    for pair in with_stages or []:
        municipality, _, stage = pair.partition(":")
        estate.stage(stage)
        done.add((municipality, stage))
    resources, claims = compose_claims(host, estate, done, roles_path(estate))
    typer.echo(yaml.safe_dump({"resources": resources}, sort_keys=True, allow_unicode=True), nl=False)
    typer.echo(f"# claimed by: {', '.join(sorted(set(claims.values()))) or 'nobody'}")
