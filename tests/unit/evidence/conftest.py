"""Recorded nights, and the evidence of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.recorded import recorded

from fellesdrift.estate import Estate, load_estate
from fellesdrift.evidence import Evidence, gather

PROJECT = Path(__file__).parents[3]
MADE = datetime(2006, 3, 4, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def estate() -> Estate:
    return load_estate([PROJECT / "inventories" / "production"])


@pytest.fixture
def evidence_of(tmp_path: Path, estate: Estate) -> Callable[[str], Evidence]:
    """The evidence of a recorded night."""

    def make(*nights: str, attempt: str | None = None) -> Evidence:
        with recorded(tmp_path, estate.name, *nights) as journal:
            here = estate.model_copy(update={"journal": tmp_path / "journal.sqlite"})
            return gather(here, journal, "sande", "wan_link", attempt, now=MADE)

    return make
