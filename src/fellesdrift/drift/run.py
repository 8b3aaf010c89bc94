"""A whole run: who is visited, what it says together, and how it ends. The ledger is made here and nowhere else."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from fellesdrift import __version__
from fellesdrift.cutover.journal import Journal, Record
from fellesdrift.cutover.progress import completed, read_progress
from fellesdrift.drift import canary, expected, history
from fellesdrift.drift.judge import Answer, Mend, failed
from fellesdrift.drift.ledger import check_sums
from fellesdrift.drift.model import (
    JUDGED,
    STATES,
    Canary,
    Failure,
    Finding,
    History,
    HostResult,
    HostState,
    Kind,
    Ledger,
    Outcome,
)
from fellesdrift.drift.recorded import Writings, named_changes
from fellesdrift.drift.sweep import Done, Job, Limits, sweep
from fellesdrift.drift.visit import Order, Visitor
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.places import shown
from fellesdrift.session.cli import PLATFORMS
from fellesdrift.snapshots.taking import now

if TYPE_CHECKING:
    from pathlib import Path

    from fellesdrift.estate import Estate, Host
    from fellesdrift.session import Target

MANAGED_GROUP = "managed"
SESSIONS = "drift__sessions"
"""A variable of the inventory: sessions at a time that the host's site bears."""
_NO_PARTS = frozenset({"all", "ungrouped", MANAGED_GROUP})
_AT_A_SITE, _AT_THE_CENTRE = 4, 32
_GRACE = 5.0
_TELL_EVERY = 5.0


@dataclass(frozen=True)
class Request:
    """What is asked for.

    run           the id under which the result is accepted
    asked         hosts that --limit left in; limit: as it was given
    target        host -> its login; raises FellesdriftError
    host_seconds, run_seconds   for a host; for all of them (None: as long as it takes)
    processes, threads          0: as many as fit this machine
    keep_history  False in check mode
    tell          takes a line for people
    """

    run: str
    estate: Estate
    roles_path: Sequence[Path]
    asked: Set[str]
    target: Callable[[str], Target]
    kinds: tuple[Kind, ...]
    limit: str = ""
    host_seconds: float = 120.0
    run_seconds: float | None = None
    processes: int = 0
    threads: int = 0
    keep_history: bool = True
    tell: Callable[[str], None] = lambda _line: None


@dataclass(frozen=True)
class Result:
    """The ledger, and of each host that drifted what mends what can be mended from here."""

    ledger: Ledger
    mend: dict[str, Mend] = field(default_factory=dict)


def run(request: Request, planted: canary.Planted, device: canary.CanaryDevice) -> Result:
    """Visit every host that was asked. FD6xx when the journal cannot be read, FD701 when the sums do not fit."""
    started, estate = now(), request.estate
    records = _records(estate)
    before = read_progress(records)
    writings = Writings(estate, request.roles_path, completed(before), named_changes(records))
    swept = _swept(request, writings, planted, device, started)
    after = read_progress(_records(estate))
    why = expected.reasons(before, after)
    hosts = [_result(request, host, swept, why) for host in estate.hosts.values()]
    seen = canary.verdict(planted, swept.canary, swept.canary_problem)
    draft = _ledger(request, started, hosts, expected.unfinished(after), seen)
    ledger = _with_history(request, draft)
    check_sums(ledger)
    drifted = {host.host for host in ledger.hosts if host.state == "drift"}
    mends = {host: _unexplained(host, answer.mend, why) for host, answer in swept.answers.items() if host in drifted}
    return Result(ledger, {host: mend for host, mend in mends.items() if mend is not None})


