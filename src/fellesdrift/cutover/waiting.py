"""Waiting for people and for time to pass, without losing the lease (design.md, invariant 7)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fellesdrift.cutover import stopping
from fellesdrift.cutover.progress import read_progress
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fellesdrift.cutover.permit import Permit
    from fellesdrift.cutover.planning import Context

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


def keep_lease(context: Context, permit: Permit) -> None:
    """Renew the lease. FD611 when it is lost."""
    with context.writable().transaction() as connection:
        lease.check_and_renew(connection, permit.token, context.acting())


def looks(context: Context, permit: Permit, seconds: float, clock: Clock) -> Iterator[None]:
    """Yields at once and then every LOOK until `seconds` are over; keeps the lease meanwhile. FD611 when it is lost,
    FD653 when a stop is asked for."""
    begun = renewed = clock.monotonic()
    keep_lease(context, permit)
    while True:
        _heed_stop(context, permit)
        yield
        left = seconds - (clock.monotonic() - begun)
        if left <= 0:
            return
        clock.sleep(min(LOOK, left))
        if clock.monotonic() - renewed >= RENEW:
            keep_lease(context, permit)
            renewed = clock.monotonic()


def _heed_stop(context: Context, permit: Permit) -> None:
    journal = context.writable()
    progress = read_progress(journal.records(*permit.key)).get(permit.key)
    if progress is None or progress.state != "done":
        stopping.refuse_beginning(journal, permit, context.acting())
    elif stopping.signals():
        # nothing was begun on any device, so there is nothing to be stopped in the journal
        raise stopping.StopAskedError(permit.stage, "nothing was changed; the same command asks again")
