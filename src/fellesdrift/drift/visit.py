"""One host of a sweep: read in one session, hold against what is recorded, in a time that is known beforehand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fellesdrift.drift.judge import Answer, failed, judge
from fellesdrift.errors import FellesdriftError
from fellesdrift.session import Target
from fellesdrift.session.errors import (
    CommandRefusedError,
    PlatformUnsupportedError,
    SessionLostError,
    TimedOutError,
    UnreachableError,
)
from fellesdrift.session.reading import open_reading
from fellesdrift.state.network.device import Reading, read_device

if TYPE_CHECKING:
    from fellesdrift.drift.model import Kind
    from fellesdrift.drift.recorded import Recorded

_CONNECT, _READ = 10.0, 30.0  # seconds: what a session takes where there is time


@dataclass(frozen=True)
class Order:
    """What a process of the sweep is told. recorded: given for the canary only; the estate's own are looked up."""

    target: Target
    mend_command: str = ""
    recorded: Recorded | None = None
    kinds: tuple[Kind, ...] | None = None


@dataclass(frozen=True)
class Visitor:
    """What every process of the sweep has. recorded: host -> what is written down of it; seconds: for one host."""

    recorded: Callable[[str], Recorded]
    kinds: tuple[Kind, ...]
    seconds: float

    async def __call__(self, order: Order) -> Answer:
        """Visit a host. Whatever the device does is an answer; what is raised is a fault of ours."""
        target = within(order.target, self.seconds)
        try:
            recorded = order.recorded or self.recorded(target.host)
        except FellesdriftError as error:
            return failed("error", error)
        read = await _read(target, recorded, self.seconds)
        if isinstance(read, Answer):
            return read
        try:
            kinds = order.kinds or self.kinds
            return judge(target.host, read, recorded, kinds, target.secrets(), order.mend_command)
        except FellesdriftError as error:
            return failed("error", error)


async def _read(target: Target, recorded: Recorded, seconds: float) -> Reading | Answer:
    """What the device says, or why there is nothing, within that time."""
    in_session = False
    try:
        async with asyncio.timeout(seconds), open_reading(target) as session:
            in_session = True
            return await read_device(session, recorded.is_printed)
    except FellesdriftError as error:
        return _unread(error, in_session)
    except TimeoutError:
        return _unread(TimedOutError(target.host, "the visit of the drift check", round(seconds, 1)), in_session)


def within(target: Target, seconds: float) -> Target:
    """The target with timeouts that tell what it was that took too long, before the whole visit's time is over:
    connecting, logging in and the first prompt take at most connect + (connect + read) + read."""
    return replace(
        target,
        connect_timeout=min(target.connect_timeout, _CONNECT, seconds / 8),
        read_timeout=min(target.read_timeout, _READ, seconds / 4),
    )


def _unread(error: FellesdriftError, in_session: bool) -> Answer:
    if isinstance(error, PlatformUnsupportedError):
        return failed("unsupported", error)
    if isinstance(error, UnreachableError | TimedOutError | SessionLostError):
        return failed("error" if in_session else "unreachable", error)
    if in_session and not isinstance(error, CommandRefusedError):
        return failed("error", error)
    return failed("refused", error)
