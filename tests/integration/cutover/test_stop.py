"""Ctrl-C once and twice, and a municipality taken back: what a real terminal, real workers and devices make of it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from support.lab import PROJECT, Lab

from fellesdrift import twin
from fellesdrift.journal import Record


def wait_for(lab: Lab, process: subprocess.Popen[str], event: str, host: str) -> None:
    """Until the journal has such a record."""
    deadline = time.monotonic() + 60
    while not any(record.event == event and record.host == host for record in lab.records()):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"no {event} of {host}: {process.communicate()[0]}")
        time.sleep(0.02)


@contextmanager
def shown(keyboard: int) -> Iterator[None]:
    """Somebody looks at the terminal meanwhile: what nobody reads stops who writes."""
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            if select.select([keyboard], [], [], 0.1)[0]:
                os.read(keyboard, 65536)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()


def wait_until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def after(records: list[Record], event: str) -> list[tuple[str, str]]:
    events = [(record.event, record.host) for record in records]
    return events[[name for name, _ in events].index(event) :]


def nothing_pending(lab: Lab) -> bool:
    return not any(device["revert"] or device["reload"] for device in (twin.status(lab.out).devices or {}).values())


def test_once_finishes_the_device_and_the_same_command_goes_on(lab: Lab) -> None:
    before = lab.configs()
    # slow enough that the signal comes while it is at work, however busy the machine is
    lab.do("fault", device="san-rtr1", kind="slow", seconds=0.2)
    process = lab.start("cutover.yml")
    wait_for(lab, process, "step_intended", "san-rtr1")
    process.send_signal(signal.SIGINT)
    lab.do("heal", device="san-rtr1")
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 2, output
    assert "A stop was asked for" in output
    stage = lab.stage()
    assert (stage.state, stage.midway, stage.touched) == ("stopped", [], ["drm-fwi1", "san-rtr1"]), output
    *_, where, command = output.strip().splitlines()
    assert where == "wan_link of sande is stopped: a stop was asked for"
    assert command.startswith("next: ansible-playbook playbooks/cutover.yml"), "the last line of all"
    assert "fatal:" not in output
    # what was begun was ended, and nothing was begun after the stop was asked for
    told = after(lab.records(), "stop_asked")
    assert ("host_applied", "san-rtr1") in told
    assert "host_intended" not in [event for event, _ in told]
    assert nothing_pending(lab)

    back = lab.play("rollback.yml")  # the whole municipality, which is this stage
    assert back.code == 0, back.output
    assert "to be taken back, in this order: wan_link" in back.text()
    assert (lab.stage().state, lab.configs() == before) == ("rolled back", True)


@pytest.mark.long  # of the signals: tests/unit/cutover/test_signals.py
def test_ctrl_c_and_then_a_killed_front_is_one_stop(lab: Lab) -> None:
    """The device is finished, and nobody is held."""
    lab.do("fault", device="san-rtr1", kind="slow", seconds=0.2)
    typed = [sys.executable, "-m", "fellesdrift", "stage", "start", "sande", "wan_link", "-i", str(lab.out)]
    environment = os.environ | {"ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg")}
    front = subprocess.Popen(
        ["env", "--default-signal=HUP,INT,TERM", *typed, "--answers", "simulated"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until(lambda: any((one.event, one.host) == ("step_intended", "san-rtr1") for one in lab.records()))
    os.killpg(front.pid, signal.SIGINT)
    time.sleep(0.3)
    front.kill()
    front.wait()
    lab.do("heal", device="san-rtr1")
    wait_until(lambda: lab.stage().state not in ("running", "going back"))
    stage = lab.stage()
    assert (stage.state, stage.midway, stage.touched) == ("stopped", [], ["drm-fwi1", "san-rtr1"]), stage.reason
    assert nothing_pending(lab)


@pytest.mark.parametrize("playbook", ["cutover.yml", pytest.param("rollback.yml", marks=pytest.mark.long)])
def test_a_terminal_that_goes_away_is_a_stop_and_no_crash(lab: Lab, playbook: str) -> None:
    """The line to the controller breaks: the device is finished, and the same command goes on."""
    before = lab.configs()
    host = "san-rtr1"
    if playbook == "rollback.yml":
        assert lab.play("cutover.yml").code == 0
    lab.do("fault", device=host, kind="slow", seconds=0.2)
    keyboard, terminal = os.openpty()
    process = lab.start(playbook, terminal=terminal, environment={"TERM": "xterm"})
    os.close(terminal)
    with shown(keyboard):
        wait_for(lab, process, "host_intended" if playbook == "cutover.yml" else "back_intended", host)
    os.close(keyboard)
    lab.do("heal", device=host)
    assert process.wait(120) == 2
    stage = lab.stage()
    assert (stage.state, stage.midway) == ("stopped", []), lab.records()[-5:]
    assert nothing_pending(lab)
    assert lab.leases() == []
    again = lab.play("rollback.yml")
    assert (again.code, lab.stage().state, lab.configs() == before) == (0, "rolled back", True), again.output


@pytest.mark.parametrize(
    ("numbers", "then"),
    [
        ((signal.SIGINT, signal.SIGINT), None),
        pytest.param((signal.SIGTERM, signal.SIGTERM), "continue", marks=pytest.mark.long),
        pytest.param((signal.SIGHUP, signal.SIGINT), "back", marks=pytest.mark.long),
    ],
)
def test_twice_stops_at_once_and_names_the_device(
    lab: Lab, numbers: tuple[signal.Signals, ...], then: str | None
) -> None:
    before = lab.configs()
    lab.do("fault", device="san-rtr1", kind="hang", match="^ip route 0.0.0.0")
    process = lab.start("cutover.yml")
    wait_for(lab, process, "step_confirmed", "san-rtr1")
    for number in numbers:
        process.send_signal(number)
        time.sleep(0.3)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 99, output
    stage = lab.stage()
    assert (stage.state, stage.held_hosts) == ("held", ["san-rtr1"]), output
    assert "san-rtr1: half way, last confirmed step:" in output
    assert "fellesdrift stage reconcile" in output

    if then is None:
        return
    lab.do("heal", device="san-rtr1")
    looked = lab.reconcile()
    assert looked.code == 0, looked.output
    assert "then=continue" in looked.output
    assert "then=back" in looked.output
    run = lab.reconcile("-e", f"then={then}")
    assert (run.code, lab.stage().state) == (0, {"continue": "done", "back": "rolled back"}[then]), run.output
    assert nothing_pending(lab)
    if then == "continue":
        lab.rollback()
    assert lab.configs() == before
    again = lab.play("rollback.yml")
    assert (again.code, "nothing stands that could be taken back" in again.text()) == (0, True), again.output
