"""The terminal at which ansible-playbook was started, read by a worker of it.

Display.prompt_until blocks the worker until a line is typed; a manual step has to renew the lease and to look for an
answer from elsewhere meanwhile. So the terminal is read here, without waiting, where there is one and the run is in its
foreground.
"""

from __future__ import annotations

import os
import select
import termios
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ansible.utils.display import Display
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library

from fellesdrift.cutover.dialogue import Dialogue

if TYPE_CHECKING:
    from fellesdrift.cutover.manual import Answered, Source
    from fellesdrift.estate import ManualStep

require_library()

_INDENT = " " * 13


class Terminal:
    """What asks and listens there. Without a terminal it shows what it is told, and hears nothing."""

    def __init__(self) -> None:
        self._fd = _terminal_of(os.getppid())
        self._typed = b""

    def tell(self, text: str) -> None:
        """Show a line now."""
        Display().display(_INDENT + text)

    def source(self, step: ManualStep) -> Source:
        """Asks for the answer to a step, a line at a time."""
        dialogue = Dialogue(step)
        if self._fd is None:
            return lambda: None
        with suppress(termios.error):  # it has gone meanwhile
            termios.tcflush(self._fd, termios.TCIFLUSH)  # what was typed before the question answers nothing
        self.tell(dialogue.prompt)

        def look() -> Answered | None:
            given = None
            for line in self._lines():
                given = dialogue.take(line)
                if given is not None:
                    return given
                self.tell(dialogue.prompt)
            return given

        return look

    def _lines(self) -> list[str]:
        if self._fd is None:
            return []
        while select.select([self._fd], [], [], 0)[0]:
            try:
                read = os.read(self._fd, 1024)
            except OSError:
                read = b""
            if not read:  # the terminal has gone
                os.close(self._fd)
                self._fd = None
                break
            self._typed += read
        *lines, self._typed = self._typed.split(b"\n")
        return [line.decode("utf-8", "replace") for line in lines]


def _terminal_of(process: int) -> int | None:
    """An open descriptor of the terminal that a process reads from, if it is in the foreground there."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        group, foreground = stat[2], stat[5]
        if group != foreground:
            return None
        fd = os.open(f"/proc/{process}/fd/0", os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return None
    if not os.isatty(fd):
        os.close(fd)
        return None
    return fd
