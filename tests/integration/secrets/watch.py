"""What other users of the machine can see while a command runs: the process list."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

INTERVAL = 0.01
LOOKS = 5
"""A process is looked at so often: between its start and its `exec` it has the command line of its parent."""


class ProcessList:
    """Reads the command line of every process, again and again; a context manager. seen: all there were."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self.rounds = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> ProcessList:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        looks: dict[str, int] = {}
        while not self._over.wait(INTERVAL):
            present = [entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit()]
            looks = {name: looks.get(name, 0) + 1 for name in present}
            for name in present:
                if looks[name] <= LOOKS:
                    with suppress(OSError):
                        self.seen.add(Path("/proc", name, "cmdline").read_bytes())
            self.rounds += 1
