"""The process in front of ansible-playbook: a run does not outlive it unseen, and is not told to stop twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
PATIENCE = 30.0
RUN = """
import os, signal, sys, time
told = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
    signal.signal(number, lambda number, _: os.write(told, f"{signal.Signals(number).name} ".encode()))
os.write(told, f"{os.getpid()} ".encode())
end = time.monotonic() + 60
while time.monotonic() < end and not os.path.exists(sys.argv[1] + ".end"):
    time.sleep(0.02)
sys.exit(7)
"""
FRONT = """
import sys
from pathlib import Path
from fellesdrift.commands import playbooks
playbooks.command_of = lambda *_: [sys.executable, "-c", sys.argv[1], sys.argv[2]]
try:
    playbooks.hand_over("plan.yml", Path("nowhere"), "sande")
except playbooks.typer.Exit as end:
    sys.exit(end.exit_code)
"""


def wait_for(what: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in "ZX"
    return False


@contextmanager
def handed_over(told: Path, *before: str, terminal: int | None = None) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The process in front, and the number of the run behind it. before: what starts the one in front."""
    command = [*before, sys.executable, "-c", FRONT, RUN, str(told)]
    front = subprocess.Popen(command, cwd=PROJECT, stdin=terminal)
    try:
        wait_for(lambda: told.exists() and " " in told.read_text(encoding="utf-8"))
        yield front, int(told.read_text(encoding="utf-8").split()[0])
    finally:
        Path(f"{told}.end").touch()
        front.wait(PATIENCE)


def signals(told: Path) -> list[str]:
    return told.read_text(encoding="utf-8").split()[1:]


def test_a_run_is_told_to_stop_when_the_process_in_front_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with handed_over(told) as (front, run):
        front.kill()
        # no signal that anybody else sends: it must not be taken for a second Ctrl-C
        wait_for(lambda: signals(told) == ["SIGUSR1"])
        assert alive(run)  # it is the run's to decide when it ends
    wait_for(lambda: not alive(run))
    assert signals(told) == ["SIGUSR1"]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_what_the_process_in_front_is_told_it_hands_on(tmp_path: Path, number: signal.Signals) -> None:
    told = tmp_path / "told"
    with handed_over(told) as (front, _):
        time.sleep(0.2)  # the run is up before its parent has come back from starting it
        front.send_signal(number)
        wait_for(lambda: bool(signals(told)))
        time.sleep(0.2)
        assert front.poll() is None
    assert (front.returncode, signals(told)) == (7, [number.name])


def test_a_run_without_a_shell_hears_that_its_terminal_is_gone(tmp_path: Path) -> None:
    """The kernel tells the first process of the terminal alone, which is the one in front after `ssh -t host ...`."""
    told = tmp_path / "told"
    keyboard, terminal = os.openpty()
    with handed_over(told, "setsid", "--ctty", "env", "--default-signal=HUP", terminal=terminal):
        os.close(terminal)
        time.sleep(0.2)
        os.close(keyboard)
        wait_for(lambda: signals(told) == ["SIGHUP"])
