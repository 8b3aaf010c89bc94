"""The lines beneath the status' table: why a stage is where it is, what to type next, and what belongs to no stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.cutover.local_time import local_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fellesdrift.cutover.status import Status, StatusRow

_THEN = ", then: "
"""Between what is to be done by hand and the command that comes after it."""


def about(row: StatusRow) -> Iterator[str]:
    """What one stage has to say, the next command whole on a line of its own; nothing for a stage that has nothing."""
    who = f"{row.municipality} {row.stage}"
    reasons = [row.reason] if row.reason != "-" else []
    for text in dict.fromkeys([*reasons, *row.why_not]):
        yield f"{who}: {text}"
    if row.hosts != "-":
        yield f"{who}: hosts: {row.hosts}"
    if row.next != "-":
        by_hand, then, command = row.next.rpartition(_THEN)
        yield f"{who}: next: {by_hand}{then}".rstrip()
        yield f"  {command}"


def beside(found: Status) -> Iterator[str]:
    """What belongs to no single row: leases, open steps and windows, as lines; times in the estate's zone."""
    for lease in found.leases:
        until = local_time(lease.until, found.time_zone)
        how = f"renewed while it works, else until {until}" if lease.live else "its run is gone; the next one takes it"
        yield f"held:   {lease.name} by process {lease.process} on {lease.machine}, {how}"
    for step in found.steps:
        late = "OVERDUE since" if step.overdue else "until"
        yield (
            f"asked:  {step.municipality} {step.stage}: {step.title} ({step.step}), of the {step.role}, "
            f"{late} {local_time(step.deadline, found.time_zone)}"
        )
    for row in found.rows:
        if row.window and row.state in ("pending", "rolled back", "running", "stopped") and not row.window_past:
            yield f"window: {row.municipality} {row.stage}: {row.window}"
    for row in found.rows:
        if row.state == "done" and row.reversible:
            yield f"back:   {row.municipality} {row.stage} can still be taken back; nobody has declared it final"
