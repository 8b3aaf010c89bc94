"""Carries steps out one at a time, and judges them by reading the exchange again. Nothing is ever typed twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from fellesdrift.session.errors import SessionError
from fellesdrift.session.overlay.errors import (
    AnswerUnfitError,
    ExchangePromptError,
    OverlayBusyError,
    RefusedByExchangeError,
)
from fellesdrift.state.pbx.compare import Difference, compare, told
from fellesdrift.state.pbx.errors import (
    DumpError,
    NotDoneError,
    PredictionError,
    StepRefusedError,
    UnknownOutcomeError,
)
from fellesdrift.state.pbx.exchange import Exchange
from fellesdrift.state.pbx.kinds import Resources, Step
from fellesdrift.state.pbx.plan import Plan, folded
from fellesdrift.state.pbx.read import read_exchange

type Status = Literal["unchanged", "changed"]
type CarryOut = Callable[[Step, Callable[[], None]], None]

_DUMP, _DUMP_SECONDS = 43, 600.0


@dataclass(frozen=True)
class Outcome:
    """How a change ended. plan.after is what the exchange was read to be."""

    status: Status
    plan: Plan


def _simply(_step: Step, do: Callable[[], None]) -> None:
    do()


def bring(exchange: Exchange, planned: Plan, *, carry_out: CarryOut = _simply) -> Outcome:
    """Carry a plan out and prove that the exchange is what was predicted.

    carry_out   called with each step and what does it: write the intent, call it, write that it is done. An exception
                from it stops the change there; what is done stays done

    Raises StepRefusedError, NotDoneError, UnknownOutcomeError, PredictionError, SessionError.
    """
    for step in planned.steps:
        carry_out(step, partial(do_step, exchange, step))
    if planned.steps:
        prove(exchange, planned)
    return Outcome("changed" if planned.steps else "unchanged", planned)


def prove(exchange: Exchange, planned: Plan) -> None:
    """Read what was changed, and all that is desired, again. Raises PredictionError (FD456) when it is not so."""
    exchange.forget()
    wrong: dict[str, str] = {}
    for expected in (planned.after, planned.want):
        for each in _missing(exchange, expected):
            want, have = told(each)
            wrong.setdefault(each.where, f"{each.where}: predicted {want}, found {have}")
    if wrong:
        raise PredictionError(exchange.name, list(wrong.values()))


def do_step(exchange: Exchange, step: Step) -> None:
    """One step, and whether it was done. Raises StepRefusedError, NotDoneError, UnknownOutcomeError, SessionError."""
    typed = False
    try:
        for entry in step.dialogue:
            exchange.enter(entry.overlay, entry.answers, accept=entry.accept, within=entry.within)
            typed = True
    except (OverlayBusyError, AnswerUnfitError):
        # nothing of this entry was typed
        if typed:
            exchange.forget()
        raise
    except SessionError as error:
        _judge(exchange, step, error)


def dump(exchange: Exchange) -> tuple[str, ...]:
    """EDD: memory goes to disk, whoever has changed it. Gives what the exchange said. Raises DumpError (FD457),
    SessionError."""
    try:
        said = exchange.enter(_DUMP, {".": "EDD"}, within=_DUMP_SECONDS)
    except RefusedByExchangeError as error:
        raise DumpError(exchange.name, error.code_of_exchange) from error
    lines = tuple(line.strip() for line in said.lines if line.strip())
    if not lines:
        raise DumpError(exchange.name, "nothing")
    return lines


def _judge(exchange: Exchange, step: Step, error: SessionError) -> None:
    """Look at the exchange: it shows the step, or it was not done, or only in part."""
    refused = isinstance(error, RefusedByExchangeError | ExchangePromptError)
    if refused:
        exchange.forget()
    else:
        exchange.renew()
    _, expected = folded([step])
    try:
        missing = _missing(exchange, expected)
    except SessionError as again:
        why = f"{again.code}: {again.problem}, after {error.code}: {error.problem}"
        raise UnknownOutcomeError(exchange.name, step.title, why) from again
    if not missing:
        return
    found = ", ".join(f"{each.where}: {told(each)[1]}" for each in missing[:3])
    if refused:
        code = error.code_of_exchange if isinstance(error, RefusedByExchangeError) else None
        raise StepRefusedError(exchange.name, step.title, f"{error.key}: {error.found}", code, found) from error
    wanted = ", ".join(f"{each.where}: {told(each)[0]}" for each in missing[:3])
    raise NotDoneError(exchange.name, step.title, found, wanted) from error


def _missing(exchange: Exchange, expected: Resources) -> list[Difference]:
    return compare(expected, read_exchange(exchange, expected))
