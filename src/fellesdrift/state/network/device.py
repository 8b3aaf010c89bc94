"""A network device in one session: read, arm, confirm, revert, save, ping."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from fellesdrift.state.network import text
from fellesdrift.state.network.errors import (
    AnswerUnreadableError,
    ConfigurationUnreadableError,
    DeadManError,
    NotSavedError,
    RevertIncompleteError,
)
from fellesdrift.state.network.plan import Step, steps

DeadMan = Literal["revert_timer", "reload", "none"]

_SOURCE_DOWN = "% Invalid source"
_SUCCESS_RATE = re.compile(r"^Success rate is \d+ percent \((\d+)/(\d+)\)", re.MULTILINE)
_RELOAD_ANSWERS = ((r"Save\?", "no"), (r"\[confirm\]", ""))
# `show archive config rollback timer` and `configure confirm` say so with or without a blank, by version
_NO_ROLLBACK = ("%No Rollback Confirmed Change pending", "% No Rollback Confirmed Change pending")
_RUNNING, _STARTUP = "show running-config", "show startup-config"
_NO_STARTUP = ("%% Non-volatile", "% Non-volatile", "startup-config is not present")


class Session(Protocol):
    """What a device needs of a session (fellesdrift.session.CliSession is one)."""

    host: str

    def show(self, command: str, accept: Sequence[str] = ()) -> str: ...
    def configure(self, lines: Sequence[str], entry: str = "configure terminal") -> str: ...
    def execute(self, command: str, answers: Sequence[tuple[str, str]] = (), accept: Sequence[str] = ()) -> str: ...


@dataclass(frozen=True)
class Abilities:
    """version: of IOS, () when unknown; revert_timer: `archive` with a `path`, without which IOS refuses the timer."""

    version: tuple[int, ...]
    revert_timer: bool


@dataclass(frozen=True)
class Reading:
    """One look at a device. running and startup are as printed; startup None: there is none, or it is unreadable.
    abilities None: nobody looked."""

    running: str
    startup: str | None
    abilities: Abilities | None

    @property
    def saved(self) -> bool:
        """Whether startup and running say the same."""
        return self.startup is not None and text.normalise(self.startup) == text.normalise(self.running)

    def unsaved_diff(self) -> list[str]:
        """startup (-) against running (+), secrets redacted; [] when saved."""
        startup = text.normalise(self.startup) if self.startup is not None else ""
        return diff(startup, text.normalise(self.running))


@dataclass(frozen=True)
class PingResult:
    """Packets sent and answered."""

    sent: int
    received: int


def diff(before: str, after: str) -> list[str]:
    """Changed lines with a line of context, `-` before and `+` after, no file header."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    return [line for line in lines if not line.startswith(("---", "+++"))]


class Asking(Protocol):
    """What reading needs of a session that lets others work while it waits (fellesdrift.session.dialogue)."""

    host: str

    async def show(self, command: str, accept: Sequence[str] = ()) -> str: ...


async def read_device(session: Asking, known: Callable[[str], bool] = lambda _running: False) -> Reading:
    """As `Device.read`, in a session of which there are many at a time.

    known   whether a running configuration is one that is known to be whole: what it says is then not looked at
    """
    running = await session.show(_RUNNING)
    abilities = None if known(running) else _abilities(running, session.host)
    startup = await session.show(_STARTUP, _NO_STARTUP)
    # a device that is saved says the same twice
    saved = text.body(startup) == text.body(running)
    return Reading(running, startup if saved else _whole(startup), abilities)


def _abilities(running: str, host: str) -> Abilities:
    """Raises ConfigurationUnreadableError with the host in it."""
    try:
        sections = text.parse(running)
    except ConfigurationUnreadableError as error:
        error.host = host
        raise
    archive = next((section for section in sections if section.head == "archive"), None)
    timer = archive is not None and any(line.startswith("path ") for line in archive.lines)
    return Abilities(text.version(sections), timer)


def _whole(startup: str) -> str | None:
    try:
        text.parse(startup)
    except ConfigurationUnreadableError:
        return None
    return startup


