"""Retention: what the journal holds of people is erased in time, and the chain still verifies.

The chain holds only a digest of it, over a random salt that is erased with it, so that nobody can find a name out by
trying names. That something was erased, and of which records, is itself a record.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import tables
from fellesdrift.journal.failures import translated

if TYPE_CHECKING:
    from fellesdrift.journal.store import Journal

EVENT = "personal_erased"
_CHUNK = 500


def due(journal: Journal, days: int) -> list[int]:
    """The records whose personal data is older than that, by number."""
    cutoff = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds")
    wanted = (
        select(tables.personal.c.seq)
        .join_from(tables.personal, tables.records)
        .where(tables.records.c.at < cutoff)
        .order_by(tables.personal.c.seq)
    )
    with journal.view() as connection:
        return list(connection.execute(wanted).scalars())


def held_by(journal: Journal, record: int) -> list[int]:
    """That record, when it holds personal data. FD615 otherwise: somebody asked for more than can be done."""
    wanted = select(tables.personal.c.seq).where(tables.personal.c.seq == record)
    with journal.view() as connection:
        found = list(connection.execute(wanted).scalars())
        if found:
            return found
        told = connection.execute(
            select(tables.records.c.personal_digest).where(tables.records.c.seq == record)
        ).first()
    raise FellesdriftError(
        "FD615",
        f"record {record} holds nothing that could be erased",
        file=str(journal.place),
        key=f"record {record}",
        found="no such record" if told is None else ("never any" if told[0] is None else "erased already"),
        expected="a record with personal data",
        next_step="fellesdrift journal show names those that have some",
    )


def erase(journal: Journal, numbers: list[int], reason: str) -> None:
    """Delete what these records hold of people, for good, and write down that it was done. reason: for that record."""
    with journal.transaction() as connection:
        for start in range(0, len(numbers), _CHUNK):
            chunk = numbers[start : start + _CHUNK]
            connection.execute(tables.personal.delete().where(tables.personal.c.seq.in_(chunk)))
        journal.append("", "", "", "", EVENT, {"records": numbers, "reason": reason})
    with translated(journal.place):
        journal.sweep()
