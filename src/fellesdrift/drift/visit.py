"""One host of a sweep: read in one session, hold against what is recorded, in a time that is known beforehand."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fellesdrift.drift.judge import Answer, failed, judge
from fellesdrift.errors import FellesdriftError
from fellesdrift.session import CliSession, Target, open_session
from fellesdrift.session.errors import (
    CommandRefusedError,
    PlatformUnsupportedError,
    SessionLostError,
    TimedOutError,
    UnreachableError,
)
from fellesdrift.state.network.device import Device

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

    def __call__(self, order: Order) -> Answer:
        """Visit a host. Whatever the device does is an answer; what is raised is a fault of ours."""
        target = within(order.target, self.seconds)
        try:
            recorded = order.recorded or self.recorded(target.host)
        except FellesdriftError as error:
            return failed("error", error)
        opened: list[CliSession] = []
        clock = _Clock(target, time.monotonic() + self.seconds - target.read_timeout)
        try:
            with open_session(target, transcript=clock) as session:
                opened.append(session)
                reading = Device(session).read()
        except FellesdriftError as error:
            return _unread(error, bool(opened))
        try:
            kinds = order.kinds or self.kinds
            return judge(target.host, reading, recorded, kinds, target.secrets(), order.mend_command)
        except FellesdriftError as error:
            return failed("error", error)


def within(target: Target, seconds: float) -> Target:
    """The target with timeouts of which the whole visit keeps its time: connecting, logging in and the first prompt
    take at most connect + (connect + read) + read; after that the clock is looked at before every answer is used."""
    return replace(
        target,
        connect_timeout=min(target.connect_timeout, _CONNECT, seconds / 8),
        read_timeout=min(target.read_timeout, _READ, seconds / 4),
    )


class _Clock:
    """A session's transcript that keeps nothing and ends the session when there is no time for one more answer."""

    def __init__(self, target: Target, end: float) -> None:
        self._target = target
        self._end = end

    def __call__(self, direction: str, _text: str) -> None:
        if direction == "sent" and time.monotonic() > self._end:
            raise TimedOutError(self._target.host, "the visit of the drift check", self._target.read_timeout)


def _unread(error: FellesdriftError, in_session: bool) -> Answer:
    if isinstance(error, PlatformUnsupportedError):
        return failed("unsupported", error)
    if isinstance(error, UnreachableError | TimedOutError | SessionLostError):
        return failed("error" if in_session else "unreachable", error)
    if in_session and not isinstance(error, CommandRefusedError):
        return failed("error", error)
    return failed("refused", error)
