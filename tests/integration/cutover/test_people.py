"""A stage with people, a canary and a soak in it, as an operator runs it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import peopled
from support.lab import PATIENCE, Lab, Run

from fellesdrift import twin
from fellesdrift.commands import stage as commands


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return peopled.estate(tmp_path_factory.mktemp("peopled"))


@pytest.fixture(scope="module")
def shared(source: Path) -> Iterator[Lab]:
    """One twin for the whole file: each test leaves the devices as it found them."""
    out = source.parent / "twin"
    twin.up(source, out, speed=30.0)
    try:
        yield Lab(out)
    finally:
        twin.down(out)


def of(lab: Lab, event: str) -> list[dict[str, object]]:
    """The payloads of an event in the attempt that was opened last."""
    attempt = lab.stage().attempt
    return [record.payload or {} for record in lab.records() if (record.event, record.attempt) == (event, attempt)]


@pytest.mark.long
def test_a_plan_says_who_is_asked_and_what_is_waited_for(shared: Lab) -> None:
    run = shared.play("plan.yml")
    assert run.code == 0, run.output
    for line in (
        "asked before: reserve power (",
        "canary, verified before anything else is changed: drm-fwi1",
        "asked about the canary: first site (",
        "after Internet exit in Drammen: soak of 10 min, verified every 10 min; on this twin 0 s",
        "after the last wave: soak of 60 min, verified every 20 min; on this twin 2 s (1800 times as fast)",
        "asked before it is finalized: acceptance (",
    ):
        assert line in run.text(), run.output
    assert shared.records() == []


@pytest.mark.long
def test_a_file_that_answers_too_little_opens_nothing(shared: Lab, tmp_path: Path) -> None:
    run = shared.play("cutover.yml", *peopled.answers(tmp_path, reserve_power="pass", test_call="pass"))
    assert (run.code, "FD646" in run.output) == (2, True), run.output
    assert "no entry for wan_link first_site" in run.text()
    assert shared.records() == []


def test_a_no_before_the_first_change_refuses_the_stage(shared: Lab, tmp_path: Path) -> None:
    before = shared.configs()
    run = shared.play("cutover.yml", *peopled.answers(tmp_path, **peopled.ANSWERS | {"reserve_power": "fail"}))
    assert (run.code, "FD648" in run.output) == (2, True), run.output
    assert shared.stage().state == "pending"
    assert shared.configs() == before


@pytest.mark.long
def test_a_no_after_the_canary_takes_it_back_without_waiting(shared: Lab, tmp_path: Path) -> None:
    before = shared.configs()
    run = shared.play("cutover.yml", *peopled.answers(tmp_path, **peopled.ANSWERS | {"first_site": "inconclusive"}))
    assert run.code == 2, run.output
    assert (shared.stage().state, "FD648" in (shared.stage().reason or "")) == ("rolled back", True), run.output
    assert [payload["wave"] for payload in of(shared, "wave_begun")] == ["Internet exit in Drammen"]
    assert [payload["round"] for payload in of(shared, "soak_checked")] == [0]
    assert shared.configs() == before


@pytest.mark.long
def test_a_service_that_dies_while_it_soaks_takes_it_back(shared: Lab, tmp_path: Path) -> None:
    before = shared.configs()
    process = shared.start("cutover.yml", *peopled.answers(tmp_path, **peopled.ANSWERS))
    wait_until(process, lambda: any(payload["wave"] is None for payload in of(shared, "soak_begun")))
    shared.do("link", link="san_sykehjem_line", state="cut")
    output, _ = process.communicate(timeout=PATIENCE)
    shared.do("link", link="san_sykehjem_line", state="mended")
    assert process.returncode == 2, output
    assert "FD649" in output
    stage = shared.stage()
    assert (stage.state, "what was moved no longer holds" in (stage.reason or "")) == ("rolled back", True), output
    assert "san-sykehjem-rtr1" in str(of(shared, "soak_checked")[-1]["wrong"])
    assert shared.configs() == before


def test_it_is_done_finalized_and_then_stays(shared: Lab) -> None:
    """Simulated as in a rehearsal; the last answer comes from another terminal."""
    run = shared.play("cutover.yml")
    assert (run.code, shared.stage().state) == (0, "done"), run.output
    assert "pass (simulated answer): test call" in run.text()
    assert all(payload["simulated"] for payload in of(shared, "manual_answered"))
    rounds = [payload["round"] for payload in of(shared, "soak_checked") if payload["wave"] is None]
    assert rounds == [1, 2, 3]
    evidence = of(shared, "soak_checked")[-1]["hosts"]
    assert isinstance(evidence, dict)
    assert evidence["san-rtr1"]["found"].startswith("6 attributes as desired, saved; 5 of 5 services")

    process = shared.start("finalize.yml", "-e", "stage=wan_link", "-e", "reason=agreed")
    wait_until(process, lambda: any(payload["step"] == "acceptance" for payload in of(shared, "manual_asked")))
    commands.answer("sande", "wan_link", "acceptance", commands.Choice.HOLDS, "duty operator", "", shared.out)
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, output
    assert "there is no way back any more" in output
    assert "duty operator" not in output
    assert shared.stage().finalized

    moved = shared.configs()
    back: Run = shared.rollback()
    assert (back.code, "FD691" in back.output) == (2, True), back.output
    assert shared.configs() == moved


def wait_until(process: subprocess.Popen[str], there: Callable[[], bool]) -> None:
    """Until the run's journal has it; a run that ends before shows why."""
    deadline = time.monotonic() + PATIENCE
    while not there():
        if process.poll() is not None or time.monotonic() > deadline:
            process.terminate()
            pytest.fail(process.communicate()[0])
        time.sleep(0.1)
