"""Ctrl-C, SIGTERM and SIGHUP while a stage is open: see DOCUMENTATION."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible import context
from ansible.executor.process.worker import WorkerProcess
from ansible.plugins.callback import CallbackBase
from ansible.template import Templar
from ansible_collections.fellesdrift.core.plugins.plugin_utils.estate import plain

from fellesdrift.commands.tethered import FRONT_GONE
from fellesdrift.errors import FellesdriftError, FellesdriftErrors

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType

    from ansible.executor.task_result import CallbackTaskResult
    from ansible.playbook import Playbook
    from ansible.playbook.play import Play
    from ansible.playbook.task import Task

    from fellesdrift.cutover.permit import Permit

DOCUMENTATION = """
name: signals
type: aggregate
short_description: A stage that is stopped by a signal is stopped between two hosts, not in the middle of one
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - One Ctrl-C, SIGTERM or SIGHUP lets the device that is being changed be finished or taken back; then what is drained
    is given back, the stage is C(stopped), its leases are given back, and the next command is printed.
  - Ctrl-C or SIGTERM after any of these stops at once. The stage is C(held) where a device is half way, which its own
    dead man's switch takes back, and the host and its last confirmed step are named.
  - Before a stage is open one signal ends the run at once, for there is nothing to be finished.
  - A terminal that is gone (SIGHUP) takes the output with it; the run goes on to its stop without one. That, and a
    C(fellesdrift stage) that was killed (SIGUSR1), ask for a stop in order however often they come.
  - Other playbooks than those that change the state of a stage are left to Ansible.
requirements:
  - enabled by callbacks_enabled in ansible.cfg
"""

_OF_STAGES = frozenset({"cutover.yml", "rollback.yml", "reconcile.yml"})
_STAGE = "fellesdrift.core.stage"
_STREAMS = (1, 2)
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, FRONT_GONE)
# Nobody asks for a hurry by these. One terminal that goes away may send its signal twice: its shell does, and the
# kernel when the shell ends. Who has pressed Ctrl-C may close the window next.
_GONE = frozenset({signal.SIGHUP, FRONT_GONE})
_ENDS = frozenset({"close", "settle"})
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
_FIRST = (
    "\nA stop was asked for: what is being changed is finished or taken back, then the run stops.\n"
    "Once more stops it at once, and leaves the stage held.\n"
)


def _look_for_garbage_seldom() -> None:
    # Nearly all that this process holds stays until it ends, and each worker is a copy of it for one task: going
    # through all of that for garbage finds little, and in a worker the kernel has to copy every page that is looked at.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    os.register_at_fork(after_in_child=gc.freeze)


@dataclass(frozen=True)
class _Place:
    inventory_dir: Path


class CallbackModule(CallbackBase):
    """Signals to the whole run; in the process that all workers come from."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "fellesdrift.core.signals"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        _look_for_garbage_seldom()
        self._process = os.getpid()
        self._play: Play | None = None
        self._permit: Permit | None = None
        self._opening = False
        self._at_once = False
        self._at_terminal: list[int] = []

    def v2_playbook_on_start(self, playbook: Playbook) -> None:
        """Take over the signals, where a stage may be opened."""
        if Path(playbook._file_name).name not in _OF_STAGES or context.CLIARGS.get("check"):
            # Ansible ends its workers at SIGTERM, and does not know this one
            signal.signal(FRONT_GONE, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
            return
        # every playbook loads this file; what a stage stands on takes longer to import than most of them to run
        from fellesdrift.cutover import stopping

        stopping.guard_run()
        # asked now: one that is gone says that it is none
        self._at_terminal = [stream for stream in _STREAMS if os.isatty(stream)]
        atexit.register(self._stopped_at_once)
        for number in _STOPS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                signal.signal(number, self._heed)

    def v2_playbook_on_play_start(self, play: Play) -> None:
        """Whose variables say where the journal is."""
        self._play = play

    def v2_playbook_on_task_start(self, task: Task, is_conditional: bool) -> None:
        """A stage's event may be opening a stage at this very moment."""
        self._opening = self._opening or task.action == _STAGE

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        """Remember which stage is open."""
        if result.task.action != _STAGE:
            return
        if result.task.args.get("event") in _ENDS:
            self._permit = None
        elif permit := result.result.get("permit"):
            from fellesdrift.cutover.permit import Permit

            self._permit = Permit(**plain(permit))

    def _heed(self, number: int, _: FrameType | None) -> None:
        if os.getpid() != self._process:  # a worker that was just forked
            return
        from fellesdrift.cutover import stopping

        if number == signal.SIGHUP:
            _leave(self._at_terminal)
        given = stopping.signal_given()
        if (given == 1 or number in _GONE) and (self._opening or self._permit):
            if given == 1:
                with suppress(OSError):  # nobody may be there to read it
                    os.write(2, _FIRST.encode())  # no Display: it may be in the middle of a line
            return
        self._at_once = True
        for each in _STOPS:
            signal.signal(each, signal.SIG_IGN)
        for child in multiprocessing.active_children():
            if isinstance(child, WorkerProcess):
                child.kill()
        raise KeyboardInterrupt

    def _stopped_at_once(self) -> None:
        """When everything else has ended: say in the journal what was left half way, and give the leases back."""
        if not self._at_once or self._permit is None or self._play is None or os.getpid() != self._process:
            return
        for child in multiprocessing.active_children():
            child.join(5)
        try:
            text = self._settle(self._play, self._permit)
        except (FellesdriftError, FellesdriftErrors) as error:
            text = f"{error}\nThe same command finishes what was cut off."
        with suppress(OSError):
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()

    def _settle(self, play: Play, permit: Permit) -> str:
        from fellesdrift.cutover import ending
        from fellesdrift.cutover.next_command import next_command
        from fellesdrift.estate.header import estate_header
        from fellesdrift.journal.lease import Holder
        from fellesdrift.journal.store import Journal

        variables = self._variables(play)
        place = _Place(Path(str(variables["inventory_dir"])))
        header = estate_header(variables, place.inventory_dir)
        with Journal.open(header.journal, header.name) as journal:
            progress = ending.settle_now(journal, place, permit, Holder.of_process(self._process))
        return (
            f"{permit.stage} of {permit.municipality} is {progress.state}: {progress.reason}\n"
            f"next: {next_command(place, progress)}"
        )

    @staticmethod
    def _variables(play: Play) -> dict[str, Any]:
        manager = play.get_variable_manager()
        host = manager._inventory.get_hosts(play.hosts, order=None)[0]
        variables = manager.get_vars(play=play, host=host)
        templar = Templar(loader=play.get_loader(), variables=variables)
        wanted = ("fellesdrift_estate", "fellesdrift_twin", "inventory_dir")
        return {name: plain(templar.template(variables[name])) for name in wanted if name in variables}


def _leave(streams: Iterable[int]) -> None:
    """Writing to a terminal that is gone would end the run in the middle of a step."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nowhere, stream)
    os.close(nowhere)
