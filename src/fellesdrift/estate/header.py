"""What a task on one host needs of the estate, without reading the rest of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fellesdrift.errors import FellesdriftErrors
from fellesdrift.estate import places
from fellesdrift.estate.build import read_estate
from fellesdrift.estate.draft import Draft, nowhere
from fellesdrift.journal_url import place_of


@dataclass(frozen=True)
class Header:
    """The estate's name, its journal (a file or a URL), whether it is production, the controller's address as the
    devices see it, how fast the devices' clocks run (1 but in a twin), and the project's folder."""

    name: str
    journal: Path | str
    production: bool
    controller: str
    speed: float
    project_dir: Path


def estate_header(variables: Mapping[str, Any], inventory_dir: Path) -> Header:
    """From fellesdrift_estate (and fellesdrift_twin), resolved. Raises FellesdriftErrors when they are wrong."""
    draft = Draft(inventory_dir=inventory_dir, groups={}, locate=nowhere, errors=[])
    read_estate(draft, variables)
    if draft.errors or draft.estate is None:
        raise FellesdriftErrors(draft.errors)
    project = places.project_dir(inventory_dir)
    return Header(
        name=draft.estate.name,
        journal=place_of(str(draft.twin.journal) if draft.twin else draft.estate.journal, project),
        production=draft.estate.production and draft.twin is None,
        controller=draft.estate.controller.address,
        speed=draft.twin.speed if draft.twin else 1.0,
        project_dir=project,
    )
