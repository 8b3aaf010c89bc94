"""What only a server can do: die, refuse a login, have another clock, and keep a password in a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.postgresql import Server

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal, lease
from fellesdrift.journal.lease import Holder

ESTATE = "Drammensregionen"


@pytest.fixture
def journal(server: Server) -> Iterator[Journal]:
    with Journal.create(server.database(), ESTATE) as made:
        yield made


def append(journal: Journal) -> int:
    return journal.append("sande", "s", "a", "h", "e", {}, {"name": "x"})


def test_a_server_that_dies_loses_nothing_and_is_found_again(server: Server, journal: Journal) -> None:
    """Killed under an open connection, without a checkpoint: the stage waits, and goes on when it is back."""
    confirmed = [append(journal) for _ in range(5)]
    server.crash()
    with pytest.raises(FellesdriftError) as caught:
        append(journal)
    assert caught.value.code == "FD609"
    with pytest.raises(FellesdriftError) as caught:
        Journal.open(journal.place, ESTATE)
    assert caught.value.code == "FD609"
    server.start()
    assert [record.seq for record in journal.records()] == confirmed
    assert append(journal) == 6
    assert journal.verify() == 6


def test_who_may_only_read_is_refused(server: Server, journal: Journal) -> None:
    append(journal)
    database = str(journal.place).split("@/")[1].split("?")[0]
    role = f"auditor_{database}"
    server.execute(database, f"CREATE ROLE {role} LOGIN", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    place = str(journal.place).replace("fellesdrift@", f"{role}@")
    with Journal.open(place, ESTATE) as reader:
        assert len(reader.records()) == 1
        with pytest.raises(FellesdriftError) as caught:
            append(reader)
        assert (caught.value.code, caught.value.found) == ("FD605", "permission denied for table records")


def test_no_such_login(server: Server, journal: Journal) -> None:
    with pytest.raises(FellesdriftError) as caught:
        Journal.open(str(journal.place).replace("fellesdrift@", "nobody@"), ESTATE)
    assert caught.value.code == "FD609"


def test_a_service_file_names_the_server(
    server: Server, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = str(journal.place).split("@/")[1].split("?")[0]
    service = tmp_path / "services"
    service.write_text(f"[region]\nhost={server.folder}\nuser=fellesdrift\ndbname={database}\n", encoding="utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(service))
    append(journal)
    with Journal.open("postgresql://?service=region", ESTATE) as mine:
        assert append(mine) == 2


def test_another_machines_lease_goes_by_the_servers_clock(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's clock may be wrong by a little; by more, nothing is begun."""

    class Wrong(datetime):
        by = timedelta()

        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(UTC) + cls.by

    other, me = Holder("ops2", "another boot", 1, 1), Holder.of_process(os.getpid())
    with journal.transaction() as connection:
        token = lease.acquire(connection, ["sande"], other)
    monkeypatch.setattr(lease, "datetime", Wrong)

    def take() -> str:
        with pytest.raises(FellesdriftError) as caught, journal.transaction() as connection:
            lease.acquire(connection, ["sande"], me)
        return caught.value.code

    Wrong.by = timedelta(minutes=4)
    assert take() == "FD610"
    Wrong.by = timedelta(hours=3)
    assert take() == "FD619"
    with journal.transaction() as connection:  # who is at work goes on
        assert lease.check_and_renew(connection, token, other) == lease.LENGTH