def failure(request_run: str, estate: str, production: bool, kinds: Sequence[Kind], error: Exception) -> Ledger:
    """The ledger of a run that could not even begin."""
    code = error.code if isinstance(error, FellesdriftError) else str(error).split(":", 1)[0]
    moment = now()
    return Ledger(
        run=request_run,
        version=__version__,
        estate=estate,
        production=production,
        started=moment,
        ended=moment,
        outcome="failure",
        complete=False,
        gaps=["the run did not begin"],
        kinds=list(kinds),
        planned=0,
        asked=0,
        counts=dict.fromkeys(STATES, 0),
        coverage=0.0,
        findings=0,
        canary=Canary(found=False, planted="", why="the run did not begin"),
        history=History(kept=False, why="the run did not begin"),
        failure=Failure(code=code, text=str(error)),
    )


def _records(estate: Estate) -> list[Record]:
    with Journal.reading(estate.journal, estate.name) as journal:
        return journal.records() if journal else []


def _unexplained(host: str, mend: Mend | None, why: expected.Reasons) -> Mend | None:
    """Without what an unfinished stage has touched: that is the stage's to finish or to take back."""
    if mend is None or not mend.resources:
        return mend
    resources, present = (
        {
            kind: {key: values for key, values in keys.items() if (host, kind, key) not in why}
            for kind, keys in side.items()
        }
        for side in (mend.resources, mend.present)
    )
    return Mend(resources, present) if any(resources.values()) else None


# -- the sweep


@dataclass
class _Swept:
    """What came back."""

    answers: dict[str, Answer] = field(default_factory=dict)
    ended: dict[str, Done] = field(default_factory=dict)
    canary: Answer | None = None
    canary_problem: str = ""


def _swept(
    request: Request, writings: Writings, planted: canary.Planted, device: canary.CanaryDevice, started: str
) -> _Swept:
    estate, swept = request.estate, _Swept()
    visited = [host for host in estate.hosts.values() if host.name in request.asked and host.platform in PLATFORMS]
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

    def order(host: Host) -> Order:
        return Order(request.target(host.name), mend_command(estate, host.name, started))

    jobs = [Job(canary.KEY, canary.KEY, canary_order)]
    jobs += [Job(host.name, host.site, partial(order, host)) for host in visited]
    limits = Limits(per_site=_per_site(estate, visited), site_default=_AT_A_SITE)
    limits = replace(limits, job_seconds=request.host_seconds + _GRACE, run_seconds=request.run_seconds)
    limits = replace(limits, processes=request.processes or limits.processes, threads=request.threads or limits.threads)
    sweep(jobs, Visitor(writings.of, request.kinds, request.host_seconds), limits, done)
    return swept


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


# -- what it says together


def _result(request: Request, host: Host, swept: _Swept, why: expected.Reasons) -> HostResult:
    state, code, reason, answer = _state(request, host, swept)
    findings, explained = expected.split(answer.findings if answer else [], why)
    if state == "drift" and not findings:
        state = "clean"
    done = swept.ended.get(host.name)
    return HostResult(
        host=host.name,
        municipality=host.municipality,
        site=host.site,
        part=_part(request.estate, host),
        platform=host.platform,
        managed=is_managed(request.estate, host.name),
        asked=host.name in request.asked,
        state=state,
        code=code,
        why=reason,
        findings=findings,
        expected=explained,
        diff=answer.diff if answer and state == "drift" else [],
        seconds=round(done.seconds, 3) if done else 0.0,
        attempts=done.attempts if done else 0,
    )


def _state(request: Request, host: Host, swept: _Swept) -> tuple[HostState, str, str, Answer | None]:
    answer = swept.answers.get(host.name)
    if answer is not None:
        return answer.state, answer.code, answer.why, answer
    if host.name not in request.asked:
        return "not_run", "", "left out by --limit", None
    if host.platform not in PLATFORMS:
        return "unsupported", "", f"platform {host.platform}: this version has no reader for it", None
    return "not_run", "FD709", "the sweep ended without it", None


def is_managed(estate: Estate, host: str) -> bool:
    """Whether the estate says that this version looks after the host; an estate without such a group says so of all."""
    return MANAGED_GROUP not in estate.groups or host in estate.groups[MANAGED_GROUP]


