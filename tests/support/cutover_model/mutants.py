"""The engine, broken on purpose: each way must be found by the model, or the model proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

from fellesdrift.cutover import (
    asking,
    attempt,
    ending,
    finalize,
    manual,
    opening,
    parts,
    permit,
    progress,
    quorum,
    reconcile,
    returning,
    soak,
    way_back,
)
from fellesdrift.cutover.opening import Opened
from fellesdrift.cutover.permit import WriteGuard
from fellesdrift.journal import lease
from support.cutover_model import hosts
from support.cutover_model import parts as tasks
from support.cutover_model.small_estate import HANDED_OVER
from support.cutover_model.world import Controllers


def _patched(target: Any, name: str, value: Any) -> Callable[[], Any]:
    return lambda: mock.patch.object(target, name, value)


def _permit_close(context: Any, run: permit.Permit) -> None:
    journal = context.writable()
    with journal.transaction() as connection:
        progress_ = context.progress()[run.key]
        run.write(journal, "done", {"verified": sorted(progress_.hosts), "left": []})
        lease.release(connection, run.token)


@contextmanager
def _done_without_saving() -> Iterator[None]:
    """The tasks forget to verify, and the closing takes them at their word."""
    with mock.patch.object(ending, "close_stage", _permit_close), mock.patch.object(hosts, "saved", _nothing):
        yield


def _nothing(*_: Any) -> Iterator[str]:
    yield "cold"


class _LateGuard(WriteGuard):
    """Writes the intent of a step together with its end."""

    def record(self, event: str, payload: dict[str, Any]) -> None:
        if event == "step_intended":
            return
        if event == "step_confirmed":
            super().record("step_intended", payload)
        super().record(event, payload)


def _always_back(context: Any, run: permit.Permit) -> Any:
    journal = context.writable()
    with journal.transaction() as connection:
        run.write(journal, "rolled_back", {"reason": "mutant"})
        lease.release(connection, run.token)
    return context.progress()[run.key]


_fail_stage = ending.fail_stage


def _fail_without_lease(context: Any, run: permit.Permit, reason: str) -> Opened:
    with mock.patch.object(lease, "check_and_renew", lambda *_: timedelta(minutes=30)):
        return _fail_stage(context, run, reason)


@contextmanager
def _heedless_of_people() -> Iterator[None]:
    """What people answer stops nothing, and the closing does not look either."""
    with mock.patch.object(asking, "_stop", lambda *_: None), mock.patch.object(ending, "_unshown", lambda *_: []):
        yield


def _late_is_a_pass(holding: Any, step_id: str) -> None:
    payload = {"step": step_id, "answer": "pass", "simulated": False, "evidence": "no answer by the deadline"}
    holding.write("manual_answered", payload)


_parts_of = parts.parts_of


def _without(*unwanted: Any) -> Callable[..., list[parts.Part]]:
    """The parts of a stage, but for some. unwanted: what is true of those that are forgotten."""
    return lambda *given: [part for part in _parts_of(*given) if not any(is_so(part) for is_so in unwanted)]


def _not_asked(part: parts.Part) -> bool:
    return part.when == "canary"


def _not_verified(part: parts.Part) -> bool:
    return part.soak == "once"


def _not_soaked(part: parts.Part) -> bool:
    return part.soak == "rounds"


def _not_given_back(part: parts.Part) -> bool:
    return "give_back" in part.file


@contextmanager
def _drained_for_good() -> Iterator[None]:
    """Nothing gives it back, and the closing has forgotten it."""
    nothing: Any = property(lambda _: [])
    with (
        mock.patch.object(parts, "parts_of", _without(_not_given_back)),
        mock.patch.object(progress.StageProgress, "drained", nothing),
    ):
        yield


@contextmanager
def _no_soak() -> Iterator[None]:
    with (
        mock.patch.object(parts, "parts_of", _without(_not_soaked)),
        mock.patch.object(ending, "_unshown", lambda *_: []),
    ):
        yield


def _leave_anybody(journal: Any, run: permit.Permit, _: Any, host: str, reason: str) -> bool:
    journal.append(*run.key, run.attempt, host, "host_left", {"reason": reason})
    return True


_answered = attempt.Attempt._answered


def _any_pass_is_final(self: attempt.Attempt, asked: Any, payload: dict[str, Any], at: Any) -> None:
    _answered(self, asked, payload, at)
    if asked.step == HANDED_OVER and payload["answer"] == "pass":
        self.no_way_back = "a rehearsal has said so"


def _finalize_anyway(holding: Any, _: Any, reason: str, _hosts: Any, found: Any) -> None:
    with holding.journal.transaction() as connection:
        holding.permit.write(holding.journal, "finalized", {"reason": reason, "hosts": dict(found)})
        lease.release(connection, holding.permit.token)


_close_stage = ending.close_stage


def _close_and_finalize(context: Any, run: permit.Permit) -> None:
    _close_stage(context, run)
    run.write(context.writable(), "finalized", {"reason": "it is done", "hosts": {"core1": {"result": "pass"}}})


def _as_it_is(context: Any, run: permit.Permit) -> Any:
    """A stop at which nobody looks whether something is half way or drained."""
    journal = context.writable()
    with journal.transaction() as connection:
        run.write(journal, "stopped", {"reason": "mutant", "next": ""})
        lease.release(connection, run.token)
    return context.progress()[run.key]


@contextmanager
def _drained_is_saved() -> Iterator[None]:
    with (
        mock.patch.object(opening, "refuse_drained", lambda *_: None),
        mock.patch.object(returning, "refuse_drained", lambda *_: None),
    ):
        yield


_read_host_event = progress.read_host_event


def _undone_is_back(host: progress.HostProgress, event: str, payload: dict[str, Any]) -> None:
    _read_host_event(host, event, payload)
    host.again = False


MUTANTS: dict[str, Callable[[], Any]] = {
    "the lease is not checked": _patched(lease, "check_and_renew", lambda *_: timedelta(minutes=30)),
    "a failure is written without the lease": _patched(ending, "fail_stage", _fail_without_lease),
    "whoever holds a lease is taken for dead": _patched(Controllers, "provably_dead", lambda *_: True),
    "a stage is closed without saving": _done_without_saving,
    "the intent is written after the step": _patched(tasks, "WriteGuard", _LateGuard),
    "the way back is called finished whatever came of it": _patched(ending, "settle", _always_back),
    "the way back forgets the hosts that were finished": _patched(
        progress.StageProgress,
        "touched",
        property(
            lambda stage: [name for name, host in stage.hosts.items() if host.before and not host.back | host.saved]
        ),
    ),
    "a municipality goes back to what it found, not to what the others left": _patched(
        way_back, "targets", lambda history, stage, recorded, without: (recorded, {})
    ),
    "a stage is taken away under a later one": _patched(opening, "refuse_buried", lambda *_: None),
    "going on after a failure": _patched(WriteGuard, "_check", lambda *_: None),
    "a stage goes on whatever people answer": _heedless_of_people,
    "a late answer is a pass": _patched(manual, "expire", _late_is_a_pass),
    "nobody is asked about the canary": _patched(parts, "parts_of", _without(_not_asked)),
    "the canary is not verified": _patched(parts, "parts_of", _without(_not_verified)),
    "nothing is soaked": _no_soak,
    "a round that finds something wrong goes on": _patched(soak, "refuse_wrong", lambda *_: None),
    "what was drained is not given back": _drained_for_good,
    "a way back leaves drained what was": _patched(parts, "parts_of", _without(lambda part: "rest" in part.file)),
    "anybody may be left behind": _patched(quorum, "leave_behind", _leave_anybody),
    "any number may be left behind": _patched(quorum, "met_without", lambda *_: True),
    "a rehearsal's answer ends the way back": _patched(attempt.Attempt, "_answered", _any_pass_is_final),
    "what does not verify is finalized": _patched(finalize, "finalize", _finalize_anyway),
    "a stage finalizes itself": _patched(ending, "close_stage", _close_and_finalize),
    "whatever a held host says is good": _patched(reconcile, "refuse_unknown", lambda *_: None),
    "a stop is called clean whatever it left": _patched(ending, "settle", _as_it_is),
    "a plan that another run has overtaken is carried out": _patched(opening, "_refuse_outdated", lambda *_: None),
    "a stage is begun on what another one has not finished": _patched(opening, "_refuse_unfinished", lambda *_: None),
    "a way back saves what another run has drained": _drained_is_saved,
    "what was made again and undone is called back": _patched(progress, "read_host_event", _undone_is_back),
}
"""What is broken -> a context in which it is."""