class Device:
    """One device, one session. Raises SessionError where the session does, StateError for what it says."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.host = session.host
        self._abilities: Abilities | None = None

    def read(self) -> Reading:
        """Running and startup configuration. A running configuration that is not whole is an error."""
        running = self.read_running()
        startup = _whole(self.session.show(_STARTUP, accept=_NO_STARTUP))
        return Reading(running, startup, _abilities(running, self.host))

    def read_running(self) -> str:
        """`show running-config` as printed. Raises ConfigurationUnreadableError with the host in it."""
        running = self.session.show(_RUNNING)
        self._abilities = _abilities(running, self.host)
        return running

    # -- changing

    def type_step(self, step: Step) -> None:
        """Enter a step's lines."""
        self.session.configure(step.lines)

    def type_steps(self, several: Sequence[Step]) -> None:
        """Enter several steps, with nothing between."""
        for step in several:
            self.type_step(step)

    def save(self) -> Reading:
        """`write memory`; what counts is that both configurations are equal when read again. Raises NotSavedError."""
        self.session.execute("write memory")
        reading = self.read()
        if not reading.saved:
            raise NotSavedError(self.host, reading.unsaved_diff())
        return reading

    # -- the dead man's switch

    def check_dead_man(self, dead_man: DeadMan) -> None:
        """Whether the device can have this switch; read() comes first. Raises DeadManError."""
        if dead_man == "revert_timer" and not (self._abilities and self._abilities.revert_timer):
            raise DeadManError(self.host, dead_man, "no `archive` with a `path` in the configuration", "both")

    def pending_revert(self) -> str | None:
        """What the device says of a revert timer or a scheduled reload, None when there is neither."""
        if self._abilities is None:
            self.read_running()
        if self._abilities and self._abilities.revert_timer and (found := self._revert_timer()):
            return found
        return self._scheduled_reload()

    def _revert_timer(self) -> str | None:
        command = "show archive config rollback timer"
        answer = self.session.show(command, accept=_NO_ROLLBACK).strip()
        if "No Rollback Confirmed Change pending" in answer:
            return None
        if re.search(r"^Timer value:", answer, re.MULTILINE):
            return _one_line(answer)
        raise AnswerUnreadableError(self.host, command, _one_line(answer), "a timer, or that none is pending")

    def _scheduled_reload(self) -> str | None:
        command = "show reload"
        answer = self.session.show(command).strip()
        if answer.startswith("No reload is scheduled"):
            return None
        if answer.startswith("Reload scheduled"):
            return _one_line(answer)
        raise AnswerUnreadableError(self.host, command, _one_line(answer), "a scheduled reload, or that there is none")

    def arm(self, dead_man: DeadMan, minutes: int) -> None:
        """Make the device go back by itself in `minutes` unless it is told otherwise. The revert timer keeps running
        when configuration mode is left, so it is armed once, before the first step. Raises DeadManError."""
        if dead_man == "none":
            return
        self.check_dead_man(dead_man)
        if dead_man == "revert_timer":
            self.session.configure([], entry=f"configure terminal revert timer {minutes}")
            armed = self._revert_timer()
        else:
            self.session.execute(f"reload in {minutes}", answers=_RELOAD_ANSWERS)
            armed = self._scheduled_reload()
        if armed is None:
            raise DeadManError(self.host, dead_man, "accepted, but nothing is pending", "a pending revert")

    def confirm(self, dead_man: DeadMan) -> None:
        """Keep what was changed: disarm. Raises DeadManError when it is still armed afterwards."""
        if dead_man == "none":
            return
        if dead_man == "revert_timer":
            self.session.execute("configure confirm")
        else:
            self.session.execute("reload cancel")
        if (pending := self.pending_revert()) is not None:
            raise DeadManError(self.host, dead_man, pending, "nothing pending after the confirmation")

    def revert_now(self, dead_man: DeadMan, recorded: Mapping[str, Any], before: str) -> None:
        """Go back at once and prove it. recorded: `touched` of before; before: its normal form.

        With a pending revert timer the device rolls back by itself; else the steps back are entered, and a scheduled
        reload cancelled only after they have worked. Raises RevertIncompleteError.
        """
        if dead_man == "revert_timer" and self.pending_revert() is not None:
            self.revert_by_timer()
        running = self.read_running()
        if text.normalise(running) != before:
            self.type_steps(steps(running, recorded))
            running = self.read_running()
        if text.normalise(running) != before:
            raise RevertIncompleteError(self.host, diff(before, text.normalise(running)))
        if dead_man != "none" and self.pending_revert() is not None:
            self.confirm(dead_man)

    def revert_by_timer(self) -> None:
        """Let a pending revert timer act now; that it has just acted by itself is no error."""
        self.session.execute("configure revert now", accept=_NO_ROLLBACK)

    # -- looking

    def ping(self, address: str, source: str | None = None, repeat: int = 5) -> PingResult:
        """Ping from the device; nothing is sent from a source that is down. Raises AnswerUnreadableError when there is
        no success rate."""
        command = f"ping {address} repeat {repeat}" + (f" source {source}" if source else "")
        answer = self.session.show(command, accept=(_SOURCE_DOWN,))
        if answer.lstrip().startswith(_SOURCE_DOWN):
            return PingResult(sent=0, received=0)
        match = _SUCCESS_RATE.search(answer)
        if match is None:
            raise AnswerUnreadableError(self.host, command, _one_line(answer), "a line `Success rate is`")
        return PingResult(sent=int(match[2]), received=int(match[1]))

    def show_route(self, address: str) -> str | None:
        """What the device says of its route to an address; None when it has none."""
        answer = self.session.show(
            f"show ip route {address}", accept=("% Network not in table", "% Subnet not in table")
        )
        return None if answer.lstrip().startswith("%") else answer


def _one_line(answer: str) -> str:
    return "; ".join(line.strip() for line in answer.splitlines() if line.strip())
