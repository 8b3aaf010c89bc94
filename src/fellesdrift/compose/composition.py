"""Joins all fragments of a host into its desired resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fellesdrift.compose.fragments import fragments_for
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.numbering_checks import EXCHANGES

if TYPE_CHECKING:
    from collections.abc import Sequence, Set
    from pathlib import Path

    from fellesdrift.estate import Estate, Host, Municipality

type Resources = dict[str, dict[str, dict[str, Any]]]
type Claims = dict[tuple[str, str, str], str]
"""(kind, key, attribute) -> the role that claims it."""


def compose(host: str, estate: Estate, completed: Set[tuple[str, str]], roles_path: Sequence[Path]) -> Resources:
    """The desired resources of a host, kind -> key -> attribute -> value.

    completed   (municipality, stage id) pairs
    roles_path  folders that hold roles, searched in order
    Raises FD201 when two roles claim one attribute differently, FD202 to FD204 when a fragment cannot be used, FD473 to
    FD475 when the numbers of an exchange do not fit together.
    """
    return compose_claims(host, estate, completed, roles_path)[0]


def compose_claims(
    host: str, estate: Estate, completed: Set[tuple[str, str]], roles_path: Sequence[Path]
) -> tuple[Resources, Claims]:
    """As compose(), with the role behind each attribute."""
    resources: Resources = {}
    claims: Claims = {}
    record = estate.hosts[host]
    by_role = completed_by_role(estate, completed)
    for stage in estate.stages:
        concerned = _concerned(record, estate, stage.id, completed)
        if not concerned:
            continue
        for fragment in fragments_for(stage.role, record, estate, concerned, by_role, roles_path):
            _join(host, resources, claims, fragment.role, fragment.resources)
    if resources and record.platform in EXCHANGES:
        _check_numbers(host, resources, estate, completed)
    return resources, claims


def _check_numbers(host: str, resources: Resources, estate: Estate, completed: Set[tuple[str, str]]) -> None:
    """An exchange's numbers and codes fit together, and are its own by the plan."""
    from fellesdrift.numbering.desired import check_desired  # most hosts are no exchanges

    stage = estate.numbering.stage if estate.numbering is not None else None
    moved = [name for name in estate.municipalities if (name, stage) in completed]
    check_desired(host, resources, estate.numbering, moved)


def completed_by_role(estate: Estate, completed: Set[tuple[str, str]]) -> dict[str, list[str]]:
    """role, without its collection -> keys of the municipalities that have completed a stage of it."""
    found: dict[str, list[str]] = {}
    for stage in estate.stages:
        for name in estate.municipalities:
            if (name, stage.id) in completed:
                keys = found.setdefault(stage.role_name, [])
                keys += [] if name in keys else [name]
    return found


def _concerned(host: Host, estate: Estate, stage: str, completed: Set[tuple[str, str]]) -> list[Municipality]:
    """The municipalities whose completed stage speaks of this host: its own, or all of them where the host is the
    platform's."""
    return [
        municipality
        for name, municipality in estate.municipalities.items()
        if (name, stage) in completed and host.municipality in (name, estate.host_municipality)
    ]


def _join(host: str, resources: Resources, claims: Claims, role: str, fragment: Resources) -> None:
    for kind, keys in fragment.items():
        for key, attributes in keys.items():
            present = resources.setdefault(kind, {}).setdefault(key, {})
            for attribute, value in attributes.items():
                claim = (kind, key, attribute)
                if attribute in present and present[attribute] != value:
                    raise FellesdriftError(
                        code="FD201",
                        problem=f"the roles {claims[claim]} and {role} claim one attribute differently",
                        host=host,
                        key="/".join(claim),
                        found=f"{role}: {value!r}",
                        expected=f"{claims[claim]}: {present[attribute]!r}",
                        next_step="let one role own it, or give both the same value",
                    )
                present[attribute] = value
                claims.setdefault(claim, role)
