"""The journal: append-only, chained, never made by a reader, and an error before anything happens when it cannot be."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from support.journal import forge

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal, refuse_ephemeral

ESTATE = "Drammensregionen"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal.create(path, ESTATE) as made:
        yield made


def test_records_come_back_in_order_and_narrowed(journal: Journal) -> None:
    journal.append("sande", "wan_link", "a1", "", "opened", {"title": "Røyken først, så Sande"})
    journal.append("røyken", "wan_link", "a2", "", "opened", {})
    journal.append("sande", "wan_link", "a1", "san-rtr1", "host_intended", {"before": {}, "after": {}})

    assert [record.event for record in journal.records()] == ["opened", "opened", "host_intended"]
    assert [record.host for record in journal.records("sande", "wan_link")] == ["", "san-rtr1"]
    assert journal.records("sande")[0].payload == {"title": "Røyken først, så Sande"}
    assert journal.records()[0].at.utcoffset() is not None
    assert journal.verify() == 3


def test_a_record_is_on_disk_when_append_returns(path: Path, journal: Journal) -> None:
    """Another process that dies without closing anything has still written what it said."""
    code = (
        "import os, sys; from pathlib import Path; from fellesdrift.journal import Journal;"
        f"Journal.open(Path(sys.argv[1]), {ESTATE!r}).append('sande', 's', 'a', 'h', 'e', {{}}); os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert done.returncode == 9
    assert [record.event for record in journal.records()] == ["e"]


@pytest.mark.parametrize("statement", ["UPDATE records SET host = 'x'", "DELETE FROM records"])
def test_records_cannot_be_changed(journal: Journal, statement: str) -> None:
    journal.append("sande", "s", "a", "h", "e", {})
    with pytest.raises(FellesdriftError) as caught, journal.transaction() as connection:
        connection.execute(text(statement))
    assert caught.value.code == "FD605"
    assert "append-only" in str(caught.value)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE records SET payload = '{\"forged\": 1}' WHERE seq = 2", "its payload"),
        ("UPDATE records SET host = 'forged' WHERE seq = 2", "its link"),
        ("DELETE FROM records WHERE seq = 2", "its link"),
    ],
)
def test_a_forged_record_is_named(path: Path, journal: Journal, statement: str, what: str) -> None:
    for number in range(4):
        journal.append("sande", "s", "a", "h", f"e{number}", {"number": number})
    forge(path, statement)

    with pytest.raises(FellesdriftError) as caught:
        journal.verify()
    assert caught.value.code == "FD604"
    assert caught.value.key == ("record 3" if statement.startswith("DELETE") else "record 2")
    assert what in (caught.value.found or "")


def test_a_reader_creates_nothing(path: Path) -> None:
    assert Journal.read_only(path, ESTATE) is None
    assert not path.exists()
    assert not path.parent.exists()


def test_a_reader_cannot_write(path: Path, journal: Journal) -> None:
    reader = Journal.read_only(path, ESTATE)
    assert reader is not None
    with reader, pytest.raises(FellesdriftError) as caught:
        reader.append("sande", "s", "a", "h", "e", {})
    assert caught.value.code == "FD605"


def test_a_lost_journal_is_not_replaced(path: Path) -> None:
    with pytest.raises(FellesdriftError) as caught:
        Journal.open(path, ESTATE)
    assert caught.value.code == "FD602"
    assert not path.exists()


def test_another_estates_journal_is_refused(path: Path, journal: Journal) -> None:
    with pytest.raises(FellesdriftError) as caught:
        Journal.open(path, "Et annet sted")
    assert (caught.value.code, caught.value.key, caught.value.found) == ("FD603", "estate", ESTATE)


def test_a_journal_of_another_schema_is_refused(path: Path, journal: Journal) -> None:
    forge(path, "UPDATE meta SET value = '99' WHERE name = 'schema'")
    with pytest.raises(FellesdriftError) as caught:
        Journal.read_only(path, ESTATE)
    assert (caught.value.code, caught.value.key) == ("FD603", "schema")


def test_an_existing_journal_is_never_made_anew(path: Path, journal: Journal) -> None:
    journal.append("sande", "s", "a", "h", "e", {})
    with pytest.raises(FellesdriftError) as caught:
        Journal.create(path, ESTATE)
    assert caught.value.code == "FD601"
    assert len(journal.records()) == 1


def test_garbage_is_no_journal(tmp_path: Path) -> None:
    garbage = tmp_path / "journal.sqlite"
    garbage.write_bytes(os.urandom(4096))
    with pytest.raises(FellesdriftError) as caught:
        Journal.open(garbage, ESTATE)
    assert caught.value.code == "FD604"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FellesdriftError) as caught:
        Journal.create(tmp_path / "file" / "journal.sqlite", ESTATE)
    assert caught.value.code == "FD605"


def test_a_failed_transaction_leaves_nothing(journal: Journal) -> None:
    with pytest.raises(RuntimeError), journal.transaction():
        journal.append("sande", "s", "a", "h", "half", {})
        raise RuntimeError
    assert journal.records() == []
    journal.append("sande", "s", "a", "h", "whole", {})
    assert [record.event for record in journal.records()] == ["whole"]


def test_a_journal_in_memory_is_refused_and_one_on_a_disk_is_not(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("overlay / overlay rw 0 0\ntmpfs /run/user tmpfs rw 0 0\nx /srv ext4 rw 0 0\n", encoding="utf-8")
    refuse_ephemeral(Path("/srv/fellesdrift/journal.sqlite"), mounts)
    for path in ("/run/user/1/journal.sqlite", "/tmp/journal.sqlite"):
        with pytest.raises(FellesdriftError) as caught:
            refuse_ephemeral(Path(path), mounts)
        assert caught.value.code == "FD606"


def test_the_links_of_a_stage_and_the_head_of_the_chain(journal: Journal) -> None:
    beginning = journal.head()
    assert beginning[0] == 0
    for municipality in ("sande", "royken", "sande"):
        journal.append(municipality, "wan_link", "a", "", "opened", {"title": municipality})
    links = journal.links("sande", "wan_link")
    assert list(links) == [1, 3]
    assert links[1].previous == beginning[1]
    assert links[1].digest == links[3].digest
    assert journal.links("royken", "wan_link")[2].chain == links[3].previous
    assert journal.head() == (3, links[3].chain)
    assert not links[3].erased
