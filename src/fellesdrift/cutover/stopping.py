"""Stopping a run: Ctrl-C once finishes what is being changed and begins nothing further; twice stops at once.

The signal comes to ansible-playbook, the devices are changed in its workers. What the two share is two bytes of memory
that every worker inherits: a signal handler may write them at any time, for it needs no lock, no import and no disk.
The first worker that is about to begin something, or that waits, turns them into a `stop_asked` record. From there on
the journal is what counts, so that a stop can be asked for from elsewhere too.
"""

from __future__ import annotations

import mmap
import signal
from typing import TYPE_CHECKING, Literal

from fellesdrift.cutover.progress import read_progress
from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from fellesdrift.cutover.permit import Permit
    from fellesdrift.journal import Journal, lease

type How = Literal["finish", "now"]

BEGINNINGS = frozenset({"host_intended", "drained", "save_intended", "back_intended", "wave_begun"})
"""After a stop was asked for none of these is written, but on a host that was begun: it is finished."""
_GIVEN, _NOTED, _GUARDED = 0, 1, 2
# made when ansible-playbook loads the callback `signals`, before its first worker; elsewhere nobody ever writes it
_shared = mmap.mmap(-1, 3)


class StopAskedError(FellesdriftError):
    """Nothing further is begun. It is no failure of a host."""

    def __init__(self, stage: str, next_step: str | None = None) -> None:
        super().__init__(
            "FD653",
            "a stop was asked for, and nothing further is begun",
            key=stage,
            found="Ctrl-C, a signal, or somebody at another terminal",
            expected="a run that nobody stops",
            next_step=next_step or "read the last line of this run: it says where the stage stands and what to type",
        )


def signal_given() -> int:
    """Count one more signal; gives how many there were. Called by a signal handler."""
    _shared[_GIVEN] = min(_shared[_GIVEN] + 1, 255)
    return _shared[_GIVEN]


def signals() -> int:
    """How many signals there were in this run."""
    return _shared[_GIVEN]


def guard_run(guarded: bool = True) -> None:
    """A run begins whose signals are taken care of; no signal has come yet."""
    _shared[:] = bytes([0, 0, guarded])


def shield_worker() -> None:
    """In a worker of such a run: what ends the run decides when the worker ends, not the signal. A service manager
    sends it to every process."""
    if _shared[_GUARDED]:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def use_up_signals() -> None:
    """Something failed: the way back begins, and the stop that was asked for before it does not keep it from ending."""
    _shared[_NOTED] = _shared[_GIVEN]


def note_signal(journal: Journal, permit: Permit, holder: lease.Holder) -> None:
    """Write `stop_asked` when a signal came that nobody has written down. FD611 without the lease: a run that lost its
    stage must not stop the run that has it."""
    if _shared[_GIVEN] <= _shared[_NOTED]:
        return
    from fellesdrift.journal import lease  # brings SQLAlchemy; every action loads this file, few write anything

    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, holder)
        ask_to_stop(journal, permit, "finish")
    _shared[_NOTED] = _shared[_GIVEN]


def ask_to_stop(journal: Journal, permit: Permit, how: How) -> None:
    """Write `stop_asked`; joins a transaction that is open."""
    permit.write(journal, "stop_asked", {"how": how})


def refuse_beginning(journal: Journal, permit: Permit, holder: lease.Holder) -> None:
    """FD653 when a stop was asked for, by a signal or in the journal. For what is about to begin or to wait on."""
    note_signal(journal, permit, holder)
    progress = read_progress(journal.current(*permit.key)).get(permit.key)
    if progress is not None and progress.stop is not None:
        raise StopAskedError(permit.stage)
