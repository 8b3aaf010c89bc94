"""What a database says, as an error that names what to do."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fellesdrift.journal.place import Place

_LOCK_NOT_AVAILABLE = "55P03"
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_LOST = ("no such table", "no such column", "unsupported file format")
"""What SQLite says, with a code that says nothing, of a file whose tables are not all there: the journal asks for none
but its own."""


@contextmanager
def translated(place: Place) -> Iterator[None]:
    """FD604 when the file is no whole journal any more, FD605 for what the database refuses, FD607 when another process
    holds it too long, FD609 when a server is not there or lets nobody in."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, UnicodeDecodeError) as error:
        raise _translated(place, error) from error


def damaged(place: Place, found: str) -> FellesdriftError:
    """FD604 of a file that cannot be read as a journal, so that no record can be named."""
    return FellesdriftError(
        "FD604",
        "the journal's file is damaged, or is no journal; nothing was changed on a device by this step",
        file=str(place),
        found=found,
        expected="a whole journal",
        next_step="trust nothing in it; keep it, and bring back a copy of the journal (docs/stops/journal.md)",
    )


def _sqlite_code(error: BaseException) -> int | None:
    """SQLite's extended result code, of its own error or of SQLAlchemy's around it."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return getattr(original, "sqlite_errorcode", None)


def _translated(place: Place, error: Exception) -> FellesdriftError:
    original = error.orig if isinstance(error, DBAPIError) and error.orig else error
    said = " ".join(str(original).split())
    code, state = _sqlite_code(error), getattr(original, "sqlstate", None)
    if state == _LOCK_NOT_AVAILABLE or (
        code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    ):
        return FellesdriftError(
            "FD607",
            "another process holds the journal; nothing was changed on a device by this step",
            file=str(place),
            found=said,
            expected="a journal that is held for less than 10 seconds at a time",
            next_step="see who has it open (fuser FILE, or pg_stat_activity), then run the same command again",
        )
    if isinstance(place, str) and isinstance(error, DBAPIError) and _no_connection(state):
        return FellesdriftError(
            "FD609",
            "the journal's server does not answer, or does not let us in; nothing was changed on a device by this step",
            file=str(place),
            found=said,
            expected="a PostgreSQL server that takes this login",
            next_step="look at the server, PGPASSFILE and pg_hba.conf (docs/journal.md); then the same command again",
        )
    if isinstance(place, Path) and (what := _damage(place, error, code, said)):
        return damaged(place, what)
    return FellesdriftError(
        "FD605",
        "the journal cannot be used; nothing was changed on a device by this step",
        file=str(place),
        found=said,
        expected="a journal that can be written",
        next_step="look at the disk's space and rights, then run the same command again",
    )


def _damage(path: Path, error: Exception, code: int | None, said: str) -> str | None:
    """What is wrong with the file itself; None when the disk, or who may use it, is."""
    if isinstance(error, UnicodeDecodeError) or said.startswith("Could not decode to UTF-8"):
        return "text in it that is none"  # what is there instead may be about people
    if code is None or (code & 0xFF not in _DAMAGE and not said.startswith(_LOST)):
        return None
    try:
        return said if path.stat().st_size else "an empty file"
    except OSError:
        return said


def _no_connection(state: str | None) -> bool:
    """No state: nothing was ever answered. 08, 28, 3D, 57P: connection, login, database, server going down."""
    return state is None or state.startswith(("08", "28", "3D", "57P"))
