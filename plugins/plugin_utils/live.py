"""Two lines at the foot of a terminal that say where a run stands, while everything else goes on above them.

The terminal keeps the rest for itself (a scroll region, as apt does it): whatever Ansible, a module or a prompt writes
stays whole, and no output passes through here. Nothing is locked and nothing waits: one thread writes a few hundred
bytes a second.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_FOOT = 2
_LEAST_ROWS, _LEAST_COLUMNS = 12, 50
_BOLD, _DIM, _RED, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[0m"


def wanted(descriptor: int) -> bool:
    """Whether a live view can be shown there: a terminal that can move its cursor, and nobody who said no."""
    return (
        os.isatty(descriptor)
        and os.environ.get("TERM", "dumb") != "dumb"
        and os.environ.get("FELLESDRIFT_LIVE", "1") != "0"
    )


@dataclass
class Standing:
    """What is known of the run. began: seconds of time.monotonic(); forecast: what fellesdrift.cutover.forecast
    gives."""

    began: float
    municipality: str = ""
    stage: str = ""
    step: str = ""
    hosts: dict[str, None] = field(default_factory=dict)
    stage_began: datetime | None = None
    forecast: dict[str, Any] = field(default_factory=dict)


def lines(standing: Standing, seconds: float, now: datetime, width: int) -> tuple[str, str]:
    """The two lines, without colour. seconds: since the run began; now: UTC."""
    hosts = list(standing.hosts)
    where = [" ".join(part for part in (standing.municipality, standing.stage) if part), standing.step]
    if hosts:
        where.append(hosts[0] if len(hosts) == 1 else f"{hosts[0]} and {len(hosts) - 1} more")
    first = " | ".join(part for part in where if part)
    second = " | ".join([f"elapsed {_span(seconds)}", *_ahead(standing, now)])
    return _fitted(first, width), _fitted(second, width)


def _ahead(standing: Standing, now: datetime) -> list[str]:
    forecast = standing.forecast
    if not forecast:
        return []
    zone = ZoneInfo(forecast["time_zone"])
    told = []
    if forecast["expected"] is not None and standing.stage_began is not None:
        end = standing.stage_began + timedelta(seconds=forecast["expected"])
        when = f"expected end {end.astimezone(zone):%H:%M}" if end > now else "longer than expected"
        told.append(f"{when} (from {forecast['source']})")
    if forecast["window_end"]:
        left = (datetime.fromisoformat(forecast["window_end"]) - now).total_seconds()
        told.append(f"window left {_span(left)}" if left > 0 else "THE WINDOW HAS ENDED")
        back = datetime.fromisoformat(forecast["back_by"])
        told.append(f"turn back by {back.astimezone(zone):%H:%M}" if back > now else "NO TIME LEFT FOR THE WAY BACK")
        start = datetime.fromisoformat(forecast["latest_start"])
        told.append(f"latest start {start.astimezone(zone):%H:%M}")
    return told


def _span(seconds: float) -> str:
    whole = max(0, int(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {whole % 60:02d} s"


def _fitted(text: str, width: int) -> str:
    shown = "".join(character if character.isprintable() else "?" for character in text)
    return shown if len(shown) < width else shown[: max(0, width - 4)] + "..."


class LiveView:
    """The two lines on one terminal, drawn anew each second until `close`."""

    def __init__(self, standing: Standing, descriptor: int, every: float = 1.0) -> None:
        self.standing = standing
        self._descriptor = descriptor
        self._every = every
        self._process = os.getpid()
        self._size: os.terminal_size | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="live view", daemon=True)

    def start(self) -> None:
        """Begin to draw."""
        atexit.register(self.close)
        self.draw()
        self._thread.start()

    def close(self) -> None:
        """Give the whole terminal back; never raises, and does nothing in a forked worker."""
        if self._ended.is_set() or os.getpid() != self._process:
            return
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2 * self._every)
        if self._size is not None:
            top = self._size.lines - _FOOT + 1
            self._write(f"\x1b7\x1b[r\x1b[{top};1H\x1b[J\x1b8")

    def draw(self) -> None:
        """Both lines as they are now; nothing on a terminal that is too small, or gone."""
        try:
            size = os.get_terminal_size(self._descriptor)
        except OSError:
            return
        if size.lines < _LEAST_ROWS or size.columns < _LEAST_COLUMNS:
            return
        written = ""
        if size != self._size:
            # room for the foot, then the region above it; setting it moves the cursor, hence the saving
            written += "\n" * _FOOT + f"\x1b[{_FOOT}A\x1b7\x1b[1;{size.lines - _FOOT}r\x1b8"
            self._size = size
        first, second = lines(self.standing, time.monotonic() - self.standing.began, datetime.now(UTC), size.columns)
        colour = not os.environ.get("NO_COLOR")
        late = "WINDOW HAS ENDED" in second or "NO TIME LEFT" in second
        marks = (_BOLD, _RED if late else _DIM, _PLAIN) if colour else ("", "", "")
        top = size.lines - _FOOT + 1
        written += f"\x1b7\x1b[{top};1H\x1b[2K{marks[0]}{first}{marks[2]}"
        written += f"\x1b[{top + 1};1H\x1b[2K{marks[1]}{second}{marks[2]}\x1b8"
        self._write(written)

    def _go_on(self) -> None:
        while not self._ended.wait(self._every):
            self.draw()

    def _write(self, text: str) -> None:
        with suppress(OSError):
            os.write(self._descriptor, text.encode())
