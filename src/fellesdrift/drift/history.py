"""First and last seen, in tables of their own in the journal's database. The chain of records is never touched.

One short transaction at the end of a run, so nothing else waits longer than for that.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fellesdrift.drift.model import Finding, HostResult, Ledger

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from fellesdrift.journal import Journal

type _Values = dict[str, Any]


def keep(journal: Journal, ledger: Ledger, judged: Collection[str]) -> list[HostResult]:
    """Write a run down; gives its hosts with first and last seen put in. FD605 when the database cannot be written.

    judged   hosts that were read: a finding of theirs, of a kind that was looked at, that is not there now is gone. Of
             all others nothing is known, so nothing of theirs ends
    """
    from sqlalchemy import select  # a run that keeps nothing does not wait for it

    from fellesdrift.journal.tables import drift_findings, drift_runs

    c = drift_findings.c
    opened = select(c.fingerprint, c.first_seen, c.host, c.kind).where(c.gone.is_(None))
    with journal.transaction() as connection:
        still = {row.fingerprint: (row.first_seen, row.host, row.kind) for row in connection.execute(opened)}
        first_seen = {mark: first for mark, (first, _, _) in still.items()}
        found = [finding for host in ledger.hosts for finding in host.findings]
        now = {finding.fingerprint for host in ledger.hosts for finding in (*host.findings, *host.expected)}
        gone = [
            {"mark": mark, "first": first, "gone": ledger.ended}
            for mark, (first, host, kind) in still.items()
            if host in judged and kind in ledger.kinds and mark not in now
        ]
        seen = [_seen(finding, ledger, first_seen) for finding in found if finding.fingerprint in still]
        new = [_new(finding, ledger) for finding in found if finding.fingerprint not in still]
        _update(connection, seen)
        _update(connection, gone)
        if new:
            connection.execute(drift_findings.insert(), new)
        connection.execute(drift_runs.insert(), _run(ledger))
    return [_with_times(host, ledger, first_seen) for host in ledger.hosts]


def _update(connection: Connection, rows: list[_Values]) -> None:
    """Each row: which finding (mark, first), and its columns' new values; all of them the same columns."""
    from sqlalchemy import bindparam

    from fellesdrift.journal.tables import drift_findings

    if rows:
        values: _Values = {name: bindparam(name) for name in rows[0] if name not in ("mark", "first")}
        columns = drift_findings.c
        which = (columns.fingerprint == bindparam("mark"), columns.first_seen == bindparam("first"))
        connection.execute(drift_findings.update().where(*which).values(values), rows)


def _with_times(host: HostResult, ledger: Ledger, first_seen: dict[str, str]) -> HostResult:
    if not host.findings:
        return host
    times = [
        finding.model_copy(
            update={"first_seen": first_seen.get(finding.fingerprint, ledger.ended), "last_seen": ledger.ended}
        )
        for finding in host.findings
    ]
    return host.model_copy(update={"findings": times})


def _seen(finding: Finding, ledger: Ledger, first_seen: dict[str, str]) -> _Values:
    which = {"mark": finding.fingerprint, "first": first_seen[finding.fingerprint]}
    return {**which, "last_seen": ledger.ended, "last_run": ledger.run, **_judged(finding)}


def _new(finding: Finding, ledger: Ledger) -> _Values:
    what = {name: getattr(finding, name) for name in ("fingerprint", "host", "kind", "key", "attribute")}
    first = {"first_seen": ledger.ended, "first_run": ledger.run, "last_seen": ledger.ended, "last_run": ledger.run}
    return {**what, **first, **_judged(finding)}


def _judged(finding: Finding) -> _Values:
    plain = {name: getattr(finding, name) for name in ("nature", "severity", "owner")}
    return {**plain, "want": _json(finding.want), "have": _json(finding.have)}


def _run(ledger: Ledger) -> _Values:
    plain = ("run", "started", "ended", "outcome", "planned", "asked", "findings")
    values = {name: getattr(ledger, name) for name in plain}
    return {**values, "complete": int(ledger.complete), "kinds": _json(ledger.kinds), "counts": _json(ledger.counts)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
