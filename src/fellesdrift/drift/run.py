"""A whole run, from what is written down to its ledger. The ledger is made here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fellesdrift import __version__
from fellesdrift.cutover.progress import completed, read_progress
from fellesdrift.drift import canary, expected
from fellesdrift.drift.judge import Mend
from fellesdrift.drift.ledger import check_sums
from fellesdrift.drift.model import Canary, Failure, History, Kind, Ledger
from fellesdrift.drift.recorded import Writings, named_changes
from fellesdrift.drift.request import Request
from fellesdrift.drift.sealed import STATES
from fellesdrift.drift.summing import ledger_of, result_of, with_history
from fellesdrift.drift.visiting import visit_all
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal, Record
from fellesdrift.snapshots.taking import now

if TYPE_CHECKING:
    from fellesdrift.estate import Estate


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
    swept = visit_all(request, writings, planted, device, started)
    after = read_progress(_records(estate))
    why = expected.reasons(before, after)
    hosts = [result_of(request, host, swept, why) for host in estate.hosts.values()]
    seen = canary.verdict(planted, swept.canary, swept.canary_problem)
    draft = ledger_of(request, started, hosts, expected.unfinished(after), seen)
    ledger = with_history(request, draft)
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
