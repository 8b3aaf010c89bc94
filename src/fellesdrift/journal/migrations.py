"""Brings a journal of an older version forward: in one transaction, after a copy was made. There is no way back but the
copy.

A new schema is a new function here, and a file made by the old version's statements in tests/fixtures/journal.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import chain, engine, tables
from fellesdrift.journal.failures import translated
from fellesdrift.journal.place import exists
from fellesdrift.journal.store import missing, refuse_others

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from fellesdrift.journal.place import Place


def upgrade(place: Place, estate: str) -> Path | None:
    """Bring the journal to this version's schema; gives the copy that was made, None when nothing was to do. FD602 and
    FD603 as when it is opened, FD604 when its chain is broken, FD610 while somebody holds a lease."""
    if not exists(place):
        raise missing(place)
    with translated(place), engine.connect(place, "rw") as connection:
        with engine.reading(connection):
            schema = _schema(connection, place, estate)
        if schema == tables.SCHEMA_VERSION:
            return None
        copy = _copy(Path(place), schema)
        with engine.writing(connection):
            for version in range(_schema(connection, place, estate), tables.SCHEMA_VERSION):
                _STEPS[version](connection)
            connection.execute(
                tables.meta.update().where(tables.meta.c.name == "schema").values(value=str(tables.SCHEMA_VERSION))
            )
            chain.verify(connection)
        return copy


def _schema(connection: Connection, place: Place, estate: str) -> int:
    held = {str(row.name): str(row.value) for row in connection.execute(select(tables.meta))}
    schema = held.get("schema", "")
    known = schema.isdecimal() and int(schema) in (*_STEPS, tables.SCHEMA_VERSION)
    refuse_others(place, held | ({"schema": str(tables.SCHEMA_VERSION)} if known else {}), estate)
    return int(schema)


def _copy(path: Path, schema: int) -> Path:
    """Beside the journal; a file of SQLite's, for this version cannot read what the old one wrote in any other way."""
    copy = path.with_name(f"{path.name}.schema{schema}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _to_2(connection: Connection) -> None:
    """Payloads move to their records, which stay what they were; leases are counted by another clock."""
    held = connection.exec_driver_sql(
        "SELECT name FROM leases WHERE expires > ?", (datetime.now(UTC).isoformat(),)
    ).first()
    if held is not None:
        raise FellesdriftError(
            "FD610",
            f"somebody else is changing {held.name}",
            key=f"lease {held.name}",
            found="a lease of the older version",
            expected="no run at work",
            next_step="wait for that run, or end it; a lease that nobody renews ends by itself within half an hour",
        )
    for statement in (
        "DROP TRIGGER records_never_change",
        "DROP TRIGGER records_never_go",
        "DROP INDEX records_by_stage",
        "ALTER TABLE records RENAME TO old_records",
        "DROP TABLE leases",
    ):
        connection.exec_driver_sql(statement)
    tables.metadata.create_all(connection)
    connection.exec_driver_sql(
        "INSERT INTO records (seq, at, municipality, stage, attempt, host, event, payload, payload_digest,"
        " personal_digest, previous, chain)"
        " SELECT seq, at, municipality, stage, attempt, host, event, body, payload_digest, NULL, previous, chain"
        " FROM old_records LEFT JOIN payloads USING (seq) ORDER BY seq"
    )
    connection.exec_driver_sql("DROP TABLE payloads")
    connection.exec_driver_sql("DROP TABLE old_records")


_STEPS: dict[int, Callable[[Connection], None]] = {1: _to_2}
"""From that schema to the next."""
