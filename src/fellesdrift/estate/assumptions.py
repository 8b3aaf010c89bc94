"""Everything in an estate that is assumed, and why: what is to be asked for before it is relied upon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fellesdrift.estate.models import Estate
from fellesdrift.estate.records import Record


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
    before: tuple[tuple[str, Mapping[str, Record]], ...] = (
        ("municipality", estate.municipalities),
        ("zone", estate.zones),
        ("site", estate.sites),
        ("link", estate.links),
        ("external", estate.externals),
    )
    for kind, records in before:
        yield from ((kind, name, record) for name, record in records.items())
    for external in estate.externals.values():
        for name, host in external.hosts.items():
            yield "external host", name, host
    after: tuple[tuple[str, Mapping[str, Record]], ...] = (
        ("service", estate.services),
        ("role", estate.roles),
        ("contact", estate.contacts),
        ("system", estate.systems),
        ("application", estate.applications),
        ("policy", {rule.id: rule for rule in estate.policy}),
        ("stage", {stage.id: stage for stage in estate.stages}),
        ("manual step", {f"{stage.id} {step.id}": step for stage in estate.stages for step in stage.steps}),
        ("window", {f"{window.municipality} {window.stage}": window for window in estate.windows}),
    )
    for kind, records in after:
        yield from ((kind, name, record) for name, record in records.items())
    if estate.numbering is not None:
        yield "numbering plan", estate.name, estate.numbering
        for kind, records in (
            ("extensions", estate.numbering.ranges),
            ("special number", estate.numbering.special_numbers),
            ("trunk line", estate.numbering.trunks),
        ):
            yield from ((kind, name, record) for name, record in records.items())
    for name, device in estate.hosts.items():
        yield "host", name, device
