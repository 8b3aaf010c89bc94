"""A simulated Windows host that the tests of a module share; each leaves it without faults."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.windows import Running, windows_host


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    with windows_host() as running:
        yield running


@pytest.fixture
def host(shared: Running) -> Iterator[Running]:
    yield shared
    shared.heal()
