"""How an attempt ended, as the first page says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.cutover.progress import AT_WORK
from fellesdrift.evidence.moments import duration, local

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from fellesdrift.cutover.progress import StageProgress
    from fellesdrift.evidence.model import Gate, Lease
    from fellesdrift.journal import Record


def end_of(progress: StageProgress, records: Sequence[Record]) -> datetime:
    """When the attempt came to the state that it rests in; the last record while it is at work. What is written later,
    as that it was declared final, or how a held stage was looked at, did not make the night any longer."""
    return records[-1].at if progress.state in AT_WORK or progress.since is None else progress.since


def finalized_at(records: Sequence[Record]) -> datetime | None:
    """When somebody declared that there is no way back; None when nobody did."""
    return next((record.at for record in reversed(records) if record.event == "finalized"), None)


def stopped_at_once(progress: StageProgress, records: Sequence[Record]) -> bool:
    """Whether it is held because the run was told to stop at once: then nobody has tried to bring a device back. Who
    stops so writes both, one directly after the other."""
    events = [record.event for record in records]
    if progress.state != "held" or "held" not in events[1:]:
        return False
    before = records[len(events) - events[::-1].index("held") - 2]
    return before.event == "stop_asked" and (before.payload or {}).get("how") == "now"


def ending(
    progress: StageProgress, gates: Sequence[Gate], records: Sequence[Record], leases: Sequence[Lease], zone: tzinfo
) -> str:
    """A few sentences. That a gate was overridden is a part of how it ended, whichever way that was."""
    count, which = _overridden(gates)
    if progress.state == "done":
        how = f"As planned, with {_gates(count)} overridden: {which}. It ended on" if count else "As planned, on"
        return _done(how, progress, records, zone)
    told = _told(progress, records, leases, zone)
    return f"{told} {_gates(count).capitalize()} {_were(count)} overridden: {which}." if count else told


def _done(how: str, progress: StageProgress, records: Sequence[Record], zone: tzinfo) -> str:
    when, took = _when(progress, records, zone)
    final = finalized_at(records)
    since = f"It was declared final on {local(final, zone)}." if final else "It can still be taken back."
    return f"{how} {when}, {took} after it began. {since}"


def _told(progress: StageProgress, records: Sequence[Record], leases: Sequence[Lease], zone: tzinfo) -> str:
    when, took = _when(progress, records, zone)
    why = f" Why: {progress.reason.rstrip('.')}." if progress.reason else ""
    match progress.state:
        case "rolled back":
            return f"Everything is as it was before, since {when}, {took} after it began.{why}"
        case "pending":
            return f"It was refused before anything was changed, on {when}.{why}"
        case "held" if stopped_at_once(progress, records):
            return f"{_cut_off(progress, when)}{why}"
        case "held":
            names = ", ".join(progress.held_hosts) or "a device"
            return f"It is held since {when}: {names} could not be brought back. Everything that answered is safe.{why}"
        case "stopped":
            return f"It was stopped on {when}, nothing half done, and waits for somebody to go on or to go back.{why}"
        case _:
            return f"It has not ended. It began on {local(records[0].at, zone)}{_at_work(progress, leases, when)}.{why}"


def _cut_off(progress: StageProgress, when: str) -> str:
    names = ", ".join(progress.held_hosts) or "a device"
    where = f"on its way back, {names} not back yet" if progress.on_way_back else f"{names} half way"
    return (
        f"It was stopped at once on {when}, {where}, and is held until somebody has looked. Nobody has tried to bring "
        "anything back since; a device's own switch may have done so already."
    )


def _at_work(progress: StageProgress, leases: Sequence[Lease], when: str) -> str:
    """The stage's last record does not say whether its run lives; the lease does, as for `fellesdrift status`."""
    way = "on its way back" if progress.state == "going back" else "under way"
    live = [lease.holder for lease in leases if lease.live and lease.name == progress.municipality]
    if live:
        return f" and is {way}: {live[0]} is at work; last heard of on {when}"
    return (
        f", was {way} when it was last heard of, on {when}, and nobody is at work: the run was killed, or ended "
        "without an end. `fellesdrift status` says what to type"
    )


def _when(progress: StageProgress, records: Sequence[Record], zone: tzinfo) -> tuple[str, str]:
    """When it ended, and how long it took until then."""
    end = end_of(progress, records)
    return local(end, zone), duration((end - records[0].at).total_seconds())


def _overridden(gates: Sequence[Gate]) -> tuple[int, str]:
    """How many gates, and which for what reason, of every time that the gates were asked."""
    answers: dict[str, list[str]] = {}
    for gate in gates:
        if gate.overridden:
            answer = f"{gate.gate.replace('_', ' ')} ({gate.result})"
            answers.setdefault(gate.overridden.rstrip("."), []).append(answer)
    told = [f"{', '.join(dict.fromkeys(own))}, for this reason: {reason}" for reason, own in answers.items()]
    return len({(gate.gate, gate.host) for gate in gates if gate.overridden}), "; ".join(told)


def _gates(count: int) -> str:
    return "a gate" if count == 1 else f"{count} gates"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
