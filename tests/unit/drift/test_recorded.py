"""What is written down of a host: baseline, named changes, completed stages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.drift import PROJECT

from fellesdrift.drift.recorded import Recorded, Writings, named_changes
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Estate
from fellesdrift.journal import Record
from fellesdrift.state.network import normalise, read_resources, text

ROLES = [PROJECT / "roles"]
ROUTE = {"route": {"192.0.2.0/24": {"next_hops": [{"next_hop": "10.61.0.2", "distance": 1, "name": None}]}}}
NO_ROUTE: dict[str, Any] = {"route": {"192.0.2.0/24": {"next_hops": []}}}


def records(*events: tuple[str, str, dict[str, Any]]) -> list[Record]:
    return [
        Record(seq, datetime.now(UTC), "sande", "", attempt, "san-rtr1", f"day2_{event}", payload)
        for seq, (attempt, event, payload) in enumerate(events)
    ]


def stage_records(*events: tuple[str, str, dict[str, Any]]) -> list[Record]:
    return [
        Record(seq, datetime.now(UTC), "sande", "wan_link", "s", host, event, payload)
        for seq, (host, event, payload) in enumerate(events)
    ]


def intended(after: dict[str, Any]) -> dict[str, Any]:
    return {"change": "x", "before": {}, "after": after, "steps": []}


def test_before_the_first_stage_it_is_the_baseline(estate: Estate) -> None:
    recorded = Writings(estate, ROLES, frozenset(), {}).of("san-rtr1")
    assert recorded.text == normalise(estate.snapshot("san-rtr1").read_text(encoding="utf-8"))
    assert recorded.claims == {}


def test_a_completed_stage_is_in_it_with_its_owner(estate: Estate) -> None:
    recorded = Writings(estate, ROLES, {("sande", "wan_link")}, {}).of("san-rtr1")
    assert set(recorded.claims.values()) == {"fellesdrift.core.wan_link"} or set(recorded.claims.values()) == {
        "wan_link"
    }
    assert recorded.text != Writings(estate, ROLES, frozenset(), {}).of("san-rtr1").text


def test_a_named_change_is_written_down_too(estate: Estate) -> None:
    recorded = Writings(estate, ROLES, frozenset(), {"san-rtr1": [ROUTE]}).of("san-rtr1")
    assert "192.0.2.0/24" in read_resources(recorded.text)["route"]
    assert recorded.claims == {}


def test_without_a_baseline_there_is_nothing_to_hold_it_against(estate: Estate, tmp_path: Path) -> None:
    moved = estate.model_copy(update={"inventory_dir": tmp_path})
    with pytest.raises(FellesdriftError, match="FD704"):
        Writings(moved, ROLES, {("sande", "wan_link")}, {}).of("san-rtr1")


def test_only_changes_that_were_carried_through_count_in_their_order() -> None:
    assert named_changes(records(("a", "host_intended", intended(ROUTE)))) == {}
    done = [("a", "host_intended", intended(ROUTE)), ("a", "host_applied", {"change": "x"})]
    assert named_changes(records(*done)) == {"san-rtr1": [ROUTE]}
    undone = [("a", "host_intended", intended(ROUTE)), ("a", "host_reverted", {}), ("a", "host_applied", {})]
    assert named_changes(records(*undone)) == {}
    back = [*done, ("b", "back_intended", intended(NO_ROUTE)), ("b", "host_back", {"change": "x"})]
    assert named_changes(records(*back)) == {"san-rtr1": [ROUTE, NO_ROUTE]}


def test_a_stage_that_is_taken_back_takes_a_change_to_its_own_values_with_it() -> None:
    before = {**NO_ROUTE, "interface": {"Loopback0": {"description": "x"}}}
    opened = stage_records(("san-rtr1", "host_intended", {"before": before, "after": ROUTE}))
    mended = records(("a", "host_intended", intended(ROUTE)), ("a", "host_applied", {"change": "x"}))
    back = stage_records(("", "rolled_back", {}))
    assert named_changes([*opened, *mended]) == {"san-rtr1": [ROUTE]}
    assert named_changes([*opened, *mended, *back]) == {"san-rtr1": [ROUTE, NO_ROUTE]}
    assert named_changes([*opened, *back, *mended]) == {"san-rtr1": [ROUTE]}
    assert named_changes([*opened, *back]) == {}


BASELINES = sorted((PROJECT / "inventories" / "production" / "snapshots" / "baseline").glob("*.cfg"))


@pytest.mark.parametrize("path", BASELINES, ids=lambda path: path.stem)
def test_the_quick_look_says_the_same_only_of_what_is_the_same(path: Path) -> None:
    printed = path.read_text(encoding="utf-8")
    recorded = Recorded(None, {}, printed)
    later = printed.replace("Last configuration change at", "Last configuration change at 04:05:06, before it was")
    assert recorded.is_printed(later)
    assert recorded.is_printed(printed.replace("<secret>", "$1$abc"))
    lines = printed.splitlines()
    for number, line in enumerate(lines):
        changed = ["", line, f"{line}x", f"{line}\n{line}"][number % 4]
        other = "\n".join([*lines[:number], *([changed] if changed else []), *lines[number + 1 :]]) + "\n"
        if recorded.is_printed(other):
            assert normalise(other) == recorded.text, line


@pytest.mark.parametrize("cut", ["\nend", "\nhostname "])
def test_a_text_that_is_not_whole_is_never_known(cut: str) -> None:
    printed = BASELINES[0].read_text(encoding="utf-8")
    assert Recorded(None, {}, printed).is_printed(printed)
    broken = printed.replace(cut, cut[:-1] + "x" if cut == "\nend" else "\nx", 1)
    assert not Recorded(None, {}, broken).is_printed(broken)


def test_each_line_that_does_not_last_is_known_at_the_first_look() -> None:
    for path in BASELINES:
        for line in path.read_text(encoding="utf-8").splitlines():
            known = any(re.fullmatch(each.pattern, line.rstrip()) for each in text.VOLATILE)
            assert text.is_volatile(line.rstrip()) == known, line


def test_a_text_of_which_something_was_made_since_is_never_taken_for_the_printed_one() -> None:
    assert not Recorded("hostname r1\nend\n").is_printed("hostname r1\nend\n")