def _part(estate: Estate, host: Host) -> str:
    groups = [name for name in host.groups if name not in _NO_PARTS and name not in estate.municipalities]
    return min(groups, key=lambda name: (len(estate.groups.get(name, [])), name), default=host.platform)


def _ledger(request: Request, started: str, hosts: list[HostResult], unfinished: list[str], seen: Canary) -> Ledger:
    counts = Counter(host.state for host in hosts)
    findings = sum(len(host.findings) for host in hosts)
    gaps = _gaps(hosts)
    error = None
    if not seen.found:
        error = canary.blind(seen.why or "nothing", f"one finding: {seen.planted}")
    return Ledger(
        run=request.run,
        version=__version__,
        estate=request.estate.name,
        production=request.estate.production and request.estate.twin is None,
        started=started,
        ended=now(),
        outcome=_outcome(findings, not gaps, error),
        complete=not gaps,
        gaps=gaps,
        kinds=list(request.kinds),
        limit=request.limit,
        planned=len(request.estate.hosts),
        asked=sum(host.asked for host in hosts),
        counts={state: counts.get(state, 0) for state in STATES},
        coverage=round(sum(counts[state] for state in JUDGED) / len(hosts), 4),
        findings=findings,
        unfinished=unfinished,
        canary=seen,
        history=History(kept=False, why="not yet"),
        failure=Failure(code=error.code, text=str(error)) if error else None,
        hosts=hosts,
    )


def _gaps(hosts: Iterable[HostResult]) -> list[str]:
    """What is not known of what was asked. A host that the estate itself does not give into this version's care is
    described, counted and no gap."""
    asked = [host for host in hosts if host.asked]
    unknown = Counter(host.state for host in asked if host.state not in JUDGED)
    unknown["unsupported"] = sum(host.state == "unsupported" and host.managed for host in asked)
    gaps = [f"{unknown[state]} {state.replace('_', ' ')}" for state in STATES if unknown[state]]
    if not any(host.state in JUDGED for host in asked):
        gaps.append("no host was read")
    return gaps


def _outcome(findings: int, complete: bool, error: FellesdriftError | None) -> Outcome:
    if error is not None:
        return "failure"
    if findings:
        return "drift"
    return "clean" if complete else "incomplete"


def _with_history(request: Request, ledger: Ledger) -> Ledger:
    """Put first and last seen in. That they cannot be kept is a gap: the next run would call old drift new."""
    if ledger.failure is not None:
        return _changed(ledger, {"history": History(kept=False, why="the run is a failure: it saw nothing")})
    if not request.keep_history:
        return _changed(ledger, {"history": History(kept=False, why="check mode: nothing is written down")})
    estate = request.estate
    judged = {host.host for host in ledger.hosts if host.state in JUDGED}
    try:
        with ExitStack() as stack:
            journal = stack.enter_context(_writable(estate))
            hosts = history.keep(journal, ledger, judged)
    except FellesdriftError as error:
        why = f"{error.code}: {error.problem}"
        gaps = [*ledger.gaps, "first and last seen could not be kept"]
        outcome = _outcome(ledger.findings, complete=False, error=None)
        kept = History(kept=False, why=why)
        return _changed(ledger, {"history": kept, "gaps": gaps, "complete": False, "outcome": outcome})
    return _changed(ledger, {"history": History(kept=True), "hosts": hosts})


def _writable(estate: Estate) -> Journal:
    """The journal. A twin's is made when it is not there; a production estate's never."""
    if estate.twin is not None and not estate.journal.exists():
        return Journal.create(estate.journal, estate.name)
    return Journal.open(estate.journal, estate.name)


def _changed(ledger: Ledger, update: Mapping[str, object]) -> Ledger:
    return ledger.model_copy(update=dict(update))


def all_findings(ledger: Ledger) -> list[Finding]:
    """The drift of all hosts, in the estate's order."""
    return [finding for host in ledger.hosts for finding in host.findings]
