"""Exchanges inside the test, brought from what they are to what they should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from support import generated_exchanges as generated
from support.exchange_inside import TARGET, Inside, inside, session_inside
from support.overlay import Clock, clocked

from fellesdrift.session.overlay import OverlayTarget
from fellesdrift.session.overlay.session import OverlaySession
from fellesdrift.state.pbx import Plan, Resources, bring, open_exchange, prepare, read_all
from fellesdrift.state.pbx.exchange import Exchange as Opened
from fellesdrift.twin.pbx.exchange import Exchange
from fellesdrift.twin.pbx.tables import Tables

EVERY = (*generated.SETS, *generated.LEADING)


class World:
    """Exchanges and sessions with them, all on one clock."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._lines: list[Inside] = []

    @property
    def typed(self) -> list[str]:
        """All lines of the session that was opened last, and of those that it was renewed with."""
        return [typed for line in self._lines for typed in line.typed]

    def pair(self, seed: int) -> tuple[Callable[[], Exchange], Resources]:
        """What makes the same exchange each time, and what it should be: another one, read."""
        random = Random(seed)
        maker = generated.Maker(random, second=random.random() < 0.5)
        first, other = maker.tables(), maker.tables()
        return lambda: self.exchange(first), self.read(self.exchange(other))

    def exchange(self, tables: Tables) -> Exchange:
        contents = tables.copy()
        return inside(generated.SPEC, lambda _: contents)

    @contextmanager
    def opened(self, exchange: Exchange, spoil: Callable[[str], str] | None = None) -> Iterator[Opened]:
        """A session that is read and written with; `typed` has its lines afterwards."""

        @contextmanager
        def opener(_: OverlayTarget) -> Iterator[OverlaySession]:
            with session_inside(exchange, self.clock, spoil) as (session, line):
                self._lines.append(line)
                yield session

        self._lines = []
        with open_exchange(TARGET, "large", opener) as found:
            yield found

    def read(self, exchange: Exchange) -> Resources:
        with self.opened(exchange) as found:
            return read_all(found, EVERY)

    def brought(self, exchange: Exchange, want: Resources, **options: Any) -> Plan:
        """The exchange is made exactly what is wanted, in one session."""
        with self.opened(exchange) as found:
            planned = prepare(found, generated.desired(want, read_all(found, EVERY)))
            bring(found, planned, **options)
        return planned


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(clocked(monkeypatch))
