"""The engine, broken on purpose: each way must be found by the model, or the model proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

from fellesdrift.cutover import ending, opening, permit, progress, way_back
from fellesdrift.cutover.opening import Opened
from fellesdrift.cutover.permit import WriteGuard
from fellesdrift.journal import lease
from support.cutover_model import playbooks
from support.cutover_model.world import Controllers


def _patched(target: Any, name: str, value: Any) -> Callable[[], Any]:
    return lambda: mock.patch.object(target, name, value)


def _permit_close(context: Any, run: permit.Permit) -> None:
    journal = context.writable()
    with journal.transaction() as connection:
        progress_ = context.progress()[run.key]
        run.write(journal, "done", {"verified": sorted(progress_.hosts)})
        lease.release(connection, run.token)


@contextmanager
def _done_without_saving() -> Iterator[None]:
    """The tasks forget to verify, and the closing takes them at their word."""
    with mock.patch.object(ending, "close_stage", _permit_close), mock.patch.object(playbooks, "saved", _nothing):
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


MUTANTS: dict[str, Callable[[], Any]] = {
    "the lease is not checked": _patched(lease, "check_and_renew", lambda *_: timedelta(minutes=30)),
    "a failure is written without the lease": _patched(ending, "fail_stage", _fail_without_lease),
    "whoever holds a lease is taken for dead": _patched(Controllers, "provably_dead", lambda *_: True),
    "a stage is closed without saving": _done_without_saving,
    "the intent is written after the step": _patched(playbooks, "WriteGuard", _LateGuard),
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
}
"""What is broken -> a context in which it is."""
