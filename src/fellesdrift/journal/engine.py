"""A connection to a journal, and how its transactions begin. Neither database's driver is loaded for the other's.

SQLite keeps a rollback journal, not a write-ahead log: all that was confirmed is in the one file, so that a side file
that is torn or lost takes nothing with it; a reader on a medium that cannot be written to can open it; and a copy of
the file is a copy of the journal. TRUNCATE, for then the end of a transaction is itself synced (with DELETE a
directory entry may come back after a power cut, and the transaction be undone), and no erased name stays in a side
file.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import NullPool, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from fellesdrift.journal_url import check_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from fellesdrift.journal.place import Place

type Mode = Literal["ro", "rw", "rwc"]

WAIT = 10
"""Seconds that a writer waits for another one."""
_LOCK = 0x66656C6C6573  # any number that nobody else takes: one lock for the whole journal
_queue = threading.RLock()
"""For the threads of this process. Who finds SQLite's file locked sleeps, longer each time, and looks again: of ten
threads that write side by side one then waits for half a second."""


def connect(place: Place, mode: Mode) -> Connection:
    """An open connection. Raises SQLAlchemyError and sqlite3.Error as they come (see `failures.translated`)."""
    engine = _sqlite(place, mode) if isinstance(place, Path) else _postgresql(place, mode)
    connection = engine.connect()
    try:
        connection.info["place"] = place
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """A transaction that keeps every other writer out from its first moment to its end."""
    with _queue, _transaction(connection, "writing"):
        if connection.dialect.name == "postgresql":
            # each statement after this one sees what the writers before have committed
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        yield


@contextmanager
def reading(connection: Connection) -> Iterator[None]:
    """One unchanging view over several statements; part of the transaction that is open, if one is."""
    if connection.in_transaction():
        yield
        return
    with _transaction(connection, "reading"):
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _transaction(connection: Connection, purpose: str) -> Iterator[None]:
    connection.info["purpose"] = purpose
    try:
        transaction = connection.begin()
    except BaseException:
        connection.rollback()  # a BEGIN that was refused leaves SQLAlchemy in a transaction that the database has not
        raise
    try:
        yield
        transaction.commit()
    except BaseException:
        # an error of the rollback would hide why; SQLite has often rolled back by itself
        try:
            transaction.rollback()
        except SQLAlchemyError:
            connection.invalidate()
        raise


def _sqlite(path: Path, mode: Mode) -> Engine:
    def opened() -> sqlite3.Connection:
        try:
            return _open_file(path, mode)
        except sqlite3.Error as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
                raise
        # a killed writer left a transaction half way: it has to be undone before anybody can read, and who may only
        # read must not
        _open_file(path, "rw").close()
        return _open_file(path, mode)

    engine = create_engine("sqlite+pysqlite://", creator=opened, poolclass=NullPool, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.info.get("purpose") == "writing"
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _open_file(path: Path, mode: Mode) -> sqlite3.Connection:
    # isolation_level=None: transactions are said, not guessed
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=WAIT, isolation_level=None)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        if mode != "ro":
            connection.execute("PRAGMA journal_mode=TRUNCATE")
        connection.execute("PRAGMA synchronous=EXTRA")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")  # what is erased is not left in the file's free pages
    except BaseException:  # no database, or damaged
        connection.close()
        raise
    return connection


def _postgresql(url: str, mode: Mode) -> Engine:
    check_url(url)
    options = (
        f"-c lock_timeout={WAIT}s -c synchronous_commit=on -c idle_in_transaction_session_timeout=60s"
        f" -c timezone=UTC -c client_min_messages=warning -c default_transaction_read_only={mode == 'ro'}"
    )
    arguments: dict[str, Any] = {"connect_timeout": WAIT, "options": options, "application_name": "fellesdrift"}
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args=arguments,
    )
