"""SIGKILL when a record has just been written, then the same command again: the same end as undisturbed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.lab import PRODUCTION, PROJECT, RECORDS, Lab

from fellesdrift import twin

KILLER = PROJECT / "tests" / "support" / "killer"
SAMPLE = (27,)


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Lab]:
    out = tmp_path / "twin"
    twin.up(PRODUCTION, out, speed=30)
    try:
        yield Lab(out)
    finally:
        twin.down(out)


def kill_at(lab: Lab, record: int, playbook: str, *arguments: str) -> None:
    """Run a playbook and kill it, and with it its workers, right after the transaction that brings that record."""
    environment = {"PYTHONPATH": str(KILLER), "FELLESDRIFT_KILL_AT": str(record)}
    run = lab.play(playbook, *arguments, environment=environment)
    assert run.code == -signal.SIGKILL, run.output
    assert len(lab.records()) - record in (0, 1)  # what has happened is written with the intent that comes next


def check_killed_cutover(lab: Lab, record: int, on_the_way_back: int = 0) -> None:
    """on_the_way_back: the rollback is killed too, when it has written so many records."""
    before = lab.configs()
    kill_at(lab, record, "cutover.yml")
    run = lab.play("cutover.yml")
    assert run.code == 0, run.output
    stage = lab.stage()
    assert stage.state == "done"
    moved = lab.configs()
    assert {host for host in moved if moved[host] != before[host]} == {"drm-fwi1", "san-rtr1", "drm-core1"}
    assert not any(device["revert"] or device["reload"] for device in (twin.status(lab.out).devices or {}).values())
    if on_the_way_back:
        kill_at(lab, len(lab.records()) + on_the_way_back, "rollback.yml", "-e", "stage=wan_link")
    back = lab.rollback()
    assert back.code == 0, back.output
    assert lab.stage().state == "rolled back"
    assert lab.configs() == before  # the recorded before is the first one, not what the killed run had left


@pytest.mark.parametrize("record", SAMPLE)
def test_killed_at_a_record_and_on_the_way_back(quick: Lab, record: int) -> None:
    check_killed_cutover(quick, record, on_the_way_back=5)


@pytest.mark.long
@pytest.mark.parametrize("record", [number for number in range(1, RECORDS) if number not in SAMPLE])
def test_killed_at_every_other_record(quick: Lab, record: int) -> None:
    check_killed_cutover(quick, record)


def check_killed_rollback(lab: Lab, record: int) -> None:
    before = lab.configs()
    assert lab.play("cutover.yml").code == 0
    kill_at(lab, RECORDS + record, "rollback.yml", "-e", "stage=wan_link")
    back = lab.rollback()
    assert back.code == 0, back.output
    assert lab.stage().state == "rolled back"
    assert lab.configs() == before


@pytest.mark.long
@pytest.mark.parametrize("record", range(1, 30))
def test_killed_rollback_at_every_record(quick: Lab, record: int) -> None:
    check_killed_rollback(quick, record)


@pytest.mark.long
def test_a_killed_rollback_sees_what_somebody_else_changed_meanwhile(quick: Lab) -> None:
    assert quick.play("cutover.yml").code == 0
    kill_at(quick, RECORDS + 5, "rollback.yml", "-e", "stage=wan_link")  # in the middle of drm-core1
    route = "ip route 10.10.0.0 255.255.0.0 10.251.61.1"
    quick.do("console", device="san-rtr1", lines=[f"no {route} 250", f"{route} 200"])
    theirs = quick.configs()
    run = quick.rollback()
    assert run.code == 2
    assert "FD633" in run.output
    assert "'distance': 200" in run.output
    assert quick.configs() == theirs
    assert len(quick.records()) == RECORDS + 5


@pytest.mark.long
def test_a_run_that_failed_and_was_killed_on_its_way_back(quick: Lab) -> None:
    """The way back is finished by the same command, and it is still a failure."""
    before = quick.configs()
    quick.do("fault", device="drm-core1", kind="drop", match="^interface", when="after")
    process = quick.start("cutover.yml", environment={"PYTHONPATH": str(KILLER), "FELLESDRIFT_KILL_AT": "26"})
    output, _ = process.communicate(timeout=200)
    assert process.returncode == -signal.SIGKILL, output
    assert quick.stage().state in ("going back", "running")
    run = quick.play("cutover.yml")
    assert quick.stage().state in ("rolled back", "done"), run.output
    assert run.code == {"rolled back": 2, "done": 0}[quick.stage().state]
    if run.code == 2:
        assert quick.configs() == before
