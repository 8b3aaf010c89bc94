"""Restart a Windows host, and wait until another boot of it answers.

A host that still answers after it was told to restart is the old boot, and one that answers again may be it too: only
what the host says of its own boot tells.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fellesdrift.errors import FellesdriftError
from fellesdrift.session.errors import SessionError, SessionLostError
from fellesdrift.session.wsman import Client, WindowsTarget, open_client
from fellesdrift.session.wsman.errors import NoAnswerError, ValueUnreadableError
from fellesdrift.state.windows.health import not_running

type Opener = Callable[[WindowsTarget], AbstractContextManager[Client]]

_SYSTEM = "Win32_OperatingSystem"
_FORCED_RESTART = 6
# WMI reckons the time of boot from how long the host is up: from one reading to the next it wanders by about a second
_WANDERS = timedelta(seconds=2)
POLL = 5.0
"""Seconds between two questions to a host that restarts."""
# of one question to a host that may be down
_PATIENCE = 10.0


@dataclass(frozen=True)
class Boot:
    """booted: when the host started, now: what its clock said when it was asked, both in UTC by its own clock.
    name: the key of its Win32_OperatingSystem."""

    booted: datetime
    now: datetime
    name: str

    @property
    def uptime(self) -> timedelta:
        """How long it is up, which no wrong clock changes."""
        return self.now - self.booted

    def follows(self, earlier: Boot) -> bool:
        """Whether this is another boot than the earlier one: begun after that was seen at work, or up for less time
        than that was then (which a clock that was set right during the restart does not hide)."""
        begun_later = self.booted > earlier.booted and self.booted > earlier.now - _WANDERS
        return begun_later or self.uptime + _WANDERS < earlier.uptime


def boot_of(client: Client) -> Boot:
    """Which boot answers. Raises SessionError; FD325 when the host does not say."""
    rows = client.query(_SYSTEM, ["Name", "LastBootUpTime", "LocalDateTime"])
    row = rows[0] if rows else {}
    booted, now, name = row.get("LastBootUpTime"), row.get("LocalDateTime"), row.get("Name")
    if not (isinstance(booted, datetime) and isinstance(now, datetime) and isinstance(name, str)):
        raise ValueUnreadableError(client.target.host, f"{_SYSTEM}.LastBootUpTime", str(booted), "a time")
    return Boot(booted, now, name)


def restart(
    target: WindowsTarget,
    *,
    seconds: float,
    services: Sequence[str] = (),
    force: bool = True,
    on_intent: Callable[[Boot], None],
    opener: Opener = open_client,
    poll: float = POLL,
) -> tuple[Boot, Boot]:
    """Restart the host and wait for its new boot; gives the boots before and after.

    seconds     until it has to answer as a new boot, with all the services running
    services    that must run before the restart is over; by their names, never their titles
    force       programs that do not end are ended
    on_intent   called before the host is told; an exception leaves it alone
    poll        seconds between two questions

    Raises SessionError before the host is told, FD443 when it refuses, FD444 when no new boot answers in time, with
    what was seen last.
    """
    with opener(target) as client:
        before = boot_of(client)
        on_intent(before)
        end = time.monotonic() + seconds
        _tell(client, before, force)
    return before, _wait(target, before, services, seconds, end, opener, poll)


def _tell(client: Client, boot: Boot, force: bool) -> None:
    """Tell the host. What is lost on the way is no failure: the next boot, or its absence, says what became of it."""
    method, arguments = ("Win32Shutdown", {"Flags": _FORCED_RESTART, "Reserved": 0}) if force else ("Reboot", {})
    try:
        answer = client.invoke(_SYSTEM, method, arguments, {"Name": boot.name})["ReturnValue"]
    except (SessionLostError, NoAnswerError):
        return
    if answer != 0:
        raise FellesdriftError(
            "FD443",
            "the host refuses to restart",
            host=client.target.host,
            key=f"{_SYSTEM}.{method}",
            found=f"return value {answer}",
            expected="0",
            next_step="5 and 1314 are missing rights of the login; otherwise look at the host's console",
        )


def _wait(
    target: WindowsTarget,
    before: Boot,
    services: Sequence[str],
    seconds: float,
    end: float,
    opener: Opener,
    poll: float,
) -> Boot:
    """Ask until a new boot answers with its services running."""
    last = ""
    while (left := end - time.monotonic()) > 0:
        hasty = replace(
            target, timeout=min(target.timeout, left), connect_timeout=min(target.connect_timeout, _PATIENCE, left)
        )
        try:
            with opener(hasty) as client:
                boot = boot_of(client)
                missing = not_running(client, services) if boot.follows(before) else []
        except SessionError as error:
            # also a refused login: accounts are not there from the first second of a boot. A question that only our own
            # end has cut short says nothing
            if not (isinstance(error, NoAnswerError) and last and left < target.timeout):
                last = f"{error.code}: {error.problem}"
        else:
            if not boot.follows(before):
                last = f"still up since {boot.booted:%Y-%m-%d %H:%M:%S} UTC"
            elif missing:
                last = f"up since {boot.booted:%Y-%m-%d %H:%M:%S} UTC; {', '.join(missing)}"
            else:
                return boot
        time.sleep(max(0.0, min(poll, end - time.monotonic())))
    raise FellesdriftError(
        "FD444",
        "the host was told to restart and is not there as a new boot",
        host=target.host,
        key="LastBootUpTime",
        found=f"after {seconds:g} s: {last or 'not asked'}",
        expected="; ".join(
            [f"a boot after {before.now:%Y-%m-%d %H:%M:%S} UTC", *(f"{name} running" for name in services)]
        ),
        next_step="look at its console; a host that answers again needs nothing more",
    )
