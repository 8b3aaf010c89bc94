"""One writer: a lease per municipality and one for what all share (design.md, invariant 7).

A lease is a row with a random token, its holder and its end. Whoever writes an intent shows the token in the same
transaction. A lease may be taken over when it has run out, or when its holder is provably dead: the same machine,
and either started anew since, or no process of that number and start time among those that this one can see. Two
machines of one name (a copied virtual machine, containers of one image) are told apart by machine-id(5) and by their
pid_namespaces(7).

Clocks jump, and a lease must neither end nor last because of it. On the machine that took it, its end is counted in
seconds since that machine was started (CLOCK_BOOTTIME: no setting of the clock, no sleep changes it). Another machine,
which only a server's journal can have, goes by the server's clock, which is the same for all. Should that one jump
forward, a lease may be taken over early: then the first holder's next intent is refused, as after any take-over.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import chain, tables
from fellesdrift.processes import start_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

LENGTH = timedelta(minutes=30)
"""How long a lease lasts after the last intent. A step's deadline must be shorter (see `time_left`)."""
DISAGREEMENT = timedelta(minutes=5)
"""How far this machine's clock may be from the server's: windows are judged by the one, leases by the other."""
_L = tables.leases.c
_USER = "user "
"""In front of the name of a worker that shares a lease; no municipality has a blank in its name."""


@dataclass(frozen=True)
class Holder:
    """A process, named so that it cannot be mistaken for a later one.

    machine      its name, for people
    started      in clock ticks since boot
    machine_id   of /etc/machine-id; "" where there is none: then another boot is no proof of anything
    processes    the namespace in which `pid` is its number
    """

    machine: str
    boot: str
    pid: int
    started: int
    machine_id: str = ""
    processes: str = ""

    @classmethod
    def of_process(cls, pid: int) -> Holder:
        """The holder that a process of this machine is. OSError when there is none."""
        processes = str(Path(f"/proc/{pid}/ns/pid").readlink())
        return cls(socket.gethostname(), _boot(), pid, start_time(pid), _machine_id(), processes)

    def provably_dead(self) -> bool:
        """True only when it cannot be running any more; another machine's process may always be."""
        here = Holder.of_process(os.getpid())
        if self.machine != here.machine:
            return False
        if self.boot != here.boot:
            return bool(self.machine_id) and self.machine_id == here.machine_id
        if self.processes != here.processes:
            return False
        try:
            return start_time(self.pid) != self.started
        except OSError:
            return True


@dataclass(frozen=True)
class Held:
    """A lease and its holder; times are UTC. `expires` is by the clock as it stands now, wherever it stood before."""

    name: str
    holder: Holder
    acquired: datetime
    expires: datetime

    def live(self, now: datetime) -> bool:
        """Whether its holder may still be at work: it has not run out, and the process is not provably gone."""
        return self.expires > now and not self.holder.provably_dead()


def held(connection: Connection) -> list[Held]:
    """Every lease that was taken and not given back, by name."""
    now = _now(connection)
    rows = connection.execute(select(tables.leases).where(_L.name.not_like(f"{_USER}%")).order_by(_L.name))
    return [_held(row, now) for row in rows]


def acquire(connection: Connection, names: Sequence[str], holder: Holder, token: str | None = None) -> str:
    """Take all the leases or none; gives the token, a new one unless one is given. Inside a transaction.

    FD610 names who holds one; FD604 when the journal is damaged, for nobody may act on what it says; FD619 when the
    server's clock is another.
    """
    chain.verify(connection)
    token, now = token or secrets.token_hex(16), _now(connection)
    _refuse_another_clock(connection, now)
    ended: set[str] = set()
    for row in connection.execute(select(tables.leases).where(_L.name.in_(names)).order_by(_L.name)):
        other = _held(row, now)
        if other.holder == holder or not other.live(now):
            if other.holder != holder:
                ended.add(row.token)
            continue
        raise FellesdriftError(
            "FD610",
            f"somebody else is changing {other.name}",
            key=f"lease {other.name}",
            found=f"held by process {other.holder.pid} on {other.holder.machine} until {other.expires:%H:%M:%S} UTC",
            expected="no other run at work",
            next_step="wait for that run, or end it; a lease that nobody renews ends by itself",
        )
    # who has lost one of its leases has lost them all: its next intent is refused, whatever of them nobody else wanted
    connection.execute(tables.leases.delete().where(_L.name.in_(names) | _L.token.in_(ended)))
    taken = {"token": token, "holder": json.dumps(asdict(holder)), "acquired": now.isoformat(), **_end(now)}
    connection.execute(tables.leases.insert(), [{"name": name, **taken} for name in sorted(set(names))])
    return token


