"""Both stores: every test that takes `place` runs on a file of SQLite's and on a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.journal import forge
from support.postgresql import Server

from fellesdrift.journal import Journal
from fellesdrift.journal.place import Place

ESTATE = "Drammensregionen"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    made = Server()
    made.start()
    yield made
    made.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Place]:
    """Makes places where there is no journal yet, of one kind."""
    if request.param == "sqlite":
        numbers = iter(range(100))
        return lambda: tmp_path / f"journal{next(numbers)}.sqlite"
    server: Server = request.getfixturevalue("server")
    return server.database


@pytest.fixture
def place(new_place: Callable[[], Place]) -> Place:
    return new_place()


@pytest.fixture
def journal(place: Place) -> Iterator[Journal]:
    with Journal.create(place, ESTATE) as made:
        yield made


@pytest.fixture
def behind_its_back(place: Place, request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Runs a statement as nobody may: with the triggers out of the way."""

    def run(statement: str) -> None:
        if isinstance(place, Path):
            forge(place, statement)
            return
        database = place.split("@/")[1].split("?")[0]
        server: Server = request.getfixturevalue("server")
        off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in ("records", "personal")]
        server.execute(database, *off, statement)

    return run
