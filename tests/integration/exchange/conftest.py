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
    front = shared.service.fronts["x1"]

    def again() -> None:
        for session in list(front.exchange.sessions):
            session.hang_up()
        front.forget()

    shared.do(again)
