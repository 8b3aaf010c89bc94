"""The status: who needs somebody, what stands in the way, and an inventory's view that is kept between two looks."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.recorded import recorded

from fellesdrift.commands.status_cache import view_of_inventory
from fellesdrift.commands.status_lines import beside
from fellesdrift.commands.status_run import asked_plainly
from fellesdrift.cutover import no_journal
from fellesdrift.cutover.progress import read_progress
from fellesdrift.cutover.status import Status, StatusRow, read_status
from fellesdrift.cutover.status_view import View, view_of
from fellesdrift.estate import Estate
from fellesdrift.journal import Journal, lease
from fellesdrift.journal.lease import Holder

PROJECT = Path(__file__).parents[3]
NOW = datetime(2006, 3, 3, 21, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def view(estate: Estate) -> View:
    return view_of(estate)


@pytest.fixture
def status_of(tmp_path: Path, view: View) -> Callable[[str], Status]:
    def make(night: str) -> Status:
        with recorded(tmp_path, view.name, night) as journal:
            return read_status(view, journal, NOW)

    return make


def row_of(status: Status, stage: str = "wan_link", municipality: str = "sande") -> StatusRow:
    return next(row for row in status.rows if (row.municipality, row.stage) == (municipality, stage))


@pytest.mark.parametrize(
    ("night", "unfinished", "why"),
    [
        ("done", False, ""),
        ("rolled_back", False, ""),
        ("refused", False, "the last time a gate did not pass: services_before on san-rtr1: fail: no answer: payroll"),
        ("running", True, "nobody is at work: the run ended without an end, or was killed"),
        ("held", True, ""),
    ],
)
def test_who_needs_somebody(status_of: Callable[[str], Status], night: str, why: str, *, unfinished: bool) -> None:
    found = status_of(night)
    assert found.unfinished is unfinished
    assert any(one.startswith(why) for one in row_of(found).why_not) or not why


def test_what_is_required_is_named_before_anything_else(view: View, journal: Journal) -> None:
    row = row_of(read_status(view, journal, NOW), "zone_firewall")
    assert row.why_not[0] == "requires wan_link of sande, which is pending"
    assert row.next == "-"


def test_done_can_be_taken_back_until_it_is_final(status_of: Callable[[str], Status]) -> None:
    found = status_of("done")
    row = row_of(found)
    assert (row.reversible, row.finalized, row.next) == (True, False, "-")
    assert any(line.startswith("back:   sande wan_link can still be taken back") for line in beside(found))


@pytest.mark.parametrize("night", ["running", "going_back"])
def test_a_live_run_needs_nobody(tmp_path: Path, view: View, night: str) -> None:
    with recorded(tmp_path, view.name, "running") as journal:
        if night == "going_back":
            journal.append("sande", "wan_link", row_of(read_status(view, journal, NOW)).attempt, "", "failed", {})
            assert "nobody is at work" in row_of(read_status(view, journal, NOW)).why_not[0]
        with journal.transaction() as connection:
            lease.acquire(connection, ["sande", "platform"], Holder.of_process(os.getpid()))
        found = read_status(view, journal, datetime.now(UTC))
    row = row_of(found)
    assert (found.unfinished, row.next) == (False, "-")
    assert row.why_not == [f"process {os.getpid()} on {found.leases[0].machine} is at work"]
    assert [one.live for one in found.leases] == [True, True]
    assert any("renewed while it works" in line for line in beside(found))


def test_a_step_that_waits_is_told_with_its_deadline(status_of: Callable[[str], Status]) -> None:
    found = status_of("running")
    [step] = found.steps
    assert (step.step, step.overdue) == ("call", False)
    assert any(line.startswith("asked:  sande wan_link: Call the town hall (call)") for line in beside(found))


@pytest.mark.parametrize(
    ("end", "moment", "listed"),
    [
        ("done", "finalize", True),
        ("running", "finalize", False),
        ("held", "before", False),
        ("rolled_back", "before", False),
    ],
)
def test_a_step_is_listed_where_it_can_be_answered(
    tmp_path: Path, view: View, end: str, moment: str, *, listed: bool
) -> None:
    with recorded(tmp_path, view.name, end) as journal:
        attempt = read_progress(journal.current())["sande", "wan_link"].attempt
        asked = {"step": "look", "title": "Look", "instruction": "look", "role": "duty_operator", "when": moment}
        until = {"deadline": "2099-01-01T00:00:00+00:00"}
        journal.append("sande", "wan_link", attempt, "", "manual_asked", asked | until)
        steps = read_status(view, journal, NOW).steps
    assert ("look" in [step.step for step in steps]) is listed


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (
            datetime(2006, 3, 3, 20, 0, tzinfo=UTC),
            "its window is not open yet: 2006-03-03 22:00 to 2006-03-04 04:00 CET",
        ),
        (datetime(2006, 3, 4, 2, 50, tzinfo=UTC), "too little of its window is left for it and its way back"),
        (datetime(2006, 3, 4, 3, 0, tzinfo=UTC), "its last window has passed"),
    ],
)
def test_the_window_stands_in_the_way(view: View, journal: Journal, now: datetime, why: str) -> None:
    assert any(one.startswith(why) for one in row_of(read_status(view, journal, now)).why_not)


def test_the_data_has_a_schema(view: View, journal: Journal) -> None:
    data = read_status(view, journal, NOW).as_data()
    known = ["schema", "unfinished", "estate", "made", "time_zone", "rows", "leases", "steps"]
    assert list(data) == [*known, "journal", "journal_found"]
    assert (data["unfinished"], data["journal_found"]) == (False, True)
    assert data["schema"] == "fellesdrift.status/1"


def test_without_a_journal_nothing_is_known(view: View, golden: Callable[[str, object], None]) -> None:
    found = read_status(dataclasses.replace(view, journal="/srv/journal.sqlite"), None, NOW)
    assert (found.unfinished, found.journal_found) == (True, False)
    assert {(row.state, row.next, *row.why_not) for row in found.rows} == {("unknown", "-")}
    golden("commands/status_without_a_journal", "\n".join(no_journal.told(found, Path("inventories/production"))))


def test_a_view_is_what_it_was_kept_as(view: View) -> None:
    assert View.from_data(view.as_data()) == view


@pytest.fixture
def inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(PROJECT / "tests" / "fixtures" / "estate", tmp_path / "inventory")
    return tmp_path / "inventory"


def test_an_inventory_is_read_again_only_when_it_has_changed(inventory: Path, view: View) -> None:
    read: list[Path] = []

    def reading(path: Path) -> View:
        read.append(path)
        return view

    def look() -> View:
        return view_of_inventory(inventory, reading)

    assert look() == look() == view
    assert len(read) == 1
    some = next(path for path in sorted(inventory.rglob("*.yml")) if path.is_file())
    some.write_text(some.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    look()
    assert len(read) == 2
    for kept in (inventory.parent / "cache" / "fellesdrift").iterdir():
        kept.write_text("[garbage", encoding="utf-8")
    look()
    assert len(read) == 3
    program = inventory / "dynamic"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    look()
    look()
    assert len(read) == 5


def test_without_a_place_for_the_cache_the_inventory_is_read(
    inventory: Path, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inventory.parent / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(inventory.parent / "file"))
    assert view_of_inventory(inventory, lambda _: view) == view


@pytest.mark.parametrize(
    ("words", "plainly"),
    [
        ([], (Path("inventories/production"), False)),
        (["-i", "x", "--json"], (Path("x"), True)),
        (["--inventory", "x"], (Path("x"), False)),
        (["--help"], None),
        (["-i"], None),
        (["-i", "--json"], None),
        (["--inventory=x"], None),
    ],
)
def test_a_plain_command_line_needs_no_parser(words: list[str], plainly: Any) -> None:
    assert asked_plainly(words) == plainly
