"""Devices that are dictionaries, a clock that jumps, and controllers that die."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal.lease import Holder

type Place = tuple[str, str, str]
type Values = dict[Place, Any]


class LostError(FellesdriftError):
    """The session to a device is gone, or there was none."""

    def __init__(self, host: str) -> None:
        super().__init__("FD301", "does not answer", host=host)


@dataclass
class Device:
    """One device. armed: what its own switch would bring back. drop: the next write is lost before or after it is done.
    foreign: what somebody else wrote, which no journal explains."""

    name: str
    running: Values
    startup: Values = field(default_factory=dict)
    armed: Values | None = None
    alive: bool = True
    drop: str | None = None
    refuses: bool = False
    foreign: set[Place] = field(default_factory=set)
    on_write: Callable[[Device, str], None] = lambda _device, _why: None

    def __post_init__(self) -> None:
        self.startup = dict(self.running)

    def ask(self) -> None:
        """Open a session. LostError when the device is dead."""
        if not self.alive:
            raise LostError(self.name)

    def get(self, place: Place) -> Any:
        """One value; None where there is nothing."""
        return self.running.get(place)

    def write(self, values: Values, why: str) -> None:
        """Change it. why: `step`, or `back` when an own change is taken back. Raises LostError, FD420."""
        self.ask()
        drop, self.drop = self.drop, None
        if drop == "before":
            raise LostError(self.name)
        if self.refuses:
            self.refuses = False
            raise FellesdriftError("FD420", "the device refuses a line", host=self.name)
        self.on_write(self, why)
        self._put(values)
        if drop == "after":
            raise LostError(self.name)

    def arm(self) -> None:
        """Before the first step: remember what there is."""
        self.ask()
        self.on_write(self, "arm")
        self.armed = dict(self.running)

    def confirm(self) -> None:
        """What was changed stays."""
        self.ask()
        self.on_write(self, "confirm")
        self.armed = None

    def save(self) -> None:
        """The startup configuration is the running one."""
        self.ask()
        self.on_write(self, "save")
        self.startup = dict(self.running)

    def revert(self, why: str = "switch") -> None:
        """Back to what it was when armed: its own switch, or somebody who asks for it (`back`)."""
        if self.armed is None or not self.alive:
            return
        if why != "switch":
            self.on_write(self, why)
        self.running, self.armed = self.armed, None

    def reload(self) -> None:
        """Power off and on: what was not saved is gone."""
        self.running, self.armed = dict(self.startup), None

    def console(self, place: Place, value: Any) -> None:
        """Somebody else changes it, and saves."""
        self.foreign.add(place)
        for values in (self.running, self.startup, self.armed):
            if values is not None:
                values[place] = value

    def _put(self, values: Values) -> None:
        for place, value in values.items():
            if value is None:
                self.running.pop(place, None)
            else:
                self.running[place] = value


class Clock(datetime):
    """Takes the place of `datetime` where leases are counted: `jump` moves it."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return datetime.now(tz or UTC) + cls.ahead


class Controllers:
    """Who is alive, on two machines. A run is a process of its own, as an ansible-playbook is."""

    def __init__(self) -> None:
        self._next = 100
        self.viewer = "ops1"
        self.alive: set[Holder] = set()

    def start(self, machine: str) -> Holder:
        """A new process on that machine."""
        self._next += 1
        holder = Holder(machine, "boot", self._next, self._next)
        self.alive.add(holder)
        return holder

    def end(self, holder: Holder) -> None:
        self.alive.discard(holder)

    def provably_dead(self, holder: Holder) -> bool:
        """As seen from the machine of who asks: what runs on another one may always be alive."""
        return holder.machine == self.viewer and holder not in self.alive
