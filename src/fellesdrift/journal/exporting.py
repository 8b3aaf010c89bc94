"""The journal as JSON lines: to be read without the database (docs/journal.md has the format), and as its backup.

One line says what the file is; then one line for each record, with its link, so that the chain can be checked from the
file alone; in a backup also the personal data, and the rows of the nightly check's history.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import chain, export_check, tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, RowMapping

    from fellesdrift.journal.export_check import Told
    from fellesdrift.journal.store import Journal

FORMAT = "fellesdrift-journal"
VERSION = 1
HISTORY = (tables.drift_runs, tables.drift_findings)
"""The tables that a backup holds besides the records, row by row."""


def lines(journal: Journal, *, personal: bool, history: bool = False) -> Iterator[str]:
    """The lines, each with its end, of one state of the journal.

    personal   with what it holds of people; else only that there is something, and its digest
    history    with the rows of the nightly check's history
    """
    with journal.view() as connection:
        yield _line(_header(connection, personal=personal))
        for row in _rows(connection, _records()):
            record = {name: value for name, value in row.items() if name not in ("salt", "body")}
            about = {"salt": row["salt"], "body": row["body"]} if row["salt"] is not None else None
            yield _line({"record": record | ({"personal": about} if personal else {})})
        for table in HISTORY if history else ():
            for row in _rows(connection, select(table)):
                yield _line({"row": {"table": table.name, "values": dict(row)}})


def write(journal: Journal, path: Path, *, personal: bool, history: bool = False) -> Told:
    """Write the lines to a new file, readable by its owner only; it is on disk, and was checked, before it gets its
    name. FD604 when the journal's chain is broken, FD618 when there is something of that name already, or it cannot be
    written."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    if path.exists():
        raise not_written(path, "a file of that name", "a new name")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines(journal, personal=personal, history=history))
            file.flush()
            os.fsync(file.fileno())
        told = _checked(journal, beside, path)
        beside.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise not_written(path, _why_not(error), "a folder with room, that may be written to") from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return told


def _checked(journal: Journal, beside: Path, path: Path) -> Told:
    """What was written. The file that it was written to is gone in a moment, so an error names the journal, or, when
    that is whole, the place that does not keep what is written to it."""
    try:
        return export_check.check(beside)
    except FellesdriftError as error:
        journal.verify()
        found = f"read back, it is not what was written: {error.found}"
        raise not_written(path, found, "a disk that keeps what is written to it") from error


def _why_not(error: OSError) -> str:
    """Of a file that is made: what is not there is its folder."""
    return "there is no such folder" if isinstance(error, FileNotFoundError) else export_check.why_not(error)


def not_written(path: Path, found: str, expected: str) -> FellesdriftError:
    """FD618."""
    return FellesdriftError(
        "FD618",
        "the copy of the journal was not written",
        file=str(path),
        found=found,
        expected=expected,
        next_step="name another file; the journal is as it was",
    )


def _header(connection: Connection, *, personal: bool) -> dict[str, Any]:
    held = {str(row.name): str(row.value) for row in connection.execute(select(tables.meta))}
    return {
        "format": FORMAT,
        "version": VERSION,
        "estate": held["estate"],
        "schema": int(held["schema"]),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "records": connection.execute(select(func.count()).select_from(tables.records)).scalar_one(),
        "head": chain.head(connection)[1],
        "personal": personal,
    }


def _rows(connection: Connection, wanted: Any) -> Iterator[RowMapping]:
    with connection.execute(wanted, execution_options={"yield_per": 1000}) as rows:
        yield from rows.mappings()


def _records() -> Any:
    told = select(*tables.records.c, tables.personal.c.salt, tables.personal.c.body)
    return told.select_from(tables.records.outerjoin(tables.personal)).order_by(tables.records.c.seq)


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
