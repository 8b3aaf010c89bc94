"""One exchange of a sweep: read by whole prints in one session, hold against what is recorded, in a time that is known
beforehand."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fellesdrift.drift.exchange_judge import judge
from fellesdrift.drift.exchange_recorded import recorded_of
from fellesdrift.drift.judge import Answer, failed
from fellesdrift.drift.model import Finding
from fellesdrift.drift.threads import in_time
from fellesdrift.errors import FellesdriftError
from fellesdrift.session.errors import SessionLostError, TimedOutError, UnreachableError
from fellesdrift.session.overlay.errors import OverlayBusyError
from fellesdrift.session.redaction import PLACEHOLDER
from fellesdrift.snapshots.exchange_reading import read_state, without_people
from fellesdrift.state.pbx import open_exchange

if TYPE_CHECKING:
    from fellesdrift.drift.recorded import Writings
    from fellesdrift.drift.typed_recorded import TypedRecorded
    from fellesdrift.session.overlay import OverlayTarget


@dataclass(frozen=True)
class ExchangeOrder:
    """What a process of the sweep is told of an exchange. places: patterns of names that are of places."""

    target: OverlayTarget
    mend_command: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class WithExchanges:
    """What every process of the sweep has: a visitor for all other hosts, and what exchanges are held against.

    seconds   for one host
    kinds     of exchanges
    """

    others: Callable[[Any], Coroutine[Any, Any, Answer]]
    writings: Writings
    kinds: tuple[str, ...]
    seconds: float

    async def __call__(self, order: Any) -> Answer:
        """Visit a host. Whatever it does is an answer; what is raised is a fault of ours."""
        if not isinstance(order, ExchangeOrder):
            return await self.others(order)
        return await in_time(order.target.host, partial(self._visit, order), self.seconds)

    def _visit(self, order: ExchangeOrder) -> Answer:
        try:
            recorded = recorded_of(self.writings, order.target.host)
        except FellesdriftError as error:
            return failed("error", error)
        return visit(order, recorded, self.kinds, self.seconds)


def visit(order: ExchangeOrder, recorded: TypedRecorded, kinds: tuple[str, ...], seconds: float) -> Answer:
    """Read an exchange and judge it. Raises nothing that an exchange can cause."""
    target = within(order.target, seconds)
    in_session = False
    try:
        with open_exchange(target) as exchange:
            in_session = True
            wanted = [kind for kind in kinds if kind not in recorded.unread]
            found, unread = read_state(exchange, wanted)
            # nobody else is kept waiting while it is judged
            exchange.leave()
            present = without_people(found, order.places)
            answer = judge(exchange, recorded, found, present, unread, wanted, order.mend_command)
    except OverlayBusyError as error:
        return failed("refused", error)
    except FellesdriftError as error:
        if isinstance(error, UnreachableError | TimedOutError | SessionLostError):
            return failed("error" if in_session else "unreachable", error)
        return failed("error" if in_session else "refused", error)
    return _without(answer, target.secrets())


def within(target: OverlayTarget, seconds: float) -> OverlayTarget:
    """The target with times that tell what took too long before the whole visit's time is over. Another operator is
    waited for in a quarter of it."""
    return replace(
        target,
        connect_timeout=min(target.connect_timeout, seconds / 8),
        timeout=min(target.timeout, seconds / 3),
        farewell=min(target.farewell, seconds / 16),
        busy_for=min(target.busy_for, seconds / 4),
        busy_most=min(target.busy_most, seconds / 16),
        until=time.monotonic() + seconds,
    )


def _without(answer: Answer, secrets: tuple[str, ...]) -> Answer:
    """With the session's password taken out of what is told."""
    if answer.state != "drift":
        return answer

    def told(text: str) -> str:
        for secret in secrets:
            text = text.replace(json.dumps(secret, ensure_ascii=False)[1:-1], PLACEHOLDER)
        return text

    findings = [Finding.model_validate_json(told(one.model_dump_json())) for one in answer.findings]
    return replace(answer, findings=findings, diff=[told(line) for line in answer.diff])
