"""Carries steps out one at a time, and judges them by reading the host again. Nothing is ever written twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from fellesdrift.session.errors import SessionError, SessionLostError, TimedOutError
from fellesdrift.session.wsman.errors import AnswerUnreadableError, FaultError
from fellesdrift.state.windows.catalogue import KINDS
from fellesdrift.state.windows.compare import compare, differences, narrowed, shown, told
from fellesdrift.state.windows.desired import check
from fellesdrift.state.windows.errors import NotDoneError, PredictionError, UnknownOutcomeError
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import Resource, Step
from fellesdrift.state.windows.plan import Plan, plan
from fellesdrift.state.windows.read import purged, read_host, read_kind, read_together

type Status = Literal["unchanged", "changed"]
type CarryOut = Callable[[Step, Callable[[], None]], None]

# seconds between two looks at a step that takes its time
_LOOK = 0.5
# seconds in which a host may finish what it was doing when its answer was lost
_FINISH = 10.0


@dataclass(frozen=True)
class Outcome:
    """How a change ended. plan.after is what the host was read to be."""

    status: Status
    plan: Plan


def _simply(_step: Step, do: Callable[[], None]) -> None:
    do()


def prepare(
    host: Host,
    desired: Mapping[str, Any],
    *,
    purge: Collection[str] = (),
    passwords: Mapping[str, str] | None = None,
) -> Plan:
    """Read all wanted kinds and plan; nothing is written. Raises FellesdriftError."""
    want = purged(host, check(desired), purge)
    return plan(host, want, read_host(host, want), passwords)


def bring(
    host: Host,
    planned: Plan,
    *,
    carry_out: CarryOut = _simply,
    speed: float = 1.0,
) -> Outcome:
    """Carry a plan out and prove that the host is what was predicted.

    carry_out   called with each step and what does it: write the intent, call it, write that it is done. An exception
                from it stops the change there; what is done stays done
    speed       how fast the host's clock runs (1 but in a twin)

    Raises RefusedError, NotDoneError, UnknownOutcomeError, PredictionError, SessionError.
    """
    for step in planned.steps:
        carry_out(step, partial(do_step, host, step, speed))
    if planned.steps:
        prove(host, planned)
    return Outcome("changed" if planned.steps else "unchanged", planned)


def prove(host: Host, planned: Plan) -> None:
    """Read what was changed, and all that is desired, again. Raises PredictionError (FD426) when it is not so."""
    wrong: dict[str, str] = {}
    claims = (planned.after, planned.want)
    for expected, found in zip(claims, read_together(host, *claims), strict=True):
        for each in compare(expected, found):
            want, have = told(each)
            wrong.setdefault(each.where, f"{each.where}: predicted {want}, found {have}")
    if wrong:
        raise PredictionError(host.name, list(wrong.values()))


def do_step(host: Host, step: Step, speed: float = 1.0) -> None:
    """One step, and whether it was done. Raises RefusedError, NotDoneError, UnknownOutcomeError, SessionError."""
    try:
        step.do(host)
    except (SessionLostError, TimedOutError, AnswerUnreadableError) as lost:
        _judge(host, step, lost, _FINISH / speed)
    except FaultError as fault:
        if not fault.timed_out:
            fault.details.append(f"during the step: {step.title}")
            raise
        _judge(host, step, fault, _FINISH / speed)
    else:
        if step.settles:
            _judge(host, step, None, step.settles / speed)


def _judge(host: Host, step: Step, lost: SessionError | None, seconds: float) -> None:
    """Look at the host until it shows the step. lost: why its answer did not come."""
    if lost is not None:
        host.renew()
        if not step.readable:
            raise UnknownOutcomeError(host.name, step.title, f"{lost.code}: {lost.found}") from lost
    kind = KINDS[step.kind]
    deadline = time.monotonic() + seconds
    while True:
        try:
            found: Resource = read_kind(kind, host, {step.key: step.after})[step.key]
        except SessionError as error:
            why = f"{error.code}: {error.problem}" + (f", after {lost.code}: {lost.found}" if lost else "")
            raise UnknownOutcomeError(host.name, step.title, why) from error
        if not any(differences(kind, step.key, step.after, found)):
            return
        left = deadline - time.monotonic()
        if left <= 0:
            raise _not_done(host, step, narrowed(kind, found, step.after)) from lost
        time.sleep(min(_LOOK, max(left, 0.01)))


def _not_done(host: Host, step: Step, found: Resource) -> NotDoneError:
    wanted, seen = ({step.kind: {step.key: one}} for one in (step.after, found))
    told_found, told_wanted = (one[step.kind][step.key] for one in (shown(seen, wanted), shown(wanted)))
    return NotDoneError(host.name, step.title, told_found, told_wanted)
