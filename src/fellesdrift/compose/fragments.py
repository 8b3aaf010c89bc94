"""The fragments of a role: `roles/<role>/fragments/<group>.yml.j2`, one file for each group of hosts it speaks of.

A fragment is a Jinja2 template of a YAML mapping kind -> key -> attribute -> value. It sees

    host            the host it is rendered for (fellesdrift.estate.Host)
    estate          the whole estate
    municipalities  the municipalities that have completed the role's stage, in the estate's order
    completed       role -> keys of the municipalities that have completed a stage of it, for a resource that one role
                    owns and a later stage changes; a role that nobody has completed gives []
    the filters of filter_plugins/; those of numbers take `estate.numbering`
    zone_lists(), exit_list()   what the zone policy says of a firewall (fellesdrift.policy)
    <role>__*       the role's variables: defaults/main.yml, overlaid by the host's inventory variables

and nothing else: no facts, no journal, no clock, so that the same inventory always gives the same answer.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import yaml

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import dialling
from fellesdrift.estate.addresses import address_with_length, ios_mask, ios_network, ios_wildcard
from fellesdrift.policy import exit_list, zone_lists

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fellesdrift.estate import Estate, Host, Municipality

SUFFIX = ".yml.j2"


@dataclass(frozen=True)
class Fragment:
    """One rendered fragment. role, file: where it comes from. resources: kind -> key -> attribute -> value."""

    role: str
    file: Path
    resources: dict[str, dict[str, dict[str, Any]]]


def role_directory(role: str, roles_path: Sequence[Path]) -> Path:
    """Where the role lies; FD204 when it lies nowhere. A collection's role may be named in full."""
    name = role.rsplit(".", 1)[-1]
    for directory in roles_path:
        if (directory / name).is_dir():
            return directory / name
    raise FellesdriftError(
        code="FD204",
        problem=f"the role {role} was not found",
        key=role,
        found="no such folder in " + ", ".join(f"{path.name}/" for path in roles_path),
        expected="a role with a folder fragments/",
    )


def fragments_for(
    role: str,
    host: Host,
    estate: Estate,
    municipalities: Sequence[Municipality],
    completed: Mapping[str, list[str]],
    roles_path: Sequence[Path],
) -> list[Fragment]:
    """The role's fragments that speak of this host, rendered. FD202, FD203 when one cannot be used, FD801 when the
    zone policy cannot be written."""
    directory = role_directory(role, roles_path)
    found = []
    for file in sorted((directory / "fragments").glob(f"*{SUFFIX}")):
        if file.name.removesuffix(SUFFIX) in host.groups:
            variables = {name: value for name, value in _defaults(directory).items() if "__" in name} | host.variables
            context = variables | {
                "host": host,
                "estate": estate,
                "municipalities": list(municipalities),
                "completed": defaultdict(list, completed),
            }
            found.append(Fragment(role, file, _render(role, file, host.name, context)))
    return found


def _render(role: str, file: Path, host: str, context: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    where = f"roles/{role}/fragments/{file.name}"
    try:
        data = yaml.safe_load(_template(file, file.stat().st_mtime_ns).render(context))
    except (jinja2.TemplateError, yaml.YAMLError, TypeError, ValueError) as error:
        raise FellesdriftError(
            code="FD202",
            problem=f"the fragment cannot be rendered for {host}",
            host=host,
            file=where,
            found=" ".join(str(error).split()),
            expected="a template that renders to YAML for every host of the group",
        ) from error
    # a kind whose loop found nothing is written "interface:" with nothing below it
    data = {kind: keys or {} for kind, keys in data.items()} if isinstance(data, dict) else data or {}
    for path, value in _mappings(data):
        if not isinstance(value, dict):
            raise FellesdriftError(
                code="FD203",
                problem="the fragment is no mapping kind -> key -> attribute -> value",
                host=host,
                file=where,
                key=path or "(top)",
                found=type(value).__name__,
                expected="a mapping",
            )
    return {kind: {str(key): attributes for key, attributes in keys.items()} for kind, keys in data.items() if keys}


def _mappings(data: Any) -> list[tuple[str, Any]]:
    """Everything that must be a mapping, with its path: the whole, each kind, each key."""
    levels: list[tuple[str, Any]] = [("", data)]
    if isinstance(data, dict):
        for kind, keys in data.items():
            levels.append((f"{kind}", keys))
            if isinstance(keys, dict):
                levels.extend((f"{kind}/{key}", attributes) for key, attributes in keys.items())
    return levels


def _environment() -> jinja2.Environment:
    # The output is YAML for devices, not HTML: escaping would corrupt it. StrictUndefined: a typo must not become "".
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    for function in (address_with_length, ios_mask, ios_network, ios_wildcard, *dialling.FILTERS):
        environment.filters[function.__name__] = function
    environment.globals["zone_lists"] = zone_lists
    environment.globals["exit_list"] = exit_list
    return environment


_ENVIRONMENT = _environment()


@lru_cache(maxsize=256)
def _template(file: Path, _changed: int) -> jinja2.Template:
    return _ENVIRONMENT.from_string(file.read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def _defaults(directory: Path) -> dict[str, Any]:
    file = directory / "defaults" / "main.yml"
    return (yaml.safe_load(file.read_text(encoding="utf-8")) or {}) if file.is_file() else {}
