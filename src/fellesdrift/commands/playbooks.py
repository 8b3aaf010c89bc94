"""Running the project's playbooks, as an operator does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Sequence


_KILLED = 128
"""A shell's exit code of a process that a signal has ended is this and the signal's number."""


class Playbooks:
    """Runs playbooks against one inventory; one that fails is FD662."""

    def __init__(self, inventory: Path) -> None:
        self._inventory = inventory

    def run(self, playbook: str, municipality: str, *arguments: str) -> None:
        """Run one on this terminal."""
        command = self._command(playbook, municipality, *arguments)
        _judge(command, subprocess.run(command, check=False, env=_environment()).returncode)

    def captured(self, playbook: str, municipality: str) -> str:
        """Run one beside others; its output comes as a whole, and with the error when it fails."""
        command = self._command(playbook, municipality)
        done = subprocess.run(
            command, check=False, env=_environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if done.returncode != 0:
            sys.stdout.write(done.stdout)
        _judge(command, done.returncode)
        return done.stdout

    def _command(self, playbook: str, municipality: str, *arguments: str) -> list[str]:
        return command_of(playbook, self._inventory, municipality, *arguments)


def hand_over(playbook: str, inventory: Path, municipality: str, *arguments: str) -> NoReturn:
    """Let ansible-playbook do the rest: terminal and signals are its own, its exit code is the command's. Should this
    process be killed, the run is told to stop in order. FD663 outside the project's folder."""
    if not Path("playbooks", playbook).is_file():
        raise FellesdriftError(
            "FD663",
            "this is not the project's folder",
            found=f"no playbooks/{playbook} in {Path.cwd().name}",
            expected="the clone's top folder",
        )
    sys.stdout.flush()
    command = command_of(playbook, inventory, municipality, *arguments)
    # nobody would see any more what a run does whose front is gone, nor stop it
    tether = [sys.executable, "-I", "-S", str(Path(__file__).with_name("tethered.py")), str(os.getpid())]
    with subprocess.Popen([*tether, *command], env=_environment()) as process:
        # Ctrl-C reaches both; what it means is the run's to decide, and this process is there for its exit code only.
        # Were it handed on, the run would be told twice, and that means at once.
        signal.signal(signal.SIGINT, lambda *_: None)
        # without a shell this process alone hears of a terminal that goes away; to be told of it twice is no matter
        signal.signal(signal.SIGHUP, lambda number, _: process.send_signal(number))
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        code = process.wait()
    raise typer.Exit(code if code >= 0 else _KILLED - code)


def command_of(playbook: str, inventory: Path, municipality: str, *arguments: str) -> list[str]:
    """The command line of a playbook."""
    program = Path(sys.executable).parent / "ansible-playbook"
    common = ["-i", str(inventory), "-e", f"municipality={municipality}"]
    return [str(program), f"playbooks/{playbook}", *common, *arguments]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _judge(command: Sequence[str], code: int) -> None:
    if code != 0:
        # without the folders of this machine's programs
        shown = " ".join([Path(command[0]).name, *command[1:]])
        raise FellesdriftError("FD662", f"{shown} failed", found=f"exit code {code}", expected="0")
