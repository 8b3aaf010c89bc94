"""A host that is drained while a wave runs, given back afterwards; one that is left behind; one that is read again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import one_line
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library

from fellesdrift.errors import FellesdriftError
from fellesdrift.session import Target, open_session
from fellesdrift.session.errors import UnreachableError
from fellesdrift.state.network import check, compare, touched
from fellesdrift.state.network.apply import switch_minutes, wait_for_switch
from fellesdrift.state.network.device import Device

if TYPE_CHECKING:
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.device_change import Change
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.recording import Recorder

    from fellesdrift.cutover.progress import HostProgress
    from fellesdrift.estate.header import Header
    from fellesdrift.journal import Journal
    from fellesdrift.state.network import Resources

require_library()


def drain(change: Change, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
    """Bring a host into the state that it has only while its wave runs; in its running configuration only."""
    earlier = change.earlier(journal)
    resume = earlier.drained if earlier and earlier.drained and earlier.drain_cut else None
    saved = not (earlier and (earlier.drained or (earlier.before and not earlier.back)))
    result = change.apply(header, journal, record, "drained", resume=resume, must_be_saved=saved)
    if result.error is not None:
        if result.status == "reverted":
            record("given_back", {"reason": str(result.error)})
        raise result.error
    if result.status == "changed":
        record("host_drained", {})
    return change.described(result) | {"status": "drained"}


def give_back(change: Change, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
    """Give back what was drained, from the recorded before. What somebody else has changed since stops it: FD633."""
    earlier = change.earlier(journal)
    if earlier is None or not earlier.drained:
        return {"changed": False, "status": "unchanged", "summary": "not drained", "steps": []}
    before = check(earlier.drained)
    patience = wait_for_switch(switch_minutes(0), header.speed)
    end = time.monotonic() + patience
    while True:
        record.hold(patience)
        try:
            return _give_back_once(change, header, journal, record, before)
        except UnreachableError:
            if time.monotonic() > end:
                raise
            time.sleep(1)


def _give_back_once(
    change: Change, header: Header, journal: Journal, record: Recorder, before: Resources
) -> dict[str, Any]:
    earlier = change.earlier(journal)
    # cut off while it was drained or given back: a revert that is pending is ours
    cut_off = bool(earlier and earlier.drain_cut)
    if earlier and not cut_off:
        change.refuse_conflicts(before, check(earlier.draining))
    resume: Resources | None = {} if cut_off else None
    result = change.apply(header, journal, record, "giving_back", resume=resume, must_be_saved=False, desired=before)
    if result.error is not None:
        raise result.error
    if not _changed_by_the_stage(earlier):
        with change.session() as session:  # somebody may have saved it meanwhile
            device = Device(session)
            if not device.read().saved:
                record("save_intended", {"title": "save what was given back"})
                device.save()
    record("given_back", {})
    return change.described(result) | {"status": "given back"}


def _changed_by_the_stage(host: HostProgress | None) -> bool:
    """Whether its running configuration holds something that is not to be saved yet."""
    return bool(host and host.before and not host.back and not host.saved)


def compared(target: Target, desired: Resources) -> dict[str, Any]:
    """What a host says of these resources now, and whether it waits to go back by itself. Without an answer: why."""
    try:
        with open_session(target) as session:
            device = Device(session)
            present, pending = touched(device.read_running(), desired), device.pending_revert()
    except FellesdriftError as error:
        return {
            "changed": False,
            "status": "unknown",
            "evidence": one_line(target.host, error),
            "summary": error.problem,
        }
    differences = len(compare(desired, present))
    text = f"read; {differences} attributes are not as before" if differences else "read; as before"
    return {"changed": False, "status": "unchanged", "present": present, "pending": pending, "summary": text}
