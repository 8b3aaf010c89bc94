"""All hosts, each once, in a few processes: who is next, who is too late, who goes again.

A job that takes too long is given up, and its process replaced when that happened too often. A process
that no longer says that it is alive is killed, and its jobs are begun again, each in a process of its own: the one that
does it again is then known, and no other host pays for it. So every host ends within twice its time, whatever a library
does.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import Any, Literal

from fellesdrift.drift import crew
from fellesdrift.errors import FellesdriftError

_TICK = 0.5

type Problem = Literal["hung", "died", "fault", "no_time"]


@dataclass(frozen=True)
class Job:
    """One host. payload: made when its turn comes; a FellesdriftError that it raises is the job's end."""

    key: str
    site: str
    payload: Callable[[], Any]


@dataclass(frozen=True)
class Done:
    """How a job ended: a value, or a problem, or the error that its payload raised. seconds: of the last attempt."""

    key: str
    value: Any = None
    problem: Problem | None = None
    detail: str = ""
    error: FellesdriftError | None = None
    seconds: float = 0.0
    attempts: int = 0


@dataclass(frozen=True)
class Limits:
    """How much at a time, and for how long.

    processes, sessions  of each process
    per_site             site -> jobs at a time; `site_default` for those that are not in it
    job_seconds          after which a job is given up
    run_seconds          after which no job is waited for; None: as long as it takes
    silence              seconds without a sign of life after which a process is killed
    """

    processes: int = field(default_factory=lambda: os.cpu_count() or 1)
    sessions: int = 128
    per_site: Mapping[str, int] = field(default_factory=dict)
    site_default: int = 4
    job_seconds: float = 120.0
    run_seconds: float | None = None
    silence: float = 10.0


def sweep(jobs: Iterable[Job], work: crew.Work, limits: Limits, on_done: Callable[[Done], None]) -> None:
    """Do every job; `on_done` is called once for each, in this process, as they end. Leaves no process behind."""
    run = _Run(work, limits, on_done)
    for job in jobs:
        run.add(job)
    try:
        run.go()
    finally:
        run.end()


