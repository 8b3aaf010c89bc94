"""The journal: what is about to be done, on disk, before it is done (design.md, invariants 6 and 7).

Records are append-only and hash-chained over the digests of what they hold; what is personal lies in a table of its
own, from which it can be erased later while the chain still verifies.

A reader opens the database for reading only and creates nothing; that is what check mode and status use.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import chain, engine, lease, queries, tables
from fellesdrift.journal.failures import translated
from fellesdrift.journal.place import exists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from fellesdrift.journal.place import Place
    from fellesdrift.journal.record import Link, Record


class Journal:
    """An open journal. Use `Journal.create`, `Journal.open` or `Journal.read_only`."""

    def __init__(self, place: Place, connection: Connection) -> None:
        self.place = place
        self._connection = connection

    @classmethod
    def create(cls, place: Place, estate: str) -> Journal:
        """Make a new journal for the estate of that name. FD601 when one is there already, FD605 when none can be
        made, FD609 when the server cannot be reached."""
        make(place, estate)
        return cls.open(place, estate)

    @classmethod
    def open(cls, place: Place, estate: str) -> Journal:
        """Open for writing. FD602 when it is not there, FD603 when it is another estate's or a newer version's, FD608
        when it is an older version's."""
        return cls._opened(place, estate, "rw")

    @classmethod
    def read_only(cls, place: Place, estate: str) -> Journal | None:
        """Open for reading; None when nothing was ever written. Never creates anything."""
        return cls._opened(place, estate, "ro") if exists(place) else None

    @classmethod
    @contextmanager
    def reading(cls, place: Place, estate: str) -> Iterator[Journal | None]:
        """As `read_only`, and closed at the end."""
        with ExitStack() as stack:
            journal = cls.read_only(place, estate)
            yield stack.enter_context(journal) if journal else None

    @classmethod
    def made_at(cls, url: str) -> bool:
        """Whether the database has a journal."""
        with translated(url), engine.connect(url, "ro") as connection, engine.reading(connection):
            return inspect(connection).has_table("meta")

    @classmethod
    def _opened(cls, place: Place, estate: str, mode: engine.Mode) -> Journal:
        if not exists(place):
            raise missing(place)
        with ExitStack() as undo:
            with translated(place):
                connection = undo.enter_context(engine.connect(place, mode))
                with engine.reading(connection):
                    held = {str(row.name): str(row.value) for row in connection.execute(select(tables.meta))}
            refuse_others(place, held, estate)
            undo.pop_all()
        return cls(place, connection)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """What is checked inside still holds when the record is on disk: no other writer comes between."""
        with translated(self.place), engine.writing(self._connection):
            yield self._connection

    @contextmanager
    def view(self) -> Iterator[Connection]:
        """For reading: one state of the journal over several statements; joins a transaction that is open."""
        with translated(self.place), engine.reading(self._connection):
            yield self._connection

    def append(
        self,
        municipality: str,
        stage: str,
        attempt: str,
        host: str,
        event: str,
        payload: dict[str, Any],
        personal: dict[str, Any] | None = None,
    ) -> int:
        """Write one record; it is on disk when this returns. Gives its number. Joins a transaction that is open.

        personal   what is about a person (who answered): kept apart, so that it can be erased
        """
        fields = (municipality, stage, attempt, host, event)
        body, about = chain.text_of(payload), None if personal is None else chain.text_of(personal)
        if self._connection.in_transaction():
            return chain.append(self._connection, fields, body, about)
        with self.transaction() as connection:
            return chain.append(connection, fields, body, about)

    def records(
        self, municipality: str | None = None, stage: str | None = None, host: str | None = None
    ) -> list[Record]:
        """All records, oldest first; narrowed to a municipality, a stage ("" for changes outside of any), a host."""
        with self.view() as connection:
            return queries.records(connection, municipality, stage, host)

    def current(self, municipality: str | None = None, stage: str | None = None) -> list[Record]:
        """The records that say where the stages stand, oldest first: those of each stage's latest attempt. As many as
        that attempt has, however long the journal is; cutover.progress reads the same off them as off all."""
        with self.view() as connection:
            return queries.current(connection, municipality, stage)

    def since(self, municipality: str, stage: str, seq: int) -> list[Record]:
        """The records of a stage after that number, oldest first: what has come since somebody looked."""
        with self.view() as connection:
            return queries.since(connection, municipality, stage, seq)

    def links(self, municipality: str, stage: str) -> dict[int, Link]:
        """The chain's links of the records of a stage, by their numbers."""
        with self.view() as connection:
            return queries.links(connection, municipality, stage)

    def head(self) -> tuple[int, str]:
        """The number of the last record and the chain's value there: who knows it knows whether anything was changed
        since. 0 and the chain's beginning when there is no record."""
        with self.view() as connection:
            return chain.head(connection)

    def leases(self) -> list[lease.Held]:
        """Who holds what, as it stands: also leases that have run out and were not taken over."""
        with self.view() as connection:
            return lease.held(connection)

    def sweep(self) -> None:
        """Have the database give up what was deleted. SQLite overwrites it at once (secure_delete)."""
        if self._connection.dialect.name == "postgresql":
            # not in a transaction: PostgreSQL refuses that
            with self._connection.engine.connect() as other:
                other.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM personal")

    def verify(self) -> int:
        """Walk the chain; gives the number of records. FD604 names the first record that does not fit."""
        with self.view() as connection:
            return chain.verify(connection)


