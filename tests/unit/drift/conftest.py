"""The production estate, read once."""

from __future__ import annotations

import pytest
from support.drift import PROJECT

from fellesdrift.estate import Estate, load_estate


@pytest.fixture(scope="session")
def estate() -> Estate:
    return load_estate([PROJECT / "inventories" / "production"])
