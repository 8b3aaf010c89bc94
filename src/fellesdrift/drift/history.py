"""First and last seen, in tables of their own in the journal's database. The chain of records is never touched.

One short transaction at the end of a run. The file's own journal mode stays as it is (a reader on a medium that cannot
be written to must be able to open it), so nothing else waits longer than for that transaction.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from fellesdrift.drift.model import Finding, HostResult, Ledger

if TYPE_CHECKING:
    import sqlite3

    from fellesdrift.journal import Journal

_TABLES = (
    """CREATE TABLE IF NOT EXISTS drift_runs (
    run TEXT PRIMARY KEY, started TEXT NOT NULL, ended TEXT NOT NULL, outcome TEXT NOT NULL, complete INTEGER NOT NULL,
    kinds TEXT NOT NULL, planned INTEGER NOT NULL, asked INTEGER NOT NULL, counts TEXT NOT NULL,
    findings INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS drift_findings (
    fingerprint TEXT NOT NULL, first_seen TEXT NOT NULL, first_run TEXT NOT NULL,
    last_seen TEXT NOT NULL, last_run TEXT NOT NULL, gone TEXT,
    host TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, attribute TEXT NOT NULL, nature TEXT NOT NULL,
    severity TEXT NOT NULL, owner TEXT NOT NULL, want TEXT NOT NULL, have TEXT NOT NULL,
    PRIMARY KEY (fingerprint, first_seen))""",
    "CREATE INDEX IF NOT EXISTS drift_findings_open ON drift_findings (gone, host)",
)


def keep(journal: Journal, ledger: Ledger, judged: Collection[str]) -> list[HostResult]:
    """Write a run down; gives its hosts with first and last seen put in. FD605 when the database cannot be written.

    judged   hosts that were read: a finding of theirs, of a kind that was looked at, that is not there now is gone. Of
             all others nothing is known, so nothing of theirs ends
    """
    with journal.transaction() as connection:
        for statement in _TABLES:
            connection.execute(statement)
        still = {
            row[0]: (row[1], row[2], row[3])
            for row in connection.execute(
                "SELECT fingerprint, first_seen, host, kind FROM drift_findings WHERE gone IS NULL"
            )
        }
        hosts = [_with_times(connection, host, ledger, still) for host in ledger.hosts]
        now = {finding.fingerprint for host in hosts for finding in (*host.findings, *host.expected)}
        gone = [
            (ledger.ended, mark, first)
            for mark, (first, host, kind) in still.items()
            if host in judged and kind in ledger.kinds and mark not in now
        ]
        connection.executemany("UPDATE drift_findings SET gone = ? WHERE fingerprint = ? AND first_seen = ?", gone)
        connection.execute(
            "INSERT INTO drift_runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                ledger.run,
                ledger.started,
                ledger.ended,
                ledger.outcome,
                int(ledger.complete),
                json.dumps(ledger.kinds),
                ledger.planned,
                ledger.asked,
                json.dumps(ledger.counts),
                ledger.findings,
            ),
        )
    return hosts


def _with_times(
    connection: sqlite3.Connection, host: HostResult, ledger: Ledger, still: dict[str, tuple[str, str, str]]
) -> HostResult:
    if not host.findings:
        return host
    return host.model_copy(update={"findings": list(_seen(connection, host.findings, ledger, still))})


def _seen(
    connection: sqlite3.Connection, findings: Iterable[Finding], ledger: Ledger, still: dict[str, tuple[str, str, str]]
) -> Iterable[Finding]:
    for finding in findings:
        first = still[finding.fingerprint][0] if finding.fingerprint in still else ledger.ended
        values = (finding.nature, finding.severity, finding.owner, _json(finding.want), _json(finding.have))
        if finding.fingerprint in still:
            connection.execute(
                "UPDATE drift_findings SET last_seen = ?, last_run = ?, nature = ?, severity = ?, owner = ?, want = ?,"
                " have = ? WHERE fingerprint = ? AND first_seen = ?",
                (ledger.ended, ledger.run, *values, finding.fingerprint, first),
            )
        else:
            connection.execute(
                "INSERT INTO drift_findings VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    finding.fingerprint,
                    first,
                    ledger.run,
                    ledger.ended,
                    ledger.run,
                    finding.host,
                    finding.kind,
                    finding.key,
                    finding.attribute,
                    *values,
                ),
            )
        yield finding.model_copy(update={"first_seen": first, "last_seen": ledger.ended})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
