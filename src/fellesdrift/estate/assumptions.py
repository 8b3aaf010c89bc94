"""Everything in an estate that is assumed, and why: what is to be asked for before it is relied upon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fellesdrift.estate.models import Estate, Record


@dataclass(frozen=True)
class Assumption:
    """kind: "link", "host", ...; name: its key; reason: in the words of the inventory."""

    kind: str
    name: str
    reason: str


def assumptions(estate: Estate) -> list[Assumption]:
    """All of them, in the order of the inventory's files: the estate, members, zones, sites, links, ..., hosts."""
    return [Assumption(kind, name, record.reason or "") for kind, name, record in _records(estate) if record.assumed]


def _records(estate: Estate) -> Iterator[tuple[str, str, Record]]:
    yield "estate", estate.name, estate
    for kind, records in (
        ("municipality", estate.municipalities),
        ("zone", estate.zones),
        ("site", estate.sites),
        ("link", estate.links),
        ("external", estate.externals),
    ):
        for name, record in records.items():
            yield kind, name, record
    for external in estate.externals.values():
        for name, host in external.hosts.items():
            yield "external host", name, host
    for name, service in estate.services.items():
        yield "service", name, service
    for stage in estate.stages:
        yield "stage", stage.id, stage
    for name, device in estate.hosts.items():
        yield "host", name, device
