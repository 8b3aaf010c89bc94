"""A status without a journal: nothing is known then, and that must not look like an estate where nothing was done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from fellesdrift.cutover.status import Status, StatusRow

UNKNOWN = "unknown"
"""The state of a stage of which nothing can be told."""


def unknown(row: StatusRow) -> StatusRow:
    """The row without anything that would have been read off the journal; somebody has to look."""
    return replace(row, state=UNKNOWN, next="-", why_not=[], unfinished=True)


def told(status: Status, inventory: Path) -> list[str]:
    """What people are told before anything else; [] where there is a journal."""
    if status.journal_found:
        return []
    return [
        f"NO JOURNAL: there is none at {status.journal}",
        "nothing is known of what was done in this estate: it may be untouched, or half way",
        f"  the first time only: fellesdrift journal init -i {inventory}",
        "  else it was lost:    change nothing, and bring it back (docs/stops/journal.md)",
    ]
