"""`fellesdrift estate generate`: a region that does not exist, to try things on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[
    Path, typer.Option("-o", "--out", help="The inventory's folder; new or empty. Best below a folder `inventories`.")
]
Municipalities = Annotated[int, typer.Option(help="2 to 200, the one with the operations centre among them.")]
Hosts = Annotated[int, typer.Option(help="Devices, servers and exchanges together.")]
Seed = Annotated[int, typer.Option(help="Everything else is drawn from it: the same seed, the same files.")]
Servers = Annotated[bool, typer.Option(help="With servers and exchanges, or network devices alone.")]


def generate_region(
    out: Out, municipalities: Municipalities = 3, hosts: Hosts = 100, seed: Seed = 1, servers: Servers = True
) -> None:
    """Write a consistent estate of that size, with baseline snapshots of its devices. The same seed gives the same."""
    from fellesdrift.regions import Wanted, generate  # other commands do not wait for it

    folder = generate(out, Wanted(municipalities, hosts, seed, servers))
    typer.echo(f"{folder}: {municipalities} municipalities, {hosts} hosts, seed {seed}")
    typer.echo(f"check it:  fellesdrift estate check -i {folder}")
    typer.echo(f"its twin:  fellesdrift twin up -i {folder} --out {folder.parent / 'twin'}")
