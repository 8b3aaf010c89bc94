"""Running the project's playbooks, as an operator does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Sequence


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
        program = Path(sys.executable).parent / "ansible-playbook"
        common = ["-i", str(self._inventory), "-e", f"municipality={municipality}"]
        return [str(program), f"playbooks/{playbook}", *common, *arguments]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _judge(command: Sequence[str], code: int) -> None:
    if code != 0:
        # without the folders of this machine's programs
        shown = " ".join([Path(command[0]).name, *command[1:]])
        raise FellesdriftError("FD662", f"{shown} failed", found=f"exit code {code}", expected="0")
