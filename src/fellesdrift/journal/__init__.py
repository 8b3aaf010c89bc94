"""The journal: what is about to be done, on disk, before it is done; and the leases of who may do it.

`Journal` is loaded when it is asked for: it brings SQLAlchemy with it, for which a command that needs no journal, or
finds none, should not wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.journal.place import exists, refuse_ephemeral
from fellesdrift.journal.record import Link, Record

if TYPE_CHECKING:
    from fellesdrift.journal.store import Journal

__all__ = ["Journal", "Link", "Record", "exists", "refuse_ephemeral"]


def __getattr__(name: str) -> object:
    if name == "Journal":
        from fellesdrift.journal.store import Journal

        return Journal
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
