"""The processes of a sweep: each does hundreds of jobs at a time in one event loop, and none can hold up the others.

The parent has no threads of its own, so that it may fork at any time: what it has loaded is there in every process and
costs nothing. Its children tell that they are alive, from the very loop that does the jobs: one in which a library
keeps the loop to itself falls silent.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from fellesdrift.drift.child import begin

BEAT = 1.0
_OBJECTS_BETWEEN_COLLECTIONS = 50_000

type Work = Callable[[Any], Coroutine[Any, Any, Any]]
"""Does one job, in a child; what it gets and gives is pickled."""


@dataclass(eq=False)
class Process:
    """A child, as the parent sees it.

    size      jobs that it may do at a time
    jobs      the keys that it has, with the time at which each was given
    lost      jobs that were given up and may go on
    retired   gets no more jobs
    ended     there is nobody any more
    """

    pid: int
    connection: Connection
    size: int
    jobs: dict[str, float] = field(default_factory=dict)
    lost: int = 0
    retired: bool = False
    ended: bool = False
    heard: float = field(default_factory=time.monotonic)

    @property
    def room(self) -> int:
        """How many more jobs it can take."""
        return 0 if self.retired else self.size - len(self.jobs) - self.lost

    def give(self, key: str, payload: Any) -> bool:
        """Hand it a job; False when it is dead."""
        try:
            self.connection.send((key, payload))
        except (OSError, ValueError):
            return False
        self.jobs[key] = time.monotonic()
        return True

    def end(self) -> None:
        """Kill it, by its number, and take the number back."""
        self.ended = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        self.connection.close()


def start(work: Work, size: int, others: Iterable[Process]) -> Process:
    """Fork a child that does `size` jobs at a time. others: whose pipes it has no business with."""
    ours, theirs = Pipe()
    # what is there stays: looking through it for garbage would copy it into every process
    gc.freeze()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            ours.close()
            for other in others:
                other.connection.close()
            _child(theirs, work)
            status = 0
        finally:
            os._exit(status)
    theirs.close()
    return Process(pid, ours, size)


def _child(connection: Connection, work: Work) -> None:
    begin("drift-reader")
    # a session is many small objects that are gone with it: looking for garbage every few hundred finds none
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    with contextlib.suppress(EOFError, OSError):
        asyncio.run(_labour(connection, work))


async def _labour(connection: Connection, work: Work) -> None:
    """Do what comes until nobody is left to tell."""
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    at_work: set[asyncio.Task[None]] = set()

    async def one(key: str, payload: Any) -> None:
        try:
            message: tuple[Any, ...] = ("done", key, await work(payload), None)
        except Exception as error:
            # a fault of ours: its type is enough, for its words may hold anything
            message = ("done", key, None, f"{type(error).__name__} in {_place(error)}")
        tell(message)

    def tell(message: tuple[Any, ...]) -> None:
        try:
            connection.send(message)
        except OSError:
            end()

    def come() -> None:
        try:
            while connection.poll():
                task = loop.create_task(one(*connection.recv()))
                at_work.add(task)
                task.add_done_callback(at_work.discard)
        except (EOFError, OSError):
            end()

    def end() -> None:
        if not over.done():
            over.set_result(None)

    def beat() -> None:
        tell(("beat",))
        loop.call_later(BEAT, beat)

    loop.add_reader(connection.fileno(), come)
    beat()
    await over


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    code = trace.tb_frame.f_code
    return f"{Path(code.co_filename).name}:{trace.tb_lineno}"
