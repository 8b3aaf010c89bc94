"""One simulated exchange: memory against disk, its clock, who is connected, who holds which overlay, its calls."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from fellesdrift.twin.access import Credentials
from fellesdrift.twin.faults import Faults
from fellesdrift.twin.pbx.codes import NO_LICENCE, RefusedError
from fellesdrift.twin.pbx.records import Set, Tn
from fellesdrift.twin.pbx.spec import PbxSpec
from fellesdrift.twin.pbx.tables import Memory, Tables
from fellesdrift.twin.pbx.tn import bare
from fellesdrift.twin.pbx.types import TYPES

SYSLOAD_SECONDS = 120.0
EDD_SECONDS = 10.0
LOCK_SECONDS = 3600.0
FAILED_LOGINS = 3
# a broken connection keeps its overlay so long
LINGER_SECONDS = 10.0
NIGHTLY = timedelta(hours=2)
LICENCE_OF = {name: kind.licence for name, kind in TYPES.items()}
# one at a time of these, whoever runs them: each can change data; the others only print or look
CHANGING = frozenset({10, 11, 15, 16, 18, 20, 43, 86, 87, 90, 95})
_SET_WORDS = (8, 24)
_KEY_WORDS = (2, 6)


class Connected(Protocol):
    """What an exchange knows of a session."""

    def interrupt(self, text: str) -> None:
        """Print a line in the middle of whatever is on the line."""

    def hang_up(self) -> None:
        """Cut the connection."""


@dataclass
class Holder:
    """Who has an overlay; `until` is set once the connection is gone."""

    number: int
    who: object
    until: float | None = None


class Exchange:
    """`speed`: device seconds in one real second. `contents` makes its data, once."""

    def __init__(
        self, spec: PbxSpec, credentials: Credentials, speed: float, contents: Callable[[PbxSpec], Tables]
    ) -> None:
        self.spec = spec
        self.credentials = credentials
        self.speed = speed
        self.faults = Faults()
        self.alive = True
        self.sessions: list[Connected] = []
        self.on_sysload: list[Callable[[], None]] = []
        self.busy: set[Tn] = set()
        self.holders: list[Holder] = []
        self.loads = 0
        self.dumps = 0
        self.offset = timedelta(0)
        self._failed = 0
        self._locked_until = 0.0
        self._used = spec.memory[1:]
        tables = contents(spec)
        self.memory = Memory(tables)
        self._disk = tables.copy(), self._used
        self._dumped = self.now()

    # the clock

    def now(self) -> datetime:
        """The exchange's own time of day, without a zone; LD 2 sets it."""
        return datetime.now(UTC).replace(tzinfo=None) + self.offset

    def ticks(self) -> float:
        """Device seconds that only go forward."""
        return time.monotonic() * self.speed

    def tick(self) -> None:
        """What has come due since somebody looked last: the nightly dump saves whatever lies in memory."""
        night = datetime.combine(self.now().date(), datetime.min.time()) + NIGHTLY
        if self._dumped < night <= self.now():
            self.dump()

    # memory and disk

    def change_set(self, new: Set | None, tn: Tn, verb: str, session: Connected | None = None) -> None:
        """Build, change or remove a set in memory, and tell everybody else who is logged in."""
        before = self.memory.tables.sets.get(tn)
        unprotected, protected = self._used
        for each, sign in ((before, -1), (new, 1)):
            if each is not None:
                unprotected += sign * (_SET_WORDS[0] + _KEY_WORDS[0] * len(each.keys))
                protected += sign * (_SET_WORDS[1] + _KEY_WORDS[1] * len(each.keys))
        self._used = unprotected, protected
        if new is not None:
            self.memory.put_set(new)
        else:
            self.memory.drop_set(tn)
        known = new or before
        if known is not None:
            self.announce(f"MGMT001 TNB {verb} TYPE:{known.type:<4} TN:{bare(tn)}", session)

    def enable(self, tn: Tn, enabled: bool) -> None:
        """Take a unit into or out of service."""
        self.memory.tables.sets[tn] = replace(self.memory.tables.sets[tn], disabled=not enabled)

    def check_licence(self, kind: str) -> None:
        """Raises RefusedError when no set of that kind, or no terminal number, is left."""
        used = self.memory.used(LICENCE_OF)
        total = self.spec.licences.get("TNS")
        if used[kind] >= self.spec.licences.get(kind, 0) or (total is not None and used.total() >= total):
            raise RefusedError(NO_LICENCE)

    def used_licences(self) -> Counter[str]:
        used = self.memory.used(LICENCE_OF)
        used["TNS"] = used.total()
        return used

    def memory_lines(self) -> list[str]:
        """What is printed after a change."""
        total = self.spec.memory[0]
        unprotected, protected = self._used
        left = total - unprotected - protected
        return [
            f"MEM AVAIL: (U/P): {left}    USED U P: {unprotected} {protected}    TOT: {total} ",
            "DISK RECS AVAIL: 768 ",
        ]

    def dump(self) -> None:
        """EDD: what is in memory is on disk too, whoever has put it there."""
        self._disk = self.memory.tables.copy(), self._used
        self._dumped = self.now()
        self.dumps += 1

    @property
    def dumped(self) -> bool:
        """True while a sysload would lose nothing."""
        return vars(self.memory.tables) == vars(self._disk[0])

    def sysload(self) -> None:
        """Load from disk: calls, sessions and whatever was not dumped are gone. `boot` ends it."""
        tables, self._used = self._disk
        self.memory = Memory(tables.copy())
        self._disk = tables, self._used
        self.alive = False
        self.busy.clear()
        self.holders.clear()
        self._failed, self._locked_until = 0, 0.0
        for each in list(self.sessions):
            each.hang_up()
        for callback in list(self.on_sysload):
            callback()

    def boot(self) -> None:
        """The sysload is over."""
        self.alive = not self.faults.has("dead")

    # people

    def announce(self, text: str, but: Connected | None = None) -> None:
        """A line that nobody asked for, on every terminal."""
        for each in list(self.sessions):
            if each is not but:
                each.interrupt(text)

    def locked(self) -> bool:
        return self.ticks() < self._locked_until

    def check_login(self, user: str, password: str) -> bool:
        """Whether that is a login; too many that are none in a row lock everybody out for a while."""
        if self.faults.has("refuse_login"):
            return False
        right = user.lower() == self.credentials.user.lower() and password == self.credentials.password
        self._failed = 0 if right else self._failed + 1
        if self._failed >= FAILED_LOGINS:
            self._failed, self._locked_until = 0, self.ticks() + LOCK_SECONDS
        return right

    def unlock(self) -> None:
        self._failed, self._locked_until = 0, 0.0

    def occupy(self, number: int, who: object) -> bool:
        """Take an overlay; False when somebody else is in its way."""
        now = self.ticks()
        self.holders = [each for each in self.holders if each.until is None or each.until > now]
        texts = [fault.text.split() for fault in self.faults.held if fault.kind == "occupied"]
        if any(not text or str(number) in text for text in texts):
            return False
        if any(each.number == number or {each.number, number} <= CHANGING for each in self.holders):
            return False
        self.holders.append(Holder(number, who))
        return True

    def release(self, who: object, broken: bool = False) -> None:
        """Give an overlay back; after a broken connection only when the exchange has noticed."""
        if broken:
            for each in self.holders:
                if each.who is who:
                    each.until = self.ticks() + LINGER_SECONDS
        else:
            self.holders = [each for each in self.holders if each.who is not who]
