"""What an unfinished stage has touched is expected, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from fellesdrift.cutover.progress import HostProgress, StageProgress, State
from fellesdrift.drift.expected import reasons, split, unfinished
from fellesdrift.drift.model import Finding, Kind, fingerprint

KEY = ("sande", "wan_link")


def stage(state: State, touched: bool = True) -> dict[tuple[str, str], StageProgress]:
    after: dict[str, Any] = {"route": {"10.10.0.0/16": {"next_hops": []}}} if touched else {}
    host = HostProgress(before=after, after=after)
    return {KEY: StageProgress(*KEY, state=state, hosts={"san-rtr1": host})}


def finding(host: str, kind: Kind, key: str) -> Finding:
    mark = fingerprint(host, kind, key)
    return Finding(fingerprint=mark, host=host, kind=kind, key=key, nature="missing", severity="high")


FINDINGS = [
    finding("san-rtr1", "route", "10.10.0.0/16"),
    finding("san-rtr1", "startup", "startup-config"),
    finding("san-rtr1", "route", "192.0.2.0/24"),
    finding("san-fw1", "route", "10.10.0.0/16"),
]


@pytest.mark.parametrize("state", ["running", "stopped", "going back", "held"])
def test_what_an_unfinished_stage_touched_is_expected(state: State) -> None:
    drift, expected = split(FINDINGS, reasons(stage(state), stage(state)))
    assert (drift, [one.key for one in expected]) == (FINDINGS[2:], ["10.10.0.0/16", "startup-config"])
    assert expected[0].expected == f"stage wan_link of sande is {state}"
    assert unfinished(stage(state)) == [f"wan_link of sande: {state}"]


@pytest.mark.parametrize("state", ["done", "rolled back", "pending"])
def test_a_finished_stage_explains_nothing(state: State) -> None:
    assert split(FINDINGS, reasons(stage(state), stage(state))) == (FINDINGS, [])
    assert unfinished(stage(state)) == []


@pytest.mark.parametrize(("before", "after"), [("pending", "running"), ("running", "done"), ("pending", "done")])
def test_a_stage_that_moved_while_the_devices_were_read_explains_what_it_touched(before: State, after: State) -> None:
    drift, _ = split(FINDINGS, reasons(stage(before, touched=before != "pending"), stage(after)))
    assert drift == FINDINGS[2:]
    assert split(FINDINGS, reasons({}, stage(after)))[0] == FINDINGS[2:]


def test_a_stage_that_has_touched_nothing_yet_explains_nothing() -> None:
    assert split(FINDINGS, reasons(stage("running", touched=False), stage("running", touched=False)))[1] == []