def check_and_renew(connection: Connection, token: str, holder: Holder) -> timedelta:
    """The token still holds, and the process is the one that took it; renews it and gives the time left.

    FD611 otherwise: it ran out, was taken over, or another process shows it. Inside a transaction.
    """
    now = _now(connection)
    leases = [_held(row, now) for row in connection.execute(select(tables.leases).where(_L.token == token))]
    if not leases or any(lease.holder != holder or lease.expires <= now for lease in leases):
        raise FellesdriftError(
            "FD611",
            "this run no longer holds its lease, so it may not change anything",
            key="lease",
            found="run out, taken over, or shown by another process" if leases else "no such lease",
            expected="the lease that the opening of the stage took",
            next_step="run the same command again: it takes up where the journal stands",
        )
    connection.execute(tables.leases.update().where(_L.token == token).values(**_end(now)))
    return LENGTH


def release(connection: Connection, token: str) -> None:
    """Give the leases of this token back. Inside a transaction."""
    connection.execute(tables.leases.delete().where(_L.token == token))


def share(connection: Connection, names: Sequence[str], holder: Holder, user: str) -> str:
    """As `acquire`, but what another worker of the same process holds already is held together, under one token.
    user: a name that no other worker has; the leases last until the last of them has left."""
    mine = select(_L.token).where(_L.holder == json.dumps(asdict(holder)), _L.name.like(f"{_USER}%")).limit(1)
    return acquire(connection, [*names, _USER + user], holder, connection.execute(mine).scalar())


def leave(connection: Connection, token: str, user: str) -> None:
    """One of those who share leaves; the last gives the leases back. Inside a transaction."""
    connection.execute(tables.leases.delete().where(_L.token == token, _L.name == _USER + user))
    if connection.execute(select(_L.name).where(_L.token == token, _L.name.like(f"{_USER}%"))).first() is None:
        release(connection, token)


def uptime() -> float:
    """Seconds since this machine was started, sleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _now(connection: Connection) -> datetime:
    """UTC: of the server that several machines share, or of this one."""
    if connection.dialect.name != "postgresql":
        return datetime.now(UTC)
    now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return now.astimezone(UTC)


def _end(now: datetime) -> dict[str, str | float]:
    return {"expires": (now + LENGTH).isoformat(), "expires_uptime": uptime() + LENGTH.total_seconds()}


def _held(row: Row[tuple[str, str, str, str, str, float]], now: datetime) -> Held:
    try:
        holder = Holder(**json.loads(row.holder))
        acquired, expires = datetime.fromisoformat(row.acquired), datetime.fromisoformat(row.expires)
        if holder.boot == _boot():
            expires = now + timedelta(seconds=float(row.expires_uptime) - uptime())
    except (ValueError, TypeError, OverflowError) as error:
        raise FellesdriftError(
            "FD605",
            "the journal cannot be used; nothing was changed on a device by this step",
            key=f"lease {row.name}",
            found=f"a lease that is not one: {error}",
            expected="a lease as this version writes it",
            next_step="bring back a copy of the journal (docs/journal.md)",
        ) from error
    return Held(row.name, holder, acquired, expires)


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _machine_id() -> str:
    try:
        return Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def _refuse_another_clock(connection: Connection, now: datetime) -> None:
    here = datetime.now(UTC)
    if connection.dialect.name == "postgresql" and abs(here - now) > DISAGREEMENT:
        raise FellesdriftError(
            "FD619",
            "this machine and the journal's server do not agree what time it is",
            key="clock",
            found=f"{here:%Y-%m-%d %H:%M:%S} UTC here, {now:%Y-%m-%d %H:%M:%S} UTC there",
            expected=f"less than {DISAGREEMENT.seconds // 60} minutes between them",
            next_step="set the clock that is wrong (timedatectl), then run the same command again",
        )
