"""Change windows at run time: which one is open, how long a stage may take, and until when it may be begun.

Everything is reckoned in UTC, so a night in which the clock is changed is as long as it is; people
are told local times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fellesdrift.estate.time_checks import minutes_of_waiting

if TYPE_CHECKING:
    from fellesdrift.estate import Estate, Stage


@dataclass(frozen=True)
class Span:
    """A window of one stage of one municipality. on_call: keys of the contacts who can be reached in it."""

    start: datetime
    end: datetime
    on_call: tuple[str, ...] = ()

    def as_data(self) -> dict[str, str]:
        """JSON data; times in UTC."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}


@dataclass(frozen=True)
class Length:
    """How long a stage may take at worst, by its own deadlines, and how long its way back."""

    forward: timedelta
    back: timedelta

    @property
    def whole(self) -> timedelta:
        """Forward to the last moment, and then all the way back."""
        return self.forward + self.back


def are_kept(estate: Estate) -> bool:
    """Whether this estate's windows bind: those of a twin are kept only when that is asked for."""
    return estate.production and estate.twin is None


def spans(estate: Estate, municipality: str, stage: str) -> list[Span]:
    """The stage's windows in their order."""
    found = [
        Span(*window.instants(estate.time_zone), tuple(window.on_call))
        for window in estate.windows
        if (window.municipality, window.stage) == (municipality, stage)
    ]
    return sorted(found, key=lambda span: span.start)


def open_at(known: list[Span], now: datetime) -> Span | None:
    """The window in which `now` lies, or None. It ends before its last moment: what is begun then ends outside it."""
    return next((span for span in known if span.start <= now < span.end), None)


def nearest(known: list[Span], now: datetime) -> Span | None:
    """The open window, else the next one, else the last one that was; None when there is none at all."""
    following = next((span for span in known if now < span.start), None)
    return open_at(known, now) or following or (known[-1] if known else None)


def length(stage: Stage, hosts: int, left: int | None = None) -> Length:
    """How long the stage may take for that many hosts, of which so many are left to do (None: all).

    It is the sum of its deadlines: that it is mostly quicker is no reason to begin later, for a night on which
    everything is slow is the one that needs the time.
    """
    times = stage.timeouts
    ahead = hosts if left is None else left
    forward = timedelta(seconds=times.gates + ahead * (times.wave + times.verify), minutes=minutes_of_waiting(stage))
    return Length(forward, timedelta(seconds=hosts * times.wave))


def latest_start(span: Span, needed: Length) -> datetime:
    """Until when it may be begun so that it can still be taken back inside the window."""
    return span.end - needed.whole


def local(moment: datetime, time_zone: str) -> str:
    """ "2006-03-03 22:00" in the estate's time zone."""
    return f"{moment.astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M}"


def duration(span: timedelta) -> str:
    """ "5 h 40 min"; whole minutes, rounded up."""
    minutes = -(-int(span.total_seconds()) // 60)
    hours, minutes = divmod(max(minutes, 0), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def recorded(estate: Estate, municipality: str, stage: str, now: datetime | None = None) -> dict[str, str] | None:
    """The window in which a run is, for the record of its opening; None outside every window, and in a twin."""
    if not are_kept(estate):
        return None
    span = open_at(spans(estate, municipality, stage), now or datetime.now(UTC))
    return span.as_data() if span else None
