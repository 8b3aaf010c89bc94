"""A copy of the journal, and the journal from a copy: one format for both databases, so that it also moves a journal
from one to the other."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import chain, export_check, exporting, tables
from fellesdrift.journal.store import Journal, make

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from fellesdrift.journal.export_check import Told
    from fellesdrift.journal.place import Place

EVENT = "restored"
_BATCH = 1000


def backup(journal: Journal, path: Path) -> Told:
    """Write a copy with all that it holds, and its SHA-256 beside it (`sha256sum -c` reads that). It is one state of
    the journal, whatever is written meanwhile. FD618 as `exporting.write`."""
    beside = digest_beside(path)
    if beside.exists():
        raise exporting.not_written(path, f"a file {beside.name}", "a new name")
    told = exporting.write(journal, path, personal=True, history=True)
    try:
        beside.write_text(f"{_sha256(path)}  {path.name}\n", encoding="ascii")
    except OSError as error:
        raise exporting.not_written(
            beside, export_check.why_not(error), "a folder with room, that may be written to"
        ) from error
    return told


def restore(path: Path, place: Place, estate: str) -> Told:
    """Make the journal at `place` from a copy. The copy is checked first, the journal before it gets its name; there is
    a whole one at the end, or none. FD601 when there is a journal, FD604 when the copy's chain is broken, FD616 and
    FD617 when it is no whole backup or of another estate."""
    try:
        found = _sha256(path)
    except OSError as error:
        raise _refused(path, export_check.why_not(error), "a backup that can be read") from error
    expected = _digest_of(path)
    if found != expected:
        raise _refused(path, f"SHA-256 {found[:16]}...", f"{expected[:16]}..., as {digest_beside(path).name} says")
    told = export_check.check(path)
    if not told.personal:
        raise _refused(path, "an export without personal data", "a backup")
    if told.estate != estate:
        raise _refused(path, f"the journal of {told.estate}", f"that of {estate}")
    if told.schema != tables.SCHEMA_VERSION:
        raise _refused(path, f"schema {told.schema}", f"schema {tables.SCHEMA_VERSION}, which this version writes")
    make(place, estate, lambda connection: _fill(connection, path))
    with Journal.open(place, estate) as journal:
        journal.append("", "", "", "", EVENT, {"from": path.name, "records": told.records, "head": told.head})
    return told


def digest_beside(path: Path) -> Path:
    """The file with a backup's SHA-256."""
    return path.with_name(path.name + ".sha256")


def _fill(connection: Connection, path: Path) -> None:
    batches: dict[str, list[dict[str, Any]]] = {"records": [], "personal": []}
    batches |= {table.name: [] for table in exporting.HISTORY}

    def flush() -> None:
        for name, rows in batches.items():
            if rows:
                connection.execute(insert(tables.metadata.tables[name]), rows)
            rows.clear()

    for _, value in export_check.iterate(path):
        if "record" in value:
            record = dict(value["record"])
            about = record.pop("personal")
            batches["records"].append(record)
            if about is not None:
                batches["personal"].append({"seq": record["seq"], **about})
        elif "row" in value:
            batches[value["row"]["table"]].append(value["row"]["values"])
        if sum(map(len, batches.values())) >= _BATCH:
            flush()
    flush()
    chain.verify(connection)


def _digest_of(path: Path) -> str:
    beside = digest_beside(path)
    try:
        return beside.read_text(encoding="ascii").split()[0]
    except OSError as error:
        found = f"{beside.name} beside it: {export_check.why_not(error)}"
    except (ValueError, IndexError):
        found = f"{beside.name} beside it holds no digest"
    raise _refused(path, found, f"its SHA-256 in {beside.name}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refused(path: Path, found: str, expected: str) -> FellesdriftError:
    return FellesdriftError(
        "FD617",
        "the journal is not restored from this",
        file=str(path),
        found=found,
        expected=expected,
        next_step="use another copy; nothing was made or changed",
    )
