"""Faults on demand: what can go wrong with one device, and when.

    drop          the line is cut at the N-th command, `when` before or after it is executed
    hang          the session of the N-th command answers nothing more, before or after it is executed, until healed
    syslog        a log message lands in the middle of the N-th command's output
    garbage       the N-th command's output is noise
    refuse_login  every login fails
    slow          every answer takes `seconds`
    dead          the device neither answers nor forwards
    arp           the first probe of a ping is lost
    expire, quota, slow_receive, skew: of a Windows host only; docs/windows.md
    alarm, sysload, no_ports, occupied, edd: of an exchange only; docs/telephony.md
The first four, expire, quota, alarm and sysload count commands from 1 (with `match`: only those that the regular
expression finds) and are spent after `times` hits; the others last until they are healed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fellesdrift.errors import FellesdriftError

COUNTED = ("drop", "hang", "syslog", "garbage")
LASTING = ("refuse_login", "slow", "dead", "arp")
WINDOWS_COUNTED = ("drop", "garbage", "expire", "quota")
WINDOWS_LASTING = ("refuse_login", "slow", "slow_receive", "dead", "skew")
PBX_COUNTED = ("drop", "hang", "garbage", "alarm", "sysload")
PBX_LASTING = ("refuse_login", "slow", "dead", "no_ports", "occupied", "edd")
_SYSLOG = "%LINEPROTO-5-UPDOWN: Line protocol on Interface Serial0/0/0, changed state to up"


@dataclass
class Fault:
    """One fault of one device; see the module's text for the kinds."""

    kind: str
    at: int = 1
    when: str = "before"
    match: str | None = None
    times: int = 1
    seconds: float = 1.0
    text: str = _SYSLOG
    seen: int = 0

    def hits(self, command: str) -> bool:
        """Count a command; True when the fault strikes at it."""
        if self.kind not in COUNTED + WINDOWS_COUNTED + PBX_COUNTED or (
            self.match is not None and not re.search(self.match, command)
        ):
            return False
        self.seen += 1
        if self.seen < self.at or self.times < 1:
            return False
        self.times -= 1
        return True


def fault_of(request: dict[str, Any], kinds: tuple[str, ...] = COUNTED + LASTING) -> Fault:
    """A fault from the words of a control request; `kinds` are those that its host can have.

    Raises FellesdriftError FD511 for an unknown kind or a value that makes no sense.
    """
    known = {"kind", "at", "when", "match", "times", "seconds", "text"}
    values = {key: value for key, value in request.items() if key in known and value is not None}
    kind = values.get("kind")
    if kind not in kinds:
        raise _wrong("fault", str(kind), ", ".join(kinds))
    if values.get("when", "before") not in ("before", "after"):
        raise _wrong("when", str(values["when"]), "before or after")
    for number in ("at", "times"):
        if number in values and (not isinstance(values[number], int) or values[number] < 1):
            raise _wrong(number, str(values[number]), "a whole number from 1")
    try:
        re.compile(values.get("match", ""))
        return Fault(**values)
    except (re.error, TypeError) as error:
        raise _wrong("fault", str(error), "see docs/twin.md") from error


def _wrong(key: str, found: str, expected: str) -> FellesdriftError:
    return FellesdriftError("FD511", "The twin does not know such a fault", key=key, found=found, expected=expected)


class Faults:
    """The faults of one device."""

    def __init__(self) -> None:
        self.held: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.held.append(fault)

    def heal(self) -> None:
        self.held.clear()

    def has(self, kind: str) -> bool:
        return any(fault.kind == kind for fault in self.held)

    def strike(self, command: str) -> Fault | None:
        """The fault that a command runs into, if any."""
        found = [fault for fault in self.held if fault.hits(command)]
        return found[0] if found else None

    def strike_of(self, kind: str, command: str) -> Fault | None:
        """The fault of that kind that a command runs into, if any."""
        found = [fault for fault in self.held if fault.kind == kind and fault.hits(command)]
        return found[0] if found else None

    @property
    def delay(self) -> float:
        """Seconds that every answer takes."""
        return sum(fault.seconds for fault in self.held if fault.kind == "slow")