@dataclass
class _Run:
    work: crew.Work
    limits: Limits
    on_done: Callable[[Done], None]
    waiting: dict[str, deque[Job]] = field(default_factory=dict)
    sites: deque[str] = field(default_factory=deque)
    in_line: set[str] = field(default_factory=set)
    again: deque[Job] = field(default_factory=deque)
    at_site: dict[str, int] = field(default_factory=dict)
    begun: dict[str, Job] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    processes: list[crew.Process] = field(default_factory=list)
    apart: list[crew.Process] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def add(self, job: Job) -> None:
        if job.site not in self.waiting:
            self.waiting[job.site] = deque()
        self.waiting[job.site].append(job)
        self._offer(job.site)

    def go(self) -> None:
        limits = self.limits
        while self.sites or self.again or self.begun:
            if limits.run_seconds is not None and time.monotonic() - self.began >= limits.run_seconds:
                self._no_time()
                return
            self._hand_out()
            self._listen()
            self._look_for_late()

    def end(self) -> None:
        for process in [*self.processes, *self.apart]:
            process.end()

    # -- handing out

    def _hand_out(self) -> None:
        while self.again and len(self.apart) < self.limits.processes:
            process = self._start(self.apart, 1)
            self._give(process, self.again.popleft())
        while (job := self._next()) is not None:
            if (roomy := self._roomiest()) is None:
                self.waiting[job.site].appendleft(job)
                self._offer(job.site, first=True)
                return
            self._give(roomy, job)

    def _next(self) -> Job | None:
        """The next job of a site that has room, site by site in turn."""
        while self.sites:
            site = self.sites.popleft()
            self.in_line.discard(site)
            if self.waiting[site] and self._has_room(site):
                return self.waiting[site].popleft()
        return None

    def _has_room(self, site: str) -> bool:
        return self.at_site.get(site, 0) < self.limits.per_site.get(site, self.limits.site_default)

    def _offer(self, site: str, first: bool = False) -> None:
        """Put a site in the line when it has a job and room; it stands there once."""
        if self.waiting.get(site) and self._has_room(site) and site not in self.in_line:
            self.in_line.add(site)
            (self.sites.appendleft if first else self.sites.append)(site)

    def _roomiest(self) -> crew.Process | None:
        while len([process for process in self.processes if not process.retired]) < self.limits.processes:
            self._start(self.processes, self.limits.sessions)
        best = max(self.processes, key=lambda process: process.room)
        return best if best.room > 0 else None

    def _start(self, kept: list[crew.Process], size: int) -> crew.Process:
        process = crew.start(self.work, size, [*self.processes, *self.apart])
        kept.append(process)
        return process

    def _give(self, process: crew.Process, job: Job) -> None:
        self.attempts[job.key] = self.attempts.get(job.key, 0) + 1
        try:
            payload = job.payload()
        except FellesdriftError as error:
            self._finish(job, Done(job.key, error=error, attempts=self.attempts[job.key]))
            return
        self.begun[job.key] = job
        self.at_site[job.site] = self.at_site.get(job.site, 0) + 1
        self._offer(job.site)
        if not process.give(job.key, payload):
            process.jobs[job.key] = time.monotonic()  # it died: it is found dead at the next look

    # -- listening

    def _listen(self) -> None:
        everybody = {process.connection: process for process in [*self.processes, *self.apart]}
        if not everybody:
            return
        for process in [everybody[ready] for ready in wait(list(everybody), timeout=_TICK) if ready in everybody]:
            try:
                while not process.ended and process.connection.poll():
                    self._heard(process, process.connection.recv())
            except (EOFError, OSError):
                self._dead(process)

    def _heard(self, process: crew.Process, message: tuple[Any, ...]) -> None:
        process.heard = time.monotonic()
        if message[0] != "done":
            return
        _, key, value, fault = message
        since = process.jobs.pop(key, None)
        if since is None:  # given up before
            process.lost -= 1
            return
        seconds = time.monotonic() - since
        problem: Problem | None = "fault" if fault else None
        done = Done(key, value, problem, fault or "", seconds=seconds, attempts=self.attempts[key])
        self._finish(self.begun[key], done)
        if process in self.apart:
            self._drop(process)

    def _finish(self, job: Job, done: Done) -> None:
        if self.begun.pop(job.key, None) is not None:
            self.at_site[job.site] -= 1
        self._offer(job.site)
        self.on_done(done)

    def _drop(self, process: crew.Process) -> None:
        process.end()
        (self.apart if process in self.apart else self.processes).remove(process)

    def _dead(self, process: crew.Process, problem: Problem = "died") -> None:
        """Its jobs go again, each in a process of its own; one that was alone in it has done it."""
        alone = process in self.apart
        self._drop(process)
        for key, since in process.jobs.items():
            job = self.begun[key]
            if alone:
                seconds = time.monotonic() - since
                self._finish(job, Done(key, problem=problem, seconds=seconds, attempts=self.attempts[key]))
            else:
                del self.begun[key]
                self.at_site[job.site] -= 1
                self.again.append(job)

    # -- time

    def _look_for_late(self) -> None:
        now = time.monotonic()
        # a process that stands still is found before its jobs are late: only one of them can be to blame
        silence = min(self.limits.silence, self.limits.job_seconds / 2)
        for process in [*self.processes, *self.apart]:
            if now - process.heard > silence:
                self._dead(process, "hung")
                continue
            late = [key for key, since in process.jobs.items() if now - since > self.limits.job_seconds]
            for key in late:
                process.lost += 1
                seconds = now - process.jobs.pop(key)
                attempts = self.attempts[key]
                self._finish(self.begun[key], Done(key, problem="hung", seconds=seconds, attempts=attempts))
            # the others in it end in peace
            process.retired = process.retired or process.lost * 2 > process.size
            if not process.jobs and (process.retired or process in self.apart):
                self._drop(process)

    def _no_time(self) -> None:
        rest = [*self.begun.values(), *self.again, *(job for jobs in self.waiting.values() for job in jobs)]
        self.waiting.clear()
        self.again.clear()
        self.sites.clear()
        for job in rest:
            self._finish(job, Done(job.key, problem="no_time", attempts=self.attempts.get(job.key, 0)))
