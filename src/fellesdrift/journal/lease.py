"""One writer: a lease per municipality and one for what all share (design.md, invariant 7).

A lease is a row with a random token, its holder and its end. Whoever writes an intent shows the token in the same
transaction. A lease may be taken over when it has run out, or when its holder is provably dead: the same machine,
the same boot, and no process of that number and start time.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from fellesdrift.errors import FellesdriftError
from fellesdrift.processes import start_time

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

LENGTH = timedelta(minutes=30)
"""How long a lease lasts after the last intent. A step's deadline must be shorter (see `time_left`)."""


@dataclass(frozen=True)
class Holder:
    """A process, named so that it cannot be mistaken for a later one. `started` is in clock ticks since boot."""

    machine: str
    boot: str
    pid: int
    started: int

    @classmethod
    def of_process(cls, pid: int) -> Holder:
        """The holder that a process of this machine is. OSError when there is none."""
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return cls(socket.gethostname(), boot, pid, start_time(pid))

    def provably_dead(self) -> bool:
        """True only when it cannot be running any more; another machine's process may always be."""
        here = Holder.of_process(os.getpid())
        if self.machine != here.machine:
            return False
        if self.boot != here.boot:
            return True
        try:
            return start_time(self.pid) != self.started
        except OSError:
            return True


@dataclass(frozen=True)
class Held:
    """A lease and its holder; times are UTC."""

    name: str
    holder: Holder
    acquired: datetime
    expires: datetime

    def live(self, now: datetime) -> bool:
        """Whether its holder may still be at work: it has not run out, and the process is not provably gone."""
        return self.expires > now and not self.holder.provably_dead()


def held(connection: sqlite3.Connection) -> list[Held]:
    """Every lease that was taken and not given back, by name."""
    rows = connection.execute("SELECT name, holder, acquired, expires FROM leases ORDER BY name").fetchall()
    return [
        Held(row[0], Holder(**json.loads(row[1])), datetime.fromisoformat(row[2]), datetime.fromisoformat(row[3]))
        for row in rows
    ]


def acquire(connection: sqlite3.Connection, names: Sequence[str], holder: Holder) -> str:
    """Take all the leases or none; gives the token. FD610 names who holds one. Inside a transaction."""
    token, now = secrets.token_hex(16), datetime.now(UTC)
    for name in names:
        row = connection.execute("SELECT holder, expires FROM leases WHERE name = ?", (name,)).fetchone()
        if row is None:
            continue
        other, expires = Holder(**json.loads(row[0])), datetime.fromisoformat(row[1])
        if other == holder or expires <= now or other.provably_dead():
            continue
        raise FellesdriftError(
            "FD610",
            f"somebody else is changing {name}",
            key=f"lease {name}",
            found=f"held by process {other.pid} on {other.machine} until {expires:%H:%M:%S} UTC",
            expected="no other run at work",
            next_step="wait for that run, or end it; a lease that nobody renews ends by itself",
        )
    connection.executemany(
        "INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?)",
        [(name, token, json.dumps(asdict(holder)), now.isoformat(), (now + LENGTH).isoformat()) for name in names],
    )
    return token


def check_and_renew(connection: sqlite3.Connection, token: str, holder: Holder) -> timedelta:
    """The token still holds, and the process is the one that took it; renews it and gives the time left.

    FD611 otherwise: it ran out, was taken over, or another process shows it. Inside a transaction.
    """
    now = datetime.now(UTC)
    rows = connection.execute("SELECT name, holder, expires FROM leases WHERE token = ?", (token,)).fetchall()
    valid = bool(rows) and all(
        Holder(**json.loads(row[1])) == holder and datetime.fromisoformat(row[2]) > now for row in rows
    )
    if not valid:
        raise FellesdriftError(
            "FD611",
            "this run no longer holds its lease, so it may not change anything",
            key="lease",
            found="run out, taken over, or shown by another process" if rows else "no such lease",
            expected="the lease that the opening of the stage took",
            next_step="run the same command again: it takes up where the journal stands",
        )
    connection.execute("UPDATE leases SET expires = ? WHERE token = ?", ((now + LENGTH).isoformat(), token))
    return LENGTH


def release(connection: sqlite3.Connection, token: str) -> None:
    """Give the leases of this token back. Inside a transaction."""
    connection.execute("DELETE FROM leases WHERE token = ?", (token,))
