"""One Windows host of a sweep: read in one session, hold against what is recorded, in a time that is known beforehand.

The session is not the loop's own: each visit has a thread, which ends with its host's time, because every exchange of
messages ends with it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fellesdrift.drift.judge import Answer, failed
from fellesdrift.drift.threads import in_time
from fellesdrift.drift.windows_judge import judge, without
from fellesdrift.drift.windows_recorded import WindowsRecorded, recorded_of
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.windows_snapshots import computer_of
from fellesdrift.session.errors import CommandRefusedError, SessionLostError, TimedOutError, UnreachableError
from fellesdrift.session.wsman import open_client
from fellesdrift.session.wsman.errors import NoListenerError, StackUnsupportedError
from fellesdrift.session.wsman.reading import reading_client
from fellesdrift.snapshots.windows_reading import (
    Scope,
    answered,
    lasting,
    names_in,
    people_in,
    read_state,
    without_people,
)
from fellesdrift.snapshots.windows_taking import system_of
from fellesdrift.state.windows import KINDS, Host, open_host

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from contextlib import AbstractContextManager

    from fellesdrift.drift.recorded import Writings
    from fellesdrift.session.wsman import Client, WindowsTarget

reading = partial(open_client, make=reading_client)


@dataclass(frozen=True)
class WindowsOrder:
    """What a process of the sweep is told of a Windows host. accounts: patterns of accounts of service."""

    target: WindowsTarget
    mend_command: str = ""
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Either:
    """What every process of the sweep has: a visitor for network devices, and what Windows hosts are held against.

    seconds   for one host
    kinds     of Windows hosts
    """

    network: Callable[[Any], Coroutine[Any, Any, Answer]]
    writings: Writings
    kinds: tuple[str, ...]
    seconds: float

    async def __call__(self, order: Any) -> Answer:
        """Visit a host. Whatever it does is an answer; what is raised is a fault of ours."""
        if not isinstance(order, WindowsOrder):
            return await self.network(order)
        return await in_time(order.target.host, partial(self._visit, order), self.seconds)

    def _visit(self, order: WindowsOrder) -> Answer:
        try:
            recorded = recorded_of(self.writings, order.target.host)
        except FellesdriftError as error:
            return failed("error", error)
        return visit(order, recorded, self.kinds, self.seconds)


def visit(
    order: WindowsOrder,
    recorded: WindowsRecorded,
    kinds: tuple[str, ...],
    seconds: float,
    opener: Callable[[WindowsTarget], AbstractContextManager[Client]] = reading,
) -> Answer:
    """Read a host and judge it. Raises nothing that a host can cause."""
    target = replace(
        order.target,
        timeout=min(order.target.timeout, seconds / 3),
        connect_timeout=min(order.target.connect_timeout, seconds / 8),
        until=time.monotonic() + seconds,
    )
    in_session = False
    try:
        with open_host(target, opener) as host:
            in_session = True
            return _judged(host, order, recorded, kinds)
    except FellesdriftError as error:
        return _unread(error, in_session)


def _judged(host: Host, order: WindowsOrder, recorded: WindowsRecorded, kinds: tuple[str, ...]) -> Answer:
    refuse_another(host, recorded)
    keys = {kind: there for kind, there in recorded.kinds.items() if not KINDS[kind].listable}
    claimed, there = {claim[0] for claim in recorded.claims}, answered(recorded.kinds)
    wanted = [kind for kind in kinds if kind in claimed or (kind not in recorded.unread and kind in there)]
    found, unread = read_state(host, Scope(keys, wanted))
    known = {*order.accounts, *names_in(recorded.kinds), host.login}
    present = without_people(lasting(found, recorded.kinds), known)
    answer = judge(host, recorded, present, unread, wanted, order.mend_command)
    if answer.state != "drift":
        return answer
    return without(answer, host.client.target.password, people_in(found, known))


def refuse_another(host: Host, recorded: WindowsRecorded) -> None:
    """FD705 when another host answers than the one that is recorded."""
    said, _ = system_of(host)
    wanted = recorded.name or computer_of(host.name)
    if said.upper() != wanted.upper():
        raise FellesdriftError(
            "FD705",
            "the device that answered has another name than is recorded",
            host=host.name,
            found=f"computer {said}",
            expected=f"computer {wanted}",
            next_step="see where ansible_host and ansible_port lead; if it was renamed, name it back",
        )


def _unread(error: FellesdriftError, in_session: bool) -> Answer:
    if isinstance(error, NoListenerError | StackUnsupportedError):
        return failed("unsupported", error)
    if isinstance(error, UnreachableError | TimedOutError | SessionLostError):
        return failed("error" if in_session else "unreachable", error)
    return failed("error" if in_session and not isinstance(error, CommandRefusedError) else "refused", error)
