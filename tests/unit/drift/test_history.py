"""First and last seen, over several nights; the journal's chain is not touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.drift import host_result, ledger_of

from fellesdrift.drift.history import keep
from fellesdrift.drift.model import Finding, HostResult, fingerprint
from fellesdrift.journal import Journal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.create(tmp_path / "journal.sqlite", "Drammensregionen") as made:
        made.append("sande", "wan_link", "1", "", "opened", {})
        yield made


def drifted(host: str, *keys: str) -> HostResult:
    findings = [
        Finding(
            fingerprint=fingerprint(host, "route", key),
            host=host,
            kind="route",
            key=key,
            nature="unmanaged",
            severity="low",
        )
        for key in keys
    ]
    return host_result(host, "drift" if findings else "clean", findings=findings)


def night(journal: Journal, number: int, *hosts: HostResult, judged: tuple[str, ...] = ("a", "b")) -> dict[str, str]:
    """key -> first seen, after a night's run."""
    ledger = ledger_of(*hosts, run=f"run{number}", ended=f"2026-11-{number:02d}T03:00:00Z")
    kept = keep(journal, ledger, judged)
    assert all(one.last_seen == ledger.ended for host in kept for one in host.findings)
    return {one.key: one.first_seen[8:10] for host in kept for one in host.findings}


def test_first_seen_stays_until_it_is_gone_and_begins_anew(journal: Journal) -> None:
    assert night(journal, 1, drifted("a", "x"), drifted("b")) == {"x": "01"}
    assert night(journal, 2, drifted("a", "x", "y"), drifted("b")) == {"x": "01", "y": "02"}
    assert night(journal, 3, drifted("a", "y"), drifted("b")) == {"y": "02"}
    assert night(journal, 4, drifted("a", "x", "y"), drifted("b")) == {"x": "04", "y": "02"}
    assert journal.verify() == 1
    assert len(journal.records()) == 1


def test_what_was_not_read_or_not_looked_at_is_not_gone(journal: Journal) -> None:
    night(journal, 1, drifted("a", "x"), drifted("b"))
    night(journal, 2, host_result("a", "unreachable", code="FD301"), drifted("b"), judged=("b",))
    assert night(journal, 3, drifted("a", "x"), drifted("b")) == {"x": "01"}
    ledger = ledger_of(drifted("a"), drifted("b"), run="run4", kinds=["interface"])
    keep(journal, ledger, ("a", "b"))
    assert night(journal, 5, drifted("a", "x"), drifted("b")) == {"x": "01"}


def test_every_run_is_kept(journal: Journal) -> None:
    night(journal, 1, drifted("a", "x"), drifted("b"))
    night(journal, 2, drifted("a"), drifted("b"))
    journal.close()
    with sqlite3.connect(journal.place) as connection:
        runs = connection.execute("SELECT run, outcome, findings FROM drift_runs ORDER BY ended").fetchall()
        gone = connection.execute("SELECT key, gone FROM drift_findings").fetchall()
    connection.close()
    assert runs == [("run1", "drift", 1), ("run2", "clean", 0)]
    assert gone == [("x", "2026-11-02T03:00:00Z")]
