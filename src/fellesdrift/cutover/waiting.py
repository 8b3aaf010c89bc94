"""Waiting for people and for time to pass, without losing the lease (design.md, invariant 7)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fellesdrift.cutover import stopping
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fellesdrift.cutover.holding import Holding
    from fellesdrift.cutover.progress import StageProgress

LOOK = 1.0
"""Seconds between two looks at what is waited for."""
RENEW = lease.LENGTH.total_seconds() / 30
"""Seconds after which the lease is renewed: many times in its length, so that a slow disk costs no stage."""


def _utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """Where time comes from. now: UTC, for deadlines; monotonic: seconds, what no clock change moves."""

    now: Callable[[], datetime] = _utc
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def looks(holding: Holding, seconds: float, clock: Clock) -> Iterator[StageProgress]:
    """Yields where the stage stands, at once and then every LOOK until `seconds` are over; keeps the lease meanwhile.
    FD611 when it is lost, FD653 when a stop is asked for."""
    begun = renewed = clock.monotonic()
    holding.keep()
    while True:
        progress = holding.progress()
        _heed_stop(holding, progress)
        yield progress
        left = seconds - (clock.monotonic() - begun)
        if left <= 0:
            return
        clock.sleep(min(LOOK, left))
        if clock.monotonic() - renewed >= RENEW:
            holding.keep()
            renewed = clock.monotonic()


def _heed_stop(holding: Holding, progress: StageProgress) -> None:
    if progress.state == "done":
        # it is only being finalized: nothing was begun that a record would have to stop
        if stopping.signals():
            raise stopping.StopAskedError(holding.permit.stage, "nothing was changed; the same command asks again")
        return
    stopping.note_signal(holding.journal, holding.permit, holding.holder)
    if stopping.signals() or progress.stop is not None:
        raise stopping.StopAskedError(holding.permit.stage)
