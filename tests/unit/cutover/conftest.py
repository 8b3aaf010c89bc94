"""An estate, a journal and this process as the holder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fellesdrift.cutover.planning import Context
from fellesdrift.estate import Estate, load_estate
from fellesdrift.journal import Journal
from fellesdrift.journal.lease import Holder

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def estate() -> Estate:
    return load_estate([PROJECT / "inventories" / "production"])


@pytest.fixture
def journal(tmp_path: Path, estate: Estate) -> Iterator[Journal]:
    with Journal.create(tmp_path / "journal.sqlite", estate.name) as made:
        yield made


@pytest.fixture
def context(estate: Estate, journal: Journal) -> Context:
    return Context(estate, [PROJECT / "roles"], journal, Holder.of_process(os.getpid()))
