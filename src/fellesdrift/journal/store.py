"""The journal: what is about to be done, on disk, before it is done (design.md, invariants 6 and 7).

One SQLite file, synchronous=FULL. `records` is append-only (triggers refuse UPDATE and DELETE) and hash-chained over
the digests of the payloads; the payloads lie in a table of their own, so that one that holds personal data can be
erased later while the chain still verifies.

A reader opens the file with mode=ro and creates nothing; that is what check mode and status use.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA_VERSION = 1
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_GENESIS = "0" * 64
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE records (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL, municipality TEXT NOT NULL, stage TEXT NOT NULL, attempt TEXT NOT NULL,
    host TEXT NOT NULL, event TEXT NOT NULL, payload_digest TEXT NOT NULL,
    previous TEXT NOT NULL, chain TEXT NOT NULL);
CREATE TABLE payloads (seq INTEGER PRIMARY KEY REFERENCES records (seq), body TEXT);
CREATE TABLE leases (
    name TEXT PRIMARY KEY, token TEXT NOT NULL, holder TEXT NOT NULL, acquired TEXT NOT NULL, expires TEXT NOT NULL);
CREATE TRIGGER records_never_change BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'records are append-only'); END;
CREATE TRIGGER records_never_go BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'records are append-only'); END;
CREATE INDEX records_by_stage ON records (municipality, stage);
"""


@dataclass(frozen=True)
class Record:
    """One line of the journal. `at` is UTC; `host` is "" for what concerns the whole stage; `payload` is JSON data,
    None where it was erased."""

    seq: int
    at: datetime
    municipality: str
    stage: str
    attempt: str
    host: str
    event: str
    payload: dict[str, Any] | None


@dataclass(frozen=True)
class Link:
    """A record's place in the chain, SHA-256 in hexadecimal. digest: of its payload; previous: the chain's value before
    it; chain: the value with it. erased: its payload is gone, under retention."""

    digest: str
    previous: str
    chain: str
    erased: bool


