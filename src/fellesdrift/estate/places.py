"""Where an estate's files are, and how their names are shown: from the project, the same on every machine."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=64)  # the same few inventories, asked about for every host
def project_dir(inventory_dir: Path) -> Path:
    """The folder above `inventories`, or the inventory's own folder when it stands in none."""
    for folder in (inventory_dir, *inventory_dir.parents):
        if folder.name == "inventories":
            return folder.parent
    return inventory_dir


def project_of(source: Path) -> Path:
    """The project that an inventory belongs to, a file or a folder; absolute."""
    return project_dir(source if source.is_dir() else source.parent)


def roles_dirs(project: Path, own: Path) -> list[Path]:
    """The folders that hold roles: the project's first, then those of `own`, a clone or an installed collection."""
    return [folder for folder in dict.fromkeys((project / "roles", own / "roles")) if folder.is_dir()]


def shown(path: Path, inventory_dir: Path) -> str:
    """`path` from the project, or from the folder above the inventory, or as it is when it is elsewhere."""
    project = project_dir(inventory_dir)
    for base in (project, project.parent):
        if path != base and path.is_relative_to(base):
            return str(path.relative_to(base))
    return str(path)
