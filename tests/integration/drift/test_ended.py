"""A run that is ended leaves no ledger and no process, and says that it is incomplete."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from support.drift import Night, host_result, ledger_of

from fellesdrift.drift import ledger


def children(pid: int) -> list[int]:
    """Of a process, from oldest to youngest."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return sorted(found)


def descendants(pid: int) -> list[int]:
    return [one for child in children(pid) for one in (child, *descendants(child))]


def at_work(night: Night, *arguments: str) -> tuple[subprocess.Popen[str], list[int]]:
    """A run in the middle of a session, and everybody who works for it."""
    night.lab.do("fault", device="san-rtr1", kind="hang", match="^show running-config")
    process = night.start("--limit", "san-rtr1,san-fw1", *arguments)
    deadline = time.monotonic() + 60
    while not night.lab.do("status")["devices"]["san-rtr1"]["sessions"]:
        assert time.monotonic() < deadline, "the device was never asked"
        assert process.poll() is None
        time.sleep(0.05)
    return process, descendants(process.pid)


def gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.mark.parametrize(
    "who", ["timer", *(pytest.param(who, marks=pytest.mark.long) for who in ("playbook", "sweep"))]
)
def test_a_run_that_is_ended_is_incomplete(night: Night, who: str) -> None:
    night.out.mkdir(exist_ok=True)
    # what an earlier run left must not be taken for this one's
    ledger.write(night.out / ledger.FILE, ledger_of(host_result("san-fw1")))
    process, others = at_work(night)
    (playbook,) = children(process.pid)
    if who == "timer":
        process.send_signal(signal.SIGTERM)
    else:
        os.kill(playbook if who == "playbook" else children(playbook)[-1], signal.SIGKILL)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 3, output
    assert "FD703" in output
    assert not (night.out / ledger.FILE).exists()
    assert gone(others)


def test_a_run_whose_time_is_over_publishes_what_it_has(night: Night) -> None:
    night.lab.do("fault", device="san-rtr1", kind="hang", match="^show running-config")
    run = night.check("--limit", "san-rtr1,san-fw1", "--deadline", "0.1")
    assert run.code == 3, run.output
    found = {host.host: host for host in night.ledger().hosts if host.asked}
    assert (found["san-rtr1"].state, found["san-rtr1"].code) == ("not_run", "FD709")
    assert found["san-fw1"].state == "clean"
    assert night.ledger().gaps == ["1 not run"]