class Journal:
    """An open journal. Use `Journal.create`, `Journal.open` or `Journal.read_only`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def create(cls, path: Path, estate: str) -> Journal:
        """Make a new journal for the estate of that name. FD601 when the file is there already or cannot be made."""
        if path.exists():
            raise FellesdriftError(
                "FD601", "there is a journal already", file=str(path), found="a file", expected="none"
            )
        with ExitStack() as undo:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                connection = undo.enter_context(closing(_connect(path, "rwc")))
                with _transaction(connection):
                    for statement in _SCHEMA.strip().split(";\n"):
                        # the triggers hold a ";" of their own, never followed by a line end
                        connection.execute(statement)
                    connection.executemany(
                        "INSERT INTO meta VALUES (?, ?)", [("schema", str(SCHEMA_VERSION)), ("estate", estate)]
                    )
            except (OSError, sqlite3.Error) as error:
                raise _unusable(path, error) from error
            undo.pop_all()
        return cls(path, connection)

    @classmethod
    def open(cls, path: Path, estate: str) -> Journal:
        """Open for writing. FD602 when it is not there, FD603 when it is another estate's or version's."""
        return cls._opened(path, estate, "rw")

    @classmethod
    def read_only(cls, path: Path, estate: str) -> Journal | None:
        """Open for reading; None when nothing was ever written. Never creates anything."""
        return cls._opened(path, estate, "ro") if path.exists() else None

    @classmethod
    @contextmanager
    def reading(cls, path: Path, estate: str) -> Iterator[Journal | None]:
        """As `read_only`, and closed at the end."""
        with ExitStack() as stack:
            journal = cls.read_only(path, estate)
            yield stack.enter_context(journal) if journal else None

    @classmethod
    def _opened(cls, path: Path, estate: str, mode: str) -> Journal:
        if not path.exists():
            raise FellesdriftError(
                "FD602",
                "the estate's journal is not there",
                file=str(path),
                found="no file",
                expected="the journal of what was done before: a lost one is brought back, never replaced",
                next_step="the first time only: fellesdrift journal init",
            )
        with ExitStack() as undo:
            try:
                connection = undo.enter_context(closing(_connect(path, mode)))
                meta = dict(connection.execute("SELECT name, value FROM meta"))
            except sqlite3.Error as error:
                raise _unusable(path, error) from error
            for name, expected in (("estate", estate), ("schema", str(SCHEMA_VERSION))):
                if meta.get(name) != expected:
                    raise FellesdriftError(
                        "FD603",
                        f"the journal is of another {name}",
                        file=str(path),
                        key=name,
                        found=str(meta.get(name)),
                        expected=expected,
                    )
            undo.pop_all()
        return cls(path, connection)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """BEGIN IMMEDIATE ... COMMIT: what is checked inside still holds when the record is on disk."""
        try:
            with _transaction(self._connection):
                yield self._connection
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error

    def append(
        self, municipality: str, stage: str, attempt: str, host: str, event: str, payload: dict[str, Any]
    ) -> int:
        """Write one record; it is on disk when this returns. Gives its number. Joins a transaction that is open."""
        body = json.dumps(payload, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(body.encode()).hexdigest()
        if self._connection.in_transaction:
            return self._insert((municipality, stage, attempt, host, event, digest), body)
        with self.transaction():
            return self._insert((municipality, stage, attempt, host, event, digest), body)

    def _insert(self, fields: tuple[str, ...], body: str) -> int:
        last = self._connection.execute("SELECT chain FROM records ORDER BY seq DESC LIMIT 1").fetchone()
        previous = last[0] if last else _GENESIS
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        chain = _link(previous, at, fields)
        cursor = self._connection.execute(
            "INSERT INTO records (at, municipality, stage, attempt, host, event, payload_digest, previous, chain)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (at, *fields, previous, chain),
        )
        seq = int(cursor.lastrowid or 0)
        self._connection.execute("INSERT INTO payloads VALUES (?, ?)", (seq, body))
        return seq

    def records(self, municipality: str | None = None, stage: str | None = None) -> list[Record]:
        """All records, oldest first; narrowed to a municipality and a stage."""
        try:
            rows = self._connection.execute(
                "SELECT r.seq, r.at, r.municipality, r.stage, r.attempt, r.host, r.event, p.body"
                " FROM records r LEFT JOIN payloads p USING (seq)"
                " WHERE (?1 IS NULL OR r.municipality = ?1) AND (?2 IS NULL OR r.stage = ?2) ORDER BY r.seq",
                (municipality, stage),
            ).fetchall()
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error
        return [_record(*row) for row in rows]

    def links(self, municipality: str, stage: str) -> dict[int, Link]:
        """The chain's links of the records of a stage, by their numbers."""
        query = (
            "SELECT r.seq, r.payload_digest, r.previous, r.chain, p.body IS NULL"
            " FROM records r LEFT JOIN payloads p USING (seq) WHERE r.municipality = ? AND r.stage = ? ORDER BY r.seq"
        )
        try:
            rows = self._connection.execute(query, (municipality, stage)).fetchall()
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error
        return {row[0]: Link(row[1], row[2], row[3], bool(row[4])) for row in rows}

    def head(self) -> tuple[int, str]:
        """The number of the last record and the chain's value there: who knows it knows whether anything was changed
        since. 0 and the chain's beginning when there is no record."""
        try:
            row = self._connection.execute("SELECT seq, chain FROM records ORDER BY seq DESC LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error
        return (int(row[0]), str(row[1])) if row else (0, _GENESIS)

    def leases(self) -> list[lease.Held]:
        """Who holds what, as it stands: also leases that have run out and were not taken over."""
        try:
            return lease.held(self._connection)
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error

    def verify(self) -> int:
        """Walk the chain; gives the number of records. FD604 names the first record that does not fit."""
        previous, count = _GENESIS, 0
        query = (
            "SELECT r.seq, r.at, r.municipality, r.stage, r.attempt, r.host, r.event, r.payload_digest, r.previous,"
            " r.chain, p.body FROM records r LEFT JOIN payloads p USING (seq) ORDER BY r.seq"
        )
        try:
            for row in self._connection.execute(query):
                seq, at, fields, body = row[0], row[1], row[2:8], row[10]
                if row[8] != previous or row[9] != _link(previous, at, fields):
                    raise self._broken(seq, "its link to the record before it")
                if body is not None and hashlib.sha256(body.encode()).hexdigest() != row[7]:
                    raise self._broken(seq, "its payload")
                previous, count = row[9], count + 1
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error
        return count

    def _broken(self, seq: int, what: str) -> FellesdriftError:
        return FellesdriftError(
            "FD604",
            "the journal's chain is broken",
            file=str(self.path),
            key=f"record {seq}",
            found=f"{what} does not match its digest",
            expected="an untouched record",
            next_step="trust nothing from this record on; bring back a copy of the journal",
        )


def _record(seq: int, at: str, *fields: str | None) -> Record:
    municipality, stage, attempt, host, event = (str(field) for field in fields[:5])
    payload = json.loads(fields[5]) if fields[5] else None
    return Record(seq, datetime.fromisoformat(at), municipality, stage, attempt, host, event, payload)


def refuse_ephemeral(path: Path, mounts: Path = Path("/proc/mounts")) -> None:
    """FD606 when a journal at that path would not outlive a restart; what was done to real devices must.

    mounts   the kernel's list of mounted file systems
    """
    folders = [path.absolute(), *path.absolute().parents]
    systems = dict(line.split()[1:3] for line in mounts.read_text(encoding="utf-8").splitlines())
    kind = next((systems[str(folder)] for folder in folders if str(folder) in systems), "")
    if kind in _IN_MEMORY or Path(tempfile.gettempdir()) in folders:
        raise FellesdriftError(
            "FD606",
            "a production journal must outlive a restart of this machine",
            file=str(path),
            key="fellesdrift_estate.journal",
            found=f"a file system of the kind {kind}" if kind in _IN_MEMORY else "a folder that the system empties",
            expected="a folder on a disk",
        )


def _link(previous: str, at: str, fields: tuple[str, ...]) -> str:
    return hashlib.sha256(json.dumps([previous, at, *fields], ensure_ascii=False).encode()).hexdigest()


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    # isolation_level=None: transactions are said, not guessed. timeout: two controllers may meet at the lease.
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=10, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
    except sqlite3.Error:  # no database: seen at the first statement
        connection.close()
        raise
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _unusable(path: Path, error: Exception) -> FellesdriftError:
    return FellesdriftError(
        "FD605",
        "the journal cannot be used; nothing was changed on a device by this step",
        file=str(path),
        found=str(error),
        expected="a journal that can be written",
        next_step="look at the disk's space and rights, then run the same command again",
    )
