"""The chain: each record is bound to all that came before it by SHA-256, over digests of what may be erased."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import tables
from fellesdrift.journal.failures import damaged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

BEGINNING = "0" * 64
_LINKED = tables.records.c
_FIELDS = (
    _LINKED.municipality,
    _LINKED.stage,
    _LINKED.attempt,
    _LINKED.host,
    _LINKED.event,
    _LINKED.payload_digest,
    _LINKED.personal_digest,
)
_LAST = select(_LINKED.seq, _LINKED.at, _LINKED.previous, _LINKED.chain, *_FIELDS).order_by(_LINKED.seq.desc()).limit(1)
_ALL = (
    select(
        _LINKED.seq,
        _LINKED.at,
        _LINKED.previous,
        _LINKED.chain,
        *_FIELDS,
        _LINKED.payload,
        tables.personal.c.salt,
        tables.personal.c.body,
    )
    .select_from(tables.records.outerjoin(tables.personal))
    .order_by(_LINKED.seq)
)
_RECORD = tables.records.insert()
_PERSONAL = tables.personal.insert()


def text_of(payload: dict[str, Any]) -> str:
    """JSON as it is stored and digested: sorted keys, letters as they are."""
    return json.dumps(payload, sort_keys=True, ensure_ascii=False)


def digest(body: str, salt: str = "") -> str:
    """Of a payload; of personal data with its salt before it, so that nobody can guess at names once it is erased."""
    return hashlib.sha256((salt + body).encode()).hexdigest()


def link(previous: str, at: str, fields: Sequence[str | None]) -> str:
    """The chain's value at a record. fields: municipality, stage, attempt, host, event, the payload's digest, and the
    personal data's where there is (or was) any."""
    return digest(json.dumps([previous, at, *(field for field in fields if field is not None)], ensure_ascii=False))


def append(connection: Connection, fields: Sequence[str], payload: str, personal: str | None) -> int:
    """Write one record; gives its number. Inside a transaction that keeps all others out. FD604 when the record before
    it is not what its link says: nothing is chained to a forgery."""
    last = connection.execute(_LAST).first()
    if last is not None and last.chain != link(last.previous, last.at, last[4:]):
        raise broken(connection, last.seq, "its link to the record before it")
    number, previous = (last.seq + 1, last.chain) if last else (1, BEGINNING)
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    salt = secrets.token_hex(16)
    digests = (digest(payload), None if personal is None else digest(personal, salt))
    values = dict(zip((column.name for column in _FIELDS), (*fields, *digests), strict=True))
    chained = {"previous": previous, "chain": link(previous, at, (*fields, *digests))}
    connection.execute(_RECORD, {"seq": number, "at": at, **values, "payload": payload, **chained})
    if personal is not None:
        connection.execute(_PERSONAL, {"seq": number, "salt": salt, "body": personal})
    return int(number)


def head(connection: Connection) -> tuple[int, str]:
    """The last record's number and the chain's value there; 0 and the chain's beginning when there is no record."""
    last = connection.execute(_LAST).first()
    return (int(last.seq), str(last.chain)) if last else (0, BEGINNING)


def verify(connection: Connection) -> int:
    """Walk the chain; gives the number of records. FD604 names the first record that does not fit."""
    if connection.dialect.name == "sqlite":
        damage = connection.execute(text("PRAGMA integrity_check(1)")).scalar()
        if damage != "ok":
            raise damaged(connection.info["place"], " ".join(str(damage).split()))
    previous, count = BEGINNING, 0
    with connection.execute(_ALL, execution_options={"yield_per": 1000}) as rows:
        for seq, at, before, chain, *fields, payload, salt, body in rows:
            count += 1
            if seq != count or before != previous or chain != link(previous, at, fields):
                raise broken(connection, seq, "its link to the record before it")
            if payload is not None and digest(payload) != fields[5]:
                raise broken(connection, seq, "its payload")
            if body is not None and digest(body, salt) != fields[6]:
                raise broken(connection, seq, "its personal data")
            previous = chain
    return count


def broken(connection: Connection, seq: int, what: str) -> FellesdriftError:
    """FD604. seq: the first record that is not as it was written."""
    return FellesdriftError(
        "FD604",
        "the journal's chain is broken",
        file=str(connection.info["place"]),
        key=f"record {seq}",
        found=f"{what} does not match its digest",
        expected="an untouched record",
        next_step="trust nothing from this record on; bring back a copy of the journal (docs/journal.md)",
    )
