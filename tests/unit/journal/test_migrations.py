"""A journal that the first version wrote is brought forward; what it says stays what it said."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.journal import forge

from fellesdrift.cutover.progress import read_progress
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal, migrations

ESTATE = "Drammensregionen"
FIXTURES = Path(__file__).parents[2] / "fixtures" / "journal"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FIXTURES / "schema1.sql").read_text(encoding="utf-8"))
    return path


def refused(path: Path, estate: str = ESTATE) -> FellesdriftError:
    with pytest.raises(FellesdriftError) as caught:
        migrations.upgrade(path, estate)
    return caught.value


def test_an_older_journal_is_refused_with_what_to_type(old: Path) -> None:
    before = old.read_bytes()
    for opened in (Journal.open, Journal.read_only):
        with pytest.raises(FellesdriftError) as caught:
            opened(old, ESTATE)
        assert (caught.value.code, caught.value.found) == ("FD608", "1")
        assert "fellesdrift journal upgrade" in (caught.value.next_step or "")
    assert old.read_bytes() == before


def test_it_is_brought_forward_and_its_chain_is_the_same(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        links = connection.execute("SELECT seq, at, previous, chain FROM records ORDER BY seq").fetchall()
    copy = migrations.upgrade(old, ESTATE)
    assert copy is not None
    with Journal.open(old, ESTATE) as journal:
        assert journal.verify() == 8
        records = journal.records()
        assert records[0].payload is not None
        assert records[0].payload["title"] == "Røyken først, så Sande"
        assert records[4].payload is None  # erased by hand, as schema 1 foresaw
        assert [(link.previous, link.chain) for link in journal.links("sande", "wan_link").values()] == [
            (previous, chain) for _, _, previous, chain in links[:7]
        ]
        assert read_progress(journal.current())["sande", "wan_link"].state == "done"
        assert journal.append("sande", "", "d2", "san-rtr1", "day2_host_back", {}, {"name": "x"}) == 9
        assert journal.verify() == 9
        with journal.view() as connection:
            assert connection.exec_driver_sql("SELECT run, outcome FROM drift_runs").fetchall() == [("run1", "clean")]
    assert migrations.upgrade(old, ESTATE) is None
    with closing(sqlite3.connect(copy)) as connection:  # the copy is what was there
        assert connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone() == ("1",)
        assert connection.execute("SELECT count(*) FROM payloads").fetchone() == (8,)


def test_it_has_the_same_tables_as_a_new_one(old: Path, tmp_path: Path) -> None:
    migrations.upgrade(old, ESTATE)
    Journal.create(tmp_path / "new.sqlite", ESTATE).close()
    schemas = []
    for path in (old, tmp_path / "new.sqlite"):
        with closing(sqlite3.connect(path)) as connection:
            query = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE 'drift_%'"
            query += " AND name <> 'meta'"  # the same two columns, spelled otherwise
            schemas.append(dict(connection.execute(query).fetchall()))
    assert schemas[0] == schemas[1]


def test_a_broken_one_stays_as_it_was(old: Path) -> None:
    forge(old, "UPDATE payloads SET body = '{}' WHERE seq = 2")
    with closing(sqlite3.connect(old)) as connection:  # forge takes the triggers away, the old version had them
        for event in ("UPDATE", "DELETE"):
            name = {"UPDATE": "records_never_change", "DELETE": "records_never_go"}[event]
            connection.execute(f"CREATE TRIGGER {name} BEFORE {event} ON records BEGIN SELECT RAISE(ABORT, 'no'); END")
        before = list(connection.iterdump())
    error = refused(old)
    assert (error.code, error.key) == ("FD604", "record 2")
    with closing(sqlite3.connect(old)) as connection:
        assert list(connection.iterdump()) == before


def test_nobody_is_left_at_work_without_his_lease(old: Path) -> None:
    forge(
        old, "INSERT INTO leases VALUES ('sande', 't', '{}', '2026-01-01T00:00:00+00:00', '2999-01-01T00:00:00+00:00')"
    )
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("CREATE TRIGGER records_never_change BEFORE UPDATE ON records BEGIN SELECT 1; END")
    assert refused(old).code == "FD610"


def test_another_estates_and_a_newer_one_are_left_alone(old: Path, tmp_path: Path) -> None:
    assert refused(old, "Et annet sted").code == "FD603"
    assert refused(tmp_path / "none.sqlite").code == "FD602"
    forge(old, "UPDATE meta SET value = '99' WHERE name = 'schema'")
    assert refused(old).code == "FD603"
    assert list(tmp_path.glob("*.schema*")) == []
