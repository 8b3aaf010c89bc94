"""Does a mishap to the twin or to the run, and undoes it."""

from __future__ import annotations

import os
import resource
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from fellesdrift import twin

if TYPE_CHECKING:
    from collections.abc import Callable

    from fellesdrift.chaos.drawing import Mishap

_SIGNALS = {"kill": signal.SIGKILL, "term": signal.SIGTERM}
_FLAPS = 3


class Striker:
    """What has struck, and what of it is still there.

    out      the twin's inventory
    journal  the journal's file, for a disk that is full
    """

    def __init__(self, out: Path, journal: Path | str) -> None:
        self._out = out
        self._journal = journal
        self.struck: list[Mishap] = []
        self._timers: list[threading.Thread] = []

    def strike(self, mishap: Mishap, pid: int | None) -> None:
        """Do it. pid: the playbook's process, for what befalls the controller."""
        self.struck.append(mishap)
        kind = mishap.kind
        if kind.does == "fault":
            at = {"at": mishap.at} if "match" in kind.fault else {}
            self._ask("fault", device=mishap.target, **kind.fault, **at)
        elif kind.does == "reload":
            self._ask("reload", device=mishap.target)
        elif kind.does == "cut":
            self._ask("link", link=mishap.target, state="cut")
        elif kind.does == "flap":
            self._later(self._flap, mishap)
        elif pid is not None and kind.does in _SIGNALS:
            os.kill(pid, _SIGNALS[kind.does])
        elif pid is not None and kind.does == "disk":
            size = Path(self._journal).stat().st_size
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, size))
        if kind.does == "fault" and kind.seconds is not None:
            self._later(self._lift_after, mishap)

    def lift(self, *, lasting: bool) -> None:
        """Mend what passes; with `lasting`, everything."""
        for timer in self._timers:
            timer.join()
        self._timers.clear()
        for mishap in self.struck:
            if mishap.kind.lasting == lasting or lasting:
                self._undo(mishap)

    def _undo(self, mishap: Mishap) -> None:
        if mishap.kind.where == "device":
            # healing a device mends all its faults: what lasts on the same one is put back
            self._ask("heal", device=mishap.target)
            for other in self.struck:
                if other.kind.lasting and not mishap.kind.lasting and other.target == mishap.target:
                    self._ask("fault", device=other.target, **other.kind.fault)
        elif mishap.kind.does in ("cut", "flap") and not self._lasting_elsewhere(mishap):
            self._ask("link", link=mishap.target, state="mended")

    def _lasting_elsewhere(self, mishap: Mishap) -> bool:
        return not mishap.kind.lasting and any(
            other.kind.lasting and other.target == mishap.target for other in self.struck
        )

    def _later(self, what: Callable[[Mishap], None], mishap: Mishap) -> None:
        timer = threading.Thread(target=what, args=(mishap,), daemon=True)
        self._timers.append(timer)
        timer.start()

    def _lift_after(self, mishap: Mishap) -> None:
        time.sleep(mishap.kind.seconds or 0)
        self._undo(mishap)

    def _flap(self, mishap: Mishap) -> None:
        for _ in range(_FLAPS):
            for state in ("cut", "mended"):
                if state == "mended" and self._lasting_elsewhere(mishap):
                    continue
                self._ask("link", link=mishap.target, state=state)
                time.sleep((mishap.kind.seconds or 0) / (2 * _FLAPS))

    def _ask(self, verb: str, **request: object) -> None:
        twin.control(self._out, {"do": verb, **request})
