"""The first page: what somebody wants to know who has never seen a router.

It claims no more than the journal holds. What nobody measured is said to be so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.evidence.ending import ending
from fellesdrift.evidence.model import Gate, HostEvidence, Round, Step, Summary, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from fellesdrift.cutover.progress import StageProgress
    from fellesdrift.estate import Stage
    from fellesdrift.journal import Record

_VERDICTS: dict[str, tuple[str, Tone]] = {
    "pending": ("Refused", "notice"),
    "running": ("NOT FINISHED", "bad"),
    "stopped": ("STOPPED", "bad"),
    "going back": ("NOT FINISHED", "bad"),
    "held": ("HELD", "bad"),
    "done": ("Done", "good"),
    "rolled back": ("Rolled back", "notice"),
}
_SILENT = "FD631"
"""The error of a check that finds something silent that users need."""


def summarise(
    municipality: str,
    stage: Stage,
    owner: str,
    progress: StageProgress,
    gates: Sequence[Gate],
    steps: Sequence[Step],
    rounds: Sequence[Round],
    hosts: Sequence[HostEvidence],
    records: Sequence[Record],
    zone: tzinfo,
) -> Summary:
    """The words of the first page."""
    verdict, tone = _VERDICTS.get(progress.state, (progress.state.upper(), "bad"))
    changed = [host for host in hosts if host.changes]
    moved = f" The systems that it moves: {', '.join(stage.systems)}." if stage.systems else ""
    return Summary(
        verdict=verdict,
        tone=tone,
        done=_done(stage, changed, progress),
        for_whom=f"{municipality}.{moved}",
        ending=ending(progress, gates, records, zone),
        noticed=list(_noticed(gates, rounds, hosts)),
        remains=list(_remains(progress, steps, hosts)),
        approved=(
            f"{owner}, who by that has approved the way back too."
            if owner
            else "The estate's data names no role that approves this stage."
        ),
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _done(stage: Stage, changed: Sequence[HostEvidence], progress: StageProgress) -> str:
    if not changed:
        return f"{stage.title}: no device was changed."
    begun = len({host.host for host in changed})
    did = {
        "done": f"{_count(begun, 'device')} changed, each verified in a new login and saved.",
        "rolled back": f"{_count(begun, 'device')} changed and brought back to what they were before.",
    }.get(progress.state, f"{_count(begun, 'device')} changed so far; the work has not ended.")
    return f"{stage.title}: {did}"


def _noticed(gates: Sequence[Gate], rounds: Sequence[Round], hosts: Sequence[HostEvidence]) -> Iterator[str]:
    before = [gate for gate in gates if gate.gate == "services_before" and gate.result != "pass"]
    for gate in before:
        yield f"Already before anything was changed, seen from {gate.host}: {gate.evidence}."
    lost = [failure for host in hosts for failure in host.failures if _SILENT in failure]
    for failure in lost:
        yield f"A check found something silent that users need: {failure}."
    bad = [one for one in rounds if one.silent or one.wrong]
    for one in bad:
        yield f"In round {one.number} of the repeated verification: {', '.join([*one.silent, *one.wrong])}."
    if not before and not lost and not bad:
        asked = f", and {_count(len(rounds), 'round')} of repeated verification found nothing" if rounds else ""
        yield (
            f"No check on record found anything silent that users need{asked}. "
            "Checks are made before the first change, after each wave, and in each round; what happened between them "
            "is not measured."
        )


def _remains(progress: StageProgress, steps: Sequence[Step], hosts: Sequence[HostEvidence]) -> Iterator[str]:
    for step in steps:
        if not step.answer:
            yield f"{step.title}: waits for an answer of the {step.role}."
        elif step.answer != "pass" and progress.state != "rolled back":
            yield f"{step.title}: answered with {step.answer}."
        elif step.label == "SIMULATED":
            yield f"{step.title}: the answer is simulated; nobody has looked."
    for host in hosts:
        if host.outcome == "left behind":
            yield f"{host.host} was left behind and has to be brought after the others."
    match progress.state:
        case "done" if not progress.finalized:
            yield "Nobody has declared the stage final yet; until then it can be taken back."
        case "done":
            yield "Nothing on the devices."
        case "rolled back":
            yield "The cause has to be mended before the stage is tried again."
        case "pending":
            yield "What the gates name has to be mended before the stage is tried again."
        case "held":
            names = ", ".join(progress.held_hosts) or "The device"
            yield f"{names} has to be mended, then the stage goes on or goes back."
        case _:
            yield "The run has to be finished: the same command takes it up where it is."
