"""One small exchange that the tests of a module share; each finds it as it was at first, and without faults."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.exchange import Running, exchanges
from support.small_exchange import small


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with exchanges(small(tmp_path_factory.mktemp("exchange"))) as running:
        running.exchange()
        yield running


@pytest.fixture
def running(shared: Running) -> Iterator[Running]:
    yield shared

    def again() -> None:
        shared.service.heal("x1")
        exchange = shared.exchange()
        exchange.sysload()
        exchange.boot()
        exchange.loads = 0

    shared.do(again)
