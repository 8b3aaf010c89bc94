"""The first page: what somebody wants to know who has never seen a router.

It claims no more than the journal holds. What nobody measured is said to be so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.evidence.ending import ending, stopped_at_once
from fellesdrift.evidence.model import Gate, HostEvidence, Lease, Round, Step, Summary, Tone

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
    leases: Sequence[Lease],
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
        ending=ending(progress, gates, records, leases, zone),
        noticed=list(_noticed(gates, rounds, hosts)),
        remains=list(_remains(progress, steps, hosts, at_once=stopped_at_once(progress, records))),
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
    were = "it was" if begun == 1 else "they were"
    did = {
        "done": f"{_count(begun, 'device')} changed, each verified in a new login and saved.",
        "rolled back": f"{_count(begun, 'device')} changed and brought back to what {were} before.",
    }.get(progress.state, f"{_so_far(changed)}; the work has not ended.")
    return f"{stage.title}: {did}"


def _so_far(hosts: Sequence[HostEvidence]) -> str:
    begun = sum(host.begun_on for host in hosts)
    parts = [f"{_count(len(hosts) - begun, 'device')} changed so far"] if begun < len(hosts) else []
    parts += [f"{_count(begun, 'device')} begun on, without a confirmed step"] if begun else []
    return ", ".join(parts)


def _noticed(gates: Sequence[Gate], rounds: Sequence[Round], hosts: Sequence[HostEvidence]) -> Iterator[str]:
    asked_before = [gate for gate in gates if gate.gate == "services_before"]
    # why a device could not be asked is no matter of users'
    unasked = list(dict.fromkeys(gate.host for gate in asked_before if gate.result == "inconclusive"))
    before = [gate for gate in asked_before if gate.result not in ("pass", "inconclusive")]
    for gate in before:
        yield f"Already before anything was changed, seen from {gate.host}: {gate.evidence}."
    lost = [failure for host in hosts for failure in host.failures if _SILENT in failure]
    for failure in lost:
        yield f"A check found something silent that users need: {failure}."
    bad = [one for one in rounds if one.silent or one.wrong]
    for one in bad:
        yield f"In round {one.number} of the repeated verification: {', '.join([*one.silent, *one.wrong])}."
    if unasked:
        yield f"Whether what users need answered before anything was changed is not known from {', '.join(unasked)}."
    if not before and not lost and not bad:
        asked = f", and {_count(len(rounds), 'round')} of repeated verification found nothing" if rounds else ""
        yield (
            f"No check on record found anything silent that users need{asked}. "
            "Checks are made before the first change, after each wave, and in each round; what happened between them "
            "is not measured."
        )


def _remains(
    progress: StageProgress, steps: Sequence[Step], hosts: Sequence[HostEvidence], *, at_once: bool
) -> Iterator[str]:
    for step in {step.step: step for step in steps}.values():  # only its last asking waits, or counts
        if not step.answer:
            yield f"{step.title}: waits for an answer of the {step.role}."
        elif step.answer != "pass" and progress.state != "rolled back":
            yield f"{step.title}: answered with {step.answer}."
        elif step.label == "SIMULATED":
            yield f"{step.title}: the answer is simulated; nobody has looked."
    for host in hosts:
        if host.outcome == "left behind":
            yield f"{host.host} was left behind and has to be brought after the others."
    yield _next(progress, at_once=at_once)


def _next(progress: StageProgress, *, at_once: bool) -> str:
    match progress.state:
        case "done" if not progress.finalized:
            return "Nobody has declared the stage final yet; until then it can be taken back."
        case "done":
            return "Nothing on the devices."
        case "rolled back":
            return "The cause has to be mended before the stage is tried again."
        case "pending":
            return "What the gates name has to be mended before the stage is tried again."
        case "held":
            names = ", ".join(progress.held_hosts) or "the device"
            first = f"Somebody has to look whether {names} went back by itself" if at_once else f"Mend {names}"
            return f"{first}, then the stage goes on or goes back."
        case _:
            return "The run has to be finished: the same command takes it up where it is."
