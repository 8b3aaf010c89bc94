"""The sweep of a run: an order for each host, and what each end of a visit says of its host."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fellesdrift.drift import canary
from fellesdrift.drift.crew import Work
from fellesdrift.drift.exchange_crew import exchange_order, with_exchanges
from fellesdrift.drift.judge import Answer, failed
from fellesdrift.drift.recorded import Writings
from fellesdrift.drift.request import Request, Swept
from fellesdrift.drift.sweep import Done, Job, Limits, sweep
from fellesdrift.drift.visit import Order, Visitor
from fellesdrift.drift.windows_crew import windows_order, with_windows
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.places import shown
from fellesdrift.session.target import EXCHANGES, PLATFORMS, WINDOWS, Target

if TYPE_CHECKING:
    from fellesdrift.estate import Estate, Host

SESSIONS = "drift__sessions"
"""A variable of the inventory: sessions at a time that the host's site bears."""
_AT_A_SITE, _AT_THE_CENTRE = 4, 32
_GRACE = 5.0
_TELL_EVERY = 5.0


def visit_all(
    request: Request, writings: Writings, planted: canary.Planted, device: canary.CanaryDevice, started: str
) -> Swept:
    """Visit every host that was asked and that this version can read, and the canary first."""
    estate, swept = request.estate, Swept()
    visited = [host for host in estate.hosts.values() if request.asks(host) and is_read(request, host)]
    last = time.monotonic()

    def done(one: Done) -> None:
        nonlocal last
        answer = answer_of(request, one)
        if one.key == canary.KEY:
            swept.canary, swept.canary_problem = answer, f"{answer.code} {answer.why}".strip()
            return
        swept.answers[one.key], swept.ended[one.key] = answer, one
        if time.monotonic() - last > _TELL_EVERY:
            last = time.monotonic()
            request.tell(f"{len(swept.answers)} of {len(visited)} hosts visited")

    def canary_order() -> Order:
        return Order(device.target(), recorded=planted.recorded, kinds=(planted.kind,))

    def order(host: Host) -> Any:
        target, command = request.target(host.name), mend_command(estate, host.name, started)
        if isinstance(target, Target):
            return Order(target, command)
        return (exchange_order if host.platform in EXCHANGES else windows_order)(host, target, command)

    jobs = [Job(canary.KEY, canary.KEY, canary_order)]
    jobs += [Job(host.name, host.site, partial(order, host)) for host in visited]
    limits = Limits(per_site=_per_site(estate, visited), site_default=_AT_A_SITE)
    limits = replace(limits, job_seconds=request.host_seconds + _GRACE, run_seconds=request.run_seconds)
    limits = replace(
        limits, processes=request.processes or limits.processes, sessions=request.sessions or limits.sessions
    )
    visitor: Work = Visitor(writings.of, request.network_kinds, request.host_seconds)
    if any(host.platform == WINDOWS for host in visited):
        visitor = with_windows(visitor, writings, request.windows_kinds, request.host_seconds)
    if any(host.platform in EXCHANGES for host in visited):
        visitor = with_exchanges(visitor, writings, request.exchange_kinds, request.host_seconds)
    sweep(jobs, visitor, limits, done)
    return swept


def is_read(request: Request, host: Host) -> bool:
    """Whether a host is visited: this version can read it, and it is looked after. A Windows host or an exchange is
    when it is in the group `managed`, or somebody has taken its baseline."""
    if host.platform != WINDOWS and host.platform not in EXCHANGES:
        return host.platform in PLATFORMS
    managed = request.managed is not None and host.name in request.managed
    return managed or request.estate.snapshot(host.name).exists()


def _per_site(estate: Estate, hosts: Iterable[Host]) -> dict[str, int]:
    """Sessions at a time: the fewest that any host of the site says, else what its lines are known to bear."""
    said: dict[str, int] = {}
    for host in hosts:
        if SESSIONS in host.variables:
            number = max(1, int(host.variables[SESSIONS]))
            said[host.site] = min(said.get(host.site, number), number)
    centre = {name: _AT_THE_CENTRE for name, site in estate.sites.items() if site.kind == "operations_centre"}
    return {**centre, **said}


def mend_command(estate: Estate, host: str, moment: str) -> str:
    """What brings one host back, as a change with a name."""
    inventory = shown(estate.inventory_dir, estate.inventory_dir)
    return f"ansible-playbook playbooks/mend.yml -i {inventory} --limit {host} -e change=drift-{moment[:10]}"


def answer_of(request: Request, done: Done) -> Answer:
    """What a job's end says of its host."""
    if done.error is not None:
        return failed("refused", done.error)
    if done.problem is None:
        answer: Answer = done.value
        return answer
    return failed("not_run" if done.problem == "no_time" else "error", _problem(request, done))


def _problem(request: Request, done: Done) -> FellesdriftError:
    match done.problem:
        case "hung":
            code, problem = "FD707", "the host did not end within its time"
            found = f"given up after {done.seconds:.0f} s; the limit is {request.host_seconds:g} s"
        case "died":
            code, problem, found = "FD708", "the process that read the host died", f"{done.attempts} times"
        case "no_time":
            code, problem = "FD709", "the run's time was over before the host had been read"
            found = f"{request.run_seconds:g} s for all hosts"
        case _:
            code, problem, found = "FD706", "reading the host ran into a fault of fellesdrift", done.detail
    return FellesdriftError(code, problem, host=done.key, found=found)
