"""What is asked of the journal. Every question has an index, so that a long journal answers as a short one does."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, literal, or_, select, union_all

from fellesdrift.journal import tables
from fellesdrift.journal.record import Link, Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Select, Subquery

_R, _P = tables.records.c, tables.personal.c
_RECORDS = select(
    _R.seq, _R.at, _R.municipality, _R.stage, _R.attempt, _R.host, _R.event, _R.payload, _R.personal_digest, _P.body
)


def records(connection: Connection, municipality: str | None, stage: str | None, host: str | None) -> list[Record]:
    """See Journal.records."""
    return [_record(tuple(row)) for row in connection.execute(records_statement(municipality, stage, host))]


@lru_cache(maxsize=256)
def records_statement(municipality: str | None, stage: str | None, host: str | None) -> Select[Any]:
    """Narrowed by what is not None."""
    wanted = _RECORDS.select_from(tables.records.outerjoin(tables.personal)).order_by(_R.seq)
    for column, value in ((_R.municipality, municipality), (_R.stage, stage), (_R.host, host)):
        if value is not None:
            wanted = wanted.where(column == value)
    return wanted


def current(connection: Connection, municipality: str | None, stage: str | None) -> list[Record]:
    """See Journal.current."""
    return [_record(tuple(row)) for row in connection.execute(current_statement(municipality, stage))]


@lru_cache(maxsize=256)  # putting it together takes longer than the database takes to answer it
def current_statement(municipality: str | None, stage: str | None) -> Select[Any]:
    """A stage's latest attempt begins at the last `opened` that is of another attempt than the one before it; a stage
    that was never opened has all its records."""
    starts = _starts(municipality, stage)
    at_work = tables.records.join(
        starts, (_R.stage == starts.c.stage) & (_R.municipality == starts.c.municipality) & (_R.seq >= starts.c.start)
    )
    return _RECORDS.select_from(at_work.outerjoin(tables.personal)).order_by(_R.seq)


def since(connection: Connection, municipality: str, stage: str, seq: int) -> list[Record]:
    """See Journal.since."""
    asked = {"municipality": municipality, "stage": stage, "after": seq}
    return [_record(tuple(row)) for row in connection.execute(_SINCE, asked)]


_SINCE = (
    _RECORDS.select_from(tables.records.outerjoin(tables.personal))
    .where(_R.stage == bindparam("stage"), _R.municipality == bindparam("municipality"), _R.seq > bindparam("after"))
    .order_by(_R.seq)
)


def links(connection: Connection, municipality: str, stage: str) -> dict[int, Link]:
    """See Journal.links."""
    wanted = (
        select(_R.seq, _R.payload_digest, _R.previous, _R.chain, _R.payload, _R.personal_digest, _P.seq)
        .select_from(tables.records.outerjoin(tables.personal))
        .where(_R.municipality == municipality, _R.stage == stage)
        .order_by(_R.seq)
    )
    return {
        row[0]: Link(row[1], row[2], row[3], row[4] is None or (row[5] is not None and row[6] is None))
        for row in connection.execute(wanted)
    }


def _starts(municipality: str | None, stage: str | None) -> Subquery:
    """(municipality, stage, start): the number from which on a stage's records count."""

    def narrowed(wanted: Select[Any], table: Any) -> Select[Any]:
        wanted = wanted.where(table.municipality == municipality) if municipality is not None else wanted
        return wanted.where(table.stage == stage) if stage is not None else wanted.where(table.stage != "")

    earlier = func.lag(_R.attempt).over(partition_by=(_R.municipality, _R.stage), order_by=_R.seq)
    # spelled as in the index's own condition, which a bound value would not match
    is_opened = tables.records.c.event == literal("opened", literal_execute=True)
    opened = narrowed(select(_R.municipality, _R.stage, _R.seq, _R.attempt, earlier.label("earlier")), _R)
    openings = opened.where(is_opened).subquery("openings")
    begun = (
        select(openings.c.municipality, openings.c.stage, func.max(openings.c.seq).label("start"))
        .where(or_(openings.c.earlier.is_(None), openings.c.earlier != openings.c.attempt))
        .group_by(openings.c.municipality, openings.c.stage)
    )
    known = narrowed(select(_R.municipality, _R.stage).distinct(), _R).subquery("known")
    ever = tables.records.alias("ever")
    never = select(known.c.municipality, known.c.stage, literal(0)).where(
        ~select(ever.c.seq)
        .where(
            ever.c.municipality == known.c.municipality,
            ever.c.stage == known.c.stage,
            ever.c.event == literal("opened", literal_execute=True),
        )
        .exists()
    )
    return union_all(begun, never).subquery("starts")


def _record(row: Sequence[Any]) -> Record:
    seq, at, municipality, stage, attempt, host, event, payload, personal_digest, body = row
    return Record(
        seq,
        datetime.fromisoformat(at),
        municipality,
        stage,
        attempt,
        host,
        event,
        None if payload is None else json.loads(payload),
        None if body is None else json.loads(body),
        erased=personal_digest is not None and body is None,
    )