def missing(place: Place, inventory: str = "INVENTORY") -> FellesdriftError:
    """FD602. inventory: as it is typed, where the caller knows it; without one, `journal init` makes production's."""
    return FellesdriftError(
        "FD602",
        "the estate's journal is not there",
        file=str(place),
        found="no file" if isinstance(place, Path) else "no tables",
        expected="the journal of what was done before: a lost one is brought back, never replaced",
        next_step=f"the first time only: fellesdrift journal init -i {inventory}",
    )


def there_already(place: Place) -> FellesdriftError:
    """FD601."""
    what = "a file" if isinstance(place, Path) else "its tables"
    return FellesdriftError("FD601", "there is a journal already", file=str(place), found=what, expected="none")


def make(place: Place, estate: str, fill: Callable[[Connection], object] = lambda _: None) -> None:
    """Make the tables and fill them, in one transaction. FD601, FD605, FD609 as Journal.create."""
    with translated(place):
        if isinstance(place, Path):
            place.parent.mkdir(parents=True, exist_ok=True)
            _make_file(place, estate, fill)
        else:
            with engine.connect(place, "rwc") as connection, engine.writing(connection):
                _make_tables(connection, place, estate)
                fill(connection)


def _make_file(path: Path, estate: str, fill: Callable[[Connection], object]) -> None:
    """Under another name first: a run that is killed here leaves no half a journal, and two do not make one each."""
    if path.exists():
        raise there_already(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with engine.connect(beside, "rwc") as connection, engine.writing(connection):
            _make_tables(connection, path, estate)
            fill(connection)
        _give_name(beside, path)
    finally:
        for left in (beside, beside.with_name(beside.name + "-journal")):
            left.unlink(missing_ok=True)


def _give_name(made: Path, path: Path) -> None:
    """Give a finished file its name, for good. FD601 when somebody else was quicker."""
    try:
        path.hardlink_to(made)
    except FileExistsError as error:
        raise there_already(path) from error
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # else a power cut may take the name away
    finally:
        os.close(folder)


def _make_tables(connection: Connection, place: Place, estate: str) -> None:
    if inspect(connection).has_table("meta"):
        raise there_already(place)
    tables.metadata.create_all(connection, checkfirst=False)
    values = {"schema": str(tables.SCHEMA_VERSION), "estate": estate}
    connection.execute(tables.meta.insert(), [{"name": name, "value": value} for name, value in values.items()])


def refuse_others(place: Place, held: dict[str, str], estate: str) -> None:
    """FD603 and FD608. held: the database's own `meta`."""
    schema = held.get("schema", "")
    older = schema.isdecimal() and int(schema) < tables.SCHEMA_VERSION
    for name, expected in (("estate", estate), ("schema", str(tables.SCHEMA_VERSION))):
        if held.get(name) == expected:
            continue
        if name == "schema" and older:
            raise FellesdriftError(
                "FD608",
                "the journal was made by an older version",
                file=str(place),
                key=name,
                found=schema,
                expected=expected,
                next_step="fellesdrift journal upgrade: it makes a copy first",
            )
        raise FellesdriftError(
            "FD603",
            f"the journal is of another {name}",
            file=str(place),
            key=name,
            found=str(held.get(name)),
            expected=expected,
        )
