"""What the journal promises, on both stores."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from sqlalchemy import text

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal, engine, exists, lease
from fellesdrift.journal.lease import Holder
from fellesdrift.journal.place import Place
from fellesdrift.journal.tables import leases

ESTATE = "Drammensregionen"
ME = Holder.of_process(os.getpid())


def code_of(work: Callable[[], object]) -> FellesdriftError:
    with pytest.raises(FellesdriftError) as caught:
        work()
    return caught.value


def test_made_once_and_found_again(place: Place) -> None:
    assert not exists(place)
    assert Journal.read_only(place, ESTATE) is None
    assert code_of(lambda: Journal.open(place, ESTATE)).code == "FD602"
    assert not exists(place)
    with Journal.create(place, ESTATE) as journal:
        journal.append(
            "sande", "wan_link", "a1", "", "opened", {"title": "Røyken først, så Sande"}, {"name": "rolle Æ"}
        )
        journal.append("sande", "wan_link", "a1", "san-rtr1", "host_intended", {"before": {}, "after": {}})
    assert exists(place)
    assert code_of(lambda: Journal.create(place, ESTATE)).code == "FD601"
    error = code_of(lambda: Journal.open(place, "Et annet sted"))
    assert (error.code, error.key, error.found) == ("FD603", "estate", ESTATE)
    with Journal.open(place, ESTATE) as again:
        first, second = again.records()
        assert (first.seq, second.seq) == (1, 2)
        assert first.payload == {"title": "Røyken først, så Sande"}
        assert (first.personal, first.erased, second.personal, second.erased) == (
            {"name": "rolle Æ"},
            False,
            None,
            False,
        )
        assert [record.seq for record in again.records(host="san-rtr1")] == [2]
        assert [record.seq for record in again.records(stage="")] == []
        assert again.verify() == 2
        assert again.head() == (2, again.links("sande", "wan_link")[2].chain)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET host = 'x'",
        "DELETE FROM records",
        "UPDATE personal SET body = 'x'",
        "TRUNCATE records CASCADE",
    ],
)
def test_what_was_written_cannot_be_changed(journal: Journal, statement: str) -> None:
    journal.append("sande", "s", "a", "h", "e", {}, {"name": "somebody"})

    def change() -> None:
        with journal.transaction() as connection:
            connection.execute(text(statement))

    error = code_of(change)
    assert error.code == "FD605"
    if not statement.startswith("TRUNCATE"):  # SQLite has none, and says so
        assert "append-only" in str(error) or "kept as it is" in str(error)
    assert journal.verify() == 1


@pytest.mark.parametrize(
    ("statement", "record", "what"),
    [
        ("UPDATE records SET payload = '{\"forged\": 1}' WHERE seq = 2", 2, "its payload"),
        ("UPDATE records SET host = 'forged' WHERE seq = 2", 2, "its link"),
        ("UPDATE records SET at = '2026-01-01T00:00:00.000+00:00' WHERE seq = 1", 1, "its link"),
        ("UPDATE records SET personal_digest = NULL WHERE seq = 3", 3, "its link"),
        ('UPDATE personal SET body = \'{"name": "another"}\' WHERE seq = 3', 3, "its personal data"),
        ("DELETE FROM records WHERE seq = 2", 3, "its link"),
    ],
)
def test_the_first_bad_record_is_named_and_nobody_gets_a_lease(
    journal: Journal, behind_its_back: Callable[[str], None], statement: str, record: int, what: str
) -> None:
    for number in range(1, 5):
        journal.append("sande", "s", "a", "h", f"e{number}", {"number": number}, {"name": "x"} if number == 3 else None)
    behind_its_back(statement)

    def take() -> None:
        with journal.transaction() as connection:
            lease.acquire(connection, ["sande"], ME)

    for work in (journal.verify, take):
        error = code_of(work)
        assert (error.code, error.key) == ("FD604", f"record {record}")
        assert what in (error.found or "")
    assert journal.leases() == []


def test_nothing_is_chained_to_a_forged_record(journal: Journal, behind_its_back: Callable[[str], None]) -> None:
    journal.append("sande", "s", "a", "h", "e", {})
    behind_its_back("UPDATE records SET host = 'forged'")
    assert code_of(lambda: journal.append("sande", "s", "a", "h", "e", {})).code == "FD604"


def test_an_aborted_transaction_leaves_no_record_and_no_hole(journal: Journal) -> None:
    with pytest.raises(RuntimeError), journal.transaction():
        journal.append("sande", "s", "a", "h", "half", {})
        raise RuntimeError
    assert journal.records() == []
    assert journal.append("sande", "s", "a", "h", "whole", {}) == 1


def test_a_reader_cannot_write(place: Place, journal: Journal) -> None:
    with Journal.reading(place, ESTATE) as reader:
        assert reader is not None
        assert code_of(lambda: reader.append("sande", "s", "a", "h", "e", {})).code == "FD605"
    assert journal.records() == []


def test_two_controllers_take_turns(place: Place, journal: Journal) -> None:
    """Each reads the last number and writes the next: without turns there would be two of one, or a broken chain."""

    def work(host: str) -> None:
        with Journal.open(place, ESTATE) as mine:
            for _ in range(15):
                with mine.transaction():
                    count = len(mine.records(host=host))
                    mine.append("sande", "s", "a", host, "e", {"count": count})

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, ("a", "b", "c")))
    assert journal.verify() == 45
    assert [record.seq for record in journal.records()] == list(range(1, 46))
    for host in "abc":
        assert [record.payload for record in journal.records(host=host)] == [{"count": number} for number in range(15)]


def test_only_one_of_many_gets_the_lease(place: Place, journal: Journal) -> None:
    """In whatever order they name what they need, nobody waits for the other for ever."""
    holders = [Holder("ops2", "boot", number, number) for number in range(4)]
    gate = threading.Barrier(len(holders))

    def take(holder: Holder) -> str | None:
        names = ["sande", "platform"] if holder.pid % 2 else ["platform", "sande"]
        with Journal.open(place, ESTATE) as mine:
            gate.wait()
            try:
                with mine.transaction() as connection:
                    return lease.acquire(connection, names, holder)
            except FellesdriftError as error:
                assert error.code == "FD610"
                return None

    with ThreadPoolExecutor(len(holders)) as pool:
        tokens = [token for token in pool.map(take, holders) if token]
    assert len(tokens) == 1
    assert {held.name for held in journal.leases()} == {"sande", "platform"}


def test_who_holds_the_journal_too_long_is_told_of(
    place: Place, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "WAIT", 1)
    with Journal.open(place, ESTATE) as impatient:
        with journal.transaction():
            journal.append("sande", "s", "a", "h", "first", {})
            error = code_of(lambda: impatient.append("sande", "s", "a", "h", "e", {}))
        assert error.code == "FD607"
        assert impatient.append("sande", "s", "a", "h", "second", {}) == 2


def test_a_stolen_lease_writes_nothing_more(journal: Journal) -> None:
    first, second = Holder("ops1", "boot1", 1, 1), Holder("ops2", "boot2", 2, 2)
    with journal.transaction() as connection:
        token = lease.acquire(connection, ["sande", "platform"], first)
        # its holder's machine has gone quiet for half an hour
        connection.execute(leases.update().values(expires="2026-01-01T00:00:00+00:00", expires_uptime=0))
    with journal.transaction() as connection:
        lease.acquire(connection, ["platform"], second)

    def write() -> None:
        with journal.transaction() as connection:
            lease.check_and_renew(connection, token, first)
            journal.append("sande", "s", "a", "h", "step_intended", {})

    assert code_of(write).code == "FD611"
    assert journal.records() == []


_WRITER = """
import os, sys
from pathlib import Path
from fellesdrift.journal import Journal
place = Path(sys.argv[1]) if sys.argv[1].startswith("/") else sys.argv[1]
journal = Journal.open(place, sys.argv[2])
number = 0
while True:
    number += 1
    seq = journal.append("sande", "s", "a", "h", "step_intended", {"text": "x" * 3000, "number": number}, {"name": "y"})
    os.write(1, b"%d\\n" % seq)
