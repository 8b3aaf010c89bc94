"""What an attempt did to each host, and how it stands now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.evidence.changes import changes
from fellesdrift.evidence.ending import stopped_at_once
from fellesdrift.evidence.model import Action, HostEvidence, Tone
from fellesdrift.evidence.moments import stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fellesdrift.cutover.progress import HostProgress, StageProgress
    from fellesdrift.journal import Record


def of(records: Sequence[Record], progress: StageProgress) -> Iterator[HostEvidence]:
    """Every host that a record of the attempt names, in the order in which they came up."""
    at_once = stopped_at_once(progress, records)
    for name, host in progress.hosts.items():
        own = [record for record in records if record.host == name]
        outcome, tone = _outcome(name, host, own, progress, at_once=at_once)
        failures = [
            str((record.payload or {}).get("reason") or "")
            for record in own
            if record.event in ("host_failed", "host_reverted", "host_left")
        ]
        yield HostEvidence(name, outcome, tone, changes(host.before, host.after), list(_actions(own)), failures)


def _outcome(
    name: str, host: HostProgress, own: Sequence[Record], progress: StageProgress, *, at_once: bool
) -> tuple[str, Tone]:
    last_word = [record.event for record in own if record.event in ("host_left", "host_intended", "host_saved")]
    if last_word and last_word[-1] == "host_left":
        return "left behind", "notice"
    if host.back:
        return "brought back to what it was", "notice"
    if at_once and name in progress.held_hosts:
        return "stopped at once before its end; a switch of its own may have taken it back since", "bad"
    if at_once:
        return _stands(host)
    if name in progress.held_hosts or (progress.state == "held" and host.before):
        return "NOT back: nobody could reach it or bring it back", "bad"
    return _stands(host)


def _stands(host: HostProgress) -> tuple[str, Tone]:
    if not host.before:
        return ("as the stage says already, saved", "good") if host.saved else ("not changed", "plain")
    if host.saved:
        return "changed, verified and saved", "good"
    return ("changed, not yet saved", "bad") if host.applied else ("its change has not ended", "bad")


def _actions(own: Sequence[Record]) -> Iterator[Action]:
    way, open_step = "forward", None
    for record in own:
        payload = record.payload or {}
        if record.event == "back_intended":
            way = "back"
        elif record.event == "host_intended":
            way = "forward"
        elif record.event in ("step_intended", "save_intended"):
            if open_step:
                yield open_step
            title = str(payload.get("title") or "a step")
            open_step = Action(title[:1].upper() + title[1:], way, stamp(record.at))
        elif record.event in ("step_confirmed", "host_saved") and open_step:
            yield Action(open_step.title, open_step.way, open_step.began, stamp(record.at))
            open_step = None
    if open_step:
        yield open_step
