"""The estate out of the variables that Ansible has resolved for a task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import COLLECTION

from fellesdrift.cutover.progress import completed_in
from fellesdrift.estate import Estate, estate_from_variables, places


def estate_of(variables: dict[str, Any]) -> Estate:
    """The whole estate, checked. FellesdriftErrors with everything that is wrong with it."""
    hostvars = variables["hostvars"]
    groups = {str(name): [str(host) for host in hosts] for name, hosts in variables["groups"].items()}
    return estate_from_variables(
        groups, {str(name): hostvars[name] for name in hostvars}, Path(str(variables["inventory_dir"]))
    )


def completed_with(estate: Estate, role: str | None, municipalities: list[str]) -> set[tuple[str, str]]:
    """What the journal has as completed, and the stages of `role`, taken as completed by these municipalities."""
    stages = [stage.id for stage in estate.stages if role in (stage.role, stage.role_name)]
    return completed_in(estate) | {(name, stage) for stage in stages for name in municipalities}


def roles_path(project_dir: Path) -> list[Path]:
    """Where roles lie: beside the estate's inventories first, then in this collection."""
    return places.roles_dirs(project_dir, COLLECTION)


def plain(value: Any) -> Any:
    """Ansible's tagged and lazy containers as plain data, so that YAML, JSON and pydantic take them."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return value if kind is bool else kind(value)
    return value