"""


def _killed_writer(place: Place, after: int) -> int:
    """The last number that the writer was given before it was killed, in the middle of whatever it was doing."""
    process = subprocess.Popen([sys.executable, "-c", _WRITER, str(place), ESTATE], stdout=subprocess.PIPE, bufsize=0)
    assert process.stdout is not None
    said = b""
    while said.count(b"\n") < after:
        said += process.stdout.read(64)
    process.kill()
    said += process.stdout.read()
    process.wait()
    process.stdout.close()
    return int(said.split()[-1])


def _survives_kills(place: Place, rounds: int) -> None:
    confirmed = 0
    for number in range(rounds):
        confirmed = _killed_writer(place, 3 + number % 7)
        with Journal.reading(place, ESTATE) as reader:  # first of all: somebody who may not write looks at it
            assert reader is not None
            assert reader.head()[0] in (confirmed, confirmed + 1)  # committed, and killed before it could say so
        with Journal.open(place, ESTATE) as journal:
            assert journal.verify() >= confirmed
            assert all(record.personal for record in journal.records())
            assert journal.append("sande", "s", "a", "h", "after", {}, {"name": "z"}) > confirmed


def test_what_was_confirmed_survives_a_kill(place: Place, journal: Journal) -> None:
    _survives_kills(place, 3)


@pytest.mark.long
def test_what_was_confirmed_survives_a_hundred_kills(place: Place, journal: Journal) -> None:
    _survives_kills(place, 100)


def test_the_links_lead_from_one_record_to_the_next(journal: Journal) -> None:
    for number in range(4):
        journal.append("sande", "s", "a", "h", "e", {"number": number})
    links = list(journal.links("sande", "s").values())
    assert all(one.chain == two.previous for one, two in pairwise(links))
