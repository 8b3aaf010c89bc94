"""A playbook as an operator runs it, watched through the journal while it runs."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fellesdrift.estate import Estate
    from fellesdrift.journal import Record

_POLL = 0.02
PATIENCE = 300.0
"""Seconds after which a run is given up: longer than any device is waited for on a twin."""


@dataclass(frozen=True)
class Ran:
    """A playbook that has ended. code: its exit code, negative for a signal; output: both streams."""

    code: int
    output: str


def records(estate: Estate) -> list[Record]:
    """The estate's journal as it stands; the chain is verified."""
    with Journal.reading(estate.journal, estate.name) as journal:
        if journal is None:
            return []
        journal.verify()
        return journal.records()


def play(
    estate: Estate, playbook: str, arguments: Sequence[str], look: Callable[[list[Record], int], None] | None = None
) -> Ran:
    """Run it to its end. look: called with the journal whenever it has grown, and the run's process number.

    FD683 when it does not end.
    """
    program = Path(sys.executable).parent / "ansible-playbook"
    command = [str(program), f"playbooks/{playbook}", "-i", str(estate.inventory_dir), *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    run = subprocess.Popen(
        command,
        env=environment | {"NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    # a pipe and not a file: a run whose disk is full can still say so
    said: list[bytes] = []
    listener = threading.Thread(target=lambda: said.extend(run.stdout or ()), daemon=True)
    listener.start()
    with ExitStack() as stack:
        stack.callback(_end, run, listener)
        _watch(estate, run, look, stack)
    return Ran(run.returncode, b"".join(said).decode("utf-8", "replace"))


def _end(run: subprocess.Popen[bytes], listener: threading.Thread) -> None:
    run.kill()
    run.wait()
    listener.join()
    if run.stdout is not None:
        run.stdout.close()


def _watch(
    estate: Estate, run: subprocess.Popen[bytes], look: Callable[[list[Record], int], None] | None, stack: ExitStack
) -> None:
    journal: Journal | None = None
    seen, deadline = -1, time.monotonic() + PATIENCE
    while run.poll() is None:
        if time.monotonic() > deadline:
            raise FellesdriftError(
                "FD683", "a run did not end", found=f"at work for {PATIENCE:g} s", expected="an end, whatever befell it"
            )
        if look is not None and journal is None:
            journal = Journal.read_only(estate.journal, estate.name)
            if journal is not None:
                stack.enter_context(journal)
        if look is not None and journal is not None and (head := journal.head()[0]) != seen:
            seen = head
            look(journal.records(), run.pid)
        time.sleep(_POLL)
