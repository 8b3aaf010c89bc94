"""What a run says together: each host's result, the sums, how it ends, and its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

from fellesdrift import __version__
from fellesdrift.drift import canary, expected, history
from fellesdrift.drift.judge import Answer
from fellesdrift.drift.model import JUDGED, Canary, Failure, History, HostResult, Ledger
from fellesdrift.drift.request import MANAGED_GROUP, Request, Swept
from fellesdrift.drift.sealed import STATES, HostState, Outcome
from fellesdrift.drift.visiting import is_read
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal, exists
from fellesdrift.session.target import EXCHANGES, WINDOWS
from fellesdrift.snapshots.taking import now

if TYPE_CHECKING:
    from fellesdrift.estate import Estate, Host

_NO_PARTS = frozenset({"all", "ungrouped", MANAGED_GROUP})


def result_of(request: Request, host: Host, swept: Swept, why: expected.Reasons) -> HostResult:
    """One host of the estate, whether or not it was visited."""
    state, code, reason, answer = _state(request, host, swept)
    findings, explained = expected.split(answer.findings if answer else [], why)
    if state == "drift" and not findings:
        state = "clean"
    done = swept.ended.get(host.name)
    return HostResult(
        host=host.name,
        municipality=host.municipality,
        site=host.site,
        part=_part(request, host),
        platform=host.platform,
        managed=request.managed is None or host.name in request.managed,
        asked=request.asks(host),
        state=state,
        code=code,
        why=reason,
        findings=findings,
        expected=explained,
        diff=answer.diff if answer and state == "drift" else [],
        seconds=round(done.seconds, 3) if done else 0.0,
        attempts=done.attempts if done else 0,
    )


def _state(request: Request, host: Host, swept: Swept) -> tuple[HostState, str, str, Answer | None]:
    answer = swept.answers.get(host.name)
    if answer is not None:
        return answer.state, answer.code, answer.why, answer
    if host.name not in request.asked:
        return "not_run", "", "left out by --limit", None
    if not request.asks(host):
        return "not_run", "", "left out by --kinds: it has none of them", None
    if (host.platform == WINDOWS or host.platform in EXCHANGES) and not is_read(request, host):
        return "unsupported", "", "nobody has taken its baseline yet", None
    if not is_read(request, host):
        return "unsupported", "", f"platform {host.platform}: this version has no reader for it", None
    return "not_run", "FD709", "the sweep ended without it", None


def _part(request: Request, host: Host) -> str:
    """The smallest of its groups that says what it is, not where it stands."""
    groups = [name for name in host.groups if name not in _NO_PARTS and name not in request.estate.municipalities]
    kinds = [name for name in groups if name not in request.places] or groups
    return min(kinds, key=lambda name: (len(request.estate.groups.get(name, [])), name), default=host.platform)


def ledger_of(request: Request, started: str, hosts: list[HostResult], unfinished: list[str], seen: Canary) -> Ledger:
    """The whole run, before its history."""
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
        time_zone=request.estate.time_zone,
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


def with_history(request: Request, ledger: Ledger) -> Ledger:
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
    if estate.twin is not None and not exists(estate.journal):
        return Journal.create(estate.journal, estate.name)
    return Journal.open(estate.journal, estate.name)


def _changed(ledger: Ledger, update: Mapping[str, object]) -> Ledger:
    return ledger.model_copy(update=dict(update))
