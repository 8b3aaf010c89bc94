"""The doors of all exchanges of a twin, what its control socket may do with them, and the calls between them."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from fellesdrift.errors import FellesdriftError
from fellesdrift.twin.access import LOOPBACK
from fellesdrift.twin.faults import PBX_COUNTED, PBX_LASTING, fault_of
from fellesdrift.twin.ios.terminal import ClosedError
from fellesdrift.twin.lab import Lab
from fellesdrift.twin.path import Path
from fellesdrift.twin.pbx import routing, shell
from fellesdrift.twin.pbx.front import SSH, PbxFront
from fellesdrift.twin.pbx.made import EMERGENCY
from fellesdrift.twin.pbx.routing import Call
from fellesdrift.twin.pbx.spec import PbxSpec, Trunk, write
from fellesdrift.twin.pbx.tables import Memory
from fellesdrift.twin.pbx.tn import printed
from fellesdrift.twin.pbx.tty import Tty

_SSH_PORT, _TELNET_PORT = 22, 23
_ALARM = "COM001 Ethernet driver: unit 0 is being restarted"


@dataclass(frozen=True)
class _Switch:
    """An exchange as a call sees it."""

    front: PbxFront

    @property
    def memory(self) -> Memory:
        return self.front.exchange.memory

    @property
    def working(self) -> bool:
        return self.front.exchange.alive

    @property
    def cables(self) -> Iterable[Trunk]:
        return self.front.spec.trunks


class PbxService:
    """By host name."""

    def __init__(self, lab: Lab, specs: Iterable[PbxSpec]) -> None:
        self._lab = lab
        self.fronts = {
            spec.name: PbxFront(
                spec,
                lab.credentials,
                lab.speed,
                Path(lab, spec.address, _SSH_PORT if spec.ssh else _TELNET_PORT),
                partial(self._drop_calls, spec.name),
            )
            for spec in specs
        }
        self._calls: dict[int, list[tuple[str, tuple[int, int, int, int]]]] = {}
        self._next_call = 1

    def open(self) -> None:
        for front in self.fronts.values():
            front.open()
        self._lab.network.watchers.append(self._changed)

    def close(self) -> None:
        self._lab.network.watchers.remove(self._changed)
        for front in self.fronts.values():
            front.close()

    def _changed(self) -> None:
        for front in self.fronts.values():
            if front.lines:
                front.network_changed()

    def ports(self) -> dict[str, dict[str, int]]:
        """Per host the port of each of its doors."""
        return {name: dict(front.ports) for name, front in self.fronts.items()}

    def known_hosts(self) -> str:
        """The SSH doors' host keys, as OpenSSH wants them."""
        lines = []
        for front in self.fronts.values():
            if SSH in front.ports:
                public = front.key.export_public_key("openssh").decode().split()
                lines.append(f"[{LOOPBACK}]:{front.ports[SSH]} {public[0]} {public[1]}\n")
        return "".join(lines)

    def status(self) -> dict[str, dict[str, Any]]:
        """Per host: ports, whether the controller reaches it, and of one that somebody has asked for how it is."""
        found: dict[str, dict[str, Any]] = {}
        for name, front in self.fronts.items():
            found[name] = {"ports": front.ports, "reachable": front.reachable(), "alive": True, "faults": []}
            found[name] |= {"sessions": len(front.lines), "dumped": True, "calls": 0}
            if front.made:
                exchange = front.exchange
                found[name] |= {
                    "alive": exchange.alive,
                    "faults": [asdict(fault) for fault in exchange.faults.held],
                    "dumped": exchange.dumped,
                    "calls": sum(any(at == name for at, _ in ends) for ends in self._calls.values()),
                }
        return found

    def fault(self, name: str, request: dict[str, Any]) -> None:
        """Set a fault. Raises FellesdriftError FD511."""
        text = {"alarm": _ALARM, "occupied": ""}.get(str(request.get("kind")))
        given = request if request.get("text") is not None or text is None else {**request, "text": text}
        fault = fault_of(given, PBX_COUNTED + PBX_LASTING)
        exchange = self.fronts[name].exchange
        exchange.faults.add(fault)
        if fault.kind == "dead":
            exchange.alive = False
            for session in list(exchange.sessions):
                session.hang_up()

    def heal(self, name: str) -> None:
        """Take all faults away, and the lockout; a dead exchange works again, with all that was in its memory."""
        front = self.fronts[name]
        if front.made:
            dead = front.exchange.faults.has("dead")
            front.exchange.faults.heal()
            front.exchange.unlock()
            if dead:
                front.exchange.boot()

    def sysload(self, name: str) -> None:
        """Somebody loads the exchange from disk."""
        self.fronts[name].exchange.sysload()

    def dial(self, name: str, digits: str, origin: str | None = None) -> Call:
        """Follow a number through the exchanges, each with what lies in its memory now."""
        return routing.dial(self._switch, name, digits, origin)

    def emergency_calls(self) -> Iterable[tuple[str, str, str | None]]:
        """Each emergency number dialled at each exchange: (exchange, number, where it went when it did not get out)."""
        for name in self.fronts:
            for number in EMERGENCY:
                call = self.dial(name, number)
                out = (call.outcome, call.dn) == ("public", number)
                yield name, number, None if out else (call.path[-1] if call.path else call.outcome)

    def states(self) -> dict[str, str]:
        """All that lies in each exchange's memory, as text: two moments with the same text are the same. When a set was
        built is no part of it: who builds it again builds it later."""
        found = {}
        for name, front in self.fronts.items():
            tables = json.loads(write(front.exchange.memory.tables))["tables"]
            for _, each in tables["sets"]:
                del each["date"]
            rows = {table: sorted(json.dumps(row, sort_keys=True) for row in kept) for table, kept in tables.items()}
            found[name] = json.dumps(rows, sort_keys=True) + f"\ndumped: {front.exchange.dumped}\n"
        return found

    def _switch(self, name: str) -> _Switch | None:
        front = self.fronts.get(name)
        return None if front is None else _Switch(front)

    def call(self, name: str, origin: str, digits: str) -> tuple[int, Call]:
        """Dial, and talk: both sets are busy until `hang_up` or a sysload. (its number, where it went); the number is 0
        when nobody answered.

        Raises FellesdriftError FD921 when no idle set has the DN that dials.
        """
        exchange = self.fronts[name].exchange
        places = exchange.memory.appearances.get((0, origin), [])
        caller = next((tn for tn, _ in places if tn not in exchange.busy), None)
        if caller is None:
            raise FellesdriftError(
                "FD921",
                "Nobody can call from there",
                host=name,
                key="origin",
                found=origin,
                expected="the DN of a set that is not busy",
            )
        found = self.dial(name, digits, origin)
        ends = [(name, caller)]
        if found.outcome == "rings" and found.sets:
            far = self.fronts[found.exchange].exchange
            idle = [tn for tn in found.sets if tn not in far.busy and (found.exchange, tn) != (name, caller)]
            if not idle:
                found.outcome = "busy"
                found.path.append(f"{found.exchange}: {found.dn} is busy")
            ends += [(found.exchange, tn) for tn in idle[:1]]
        if not found.rings:
            return 0, found
        number, self._next_call = self._next_call, self._next_call + 1
        self._calls[number] = ends
        for at, tn in ends:
            self.fronts[at].exchange.busy.add(tn)
        return number, found

    def hang_up(self, number: int) -> None:
        """End a call; one that a sysload has ended already is no mistake."""
        for at, tn in self._calls.pop(number, []):
            self.fronts[at].exchange.busy.discard(tn)

    def _drop_calls(self, name: str) -> None:
        for number, ends in list(self._calls.items()):
            if any(at == name for at, _ in ends):
                self.hang_up(number)

    def console(self, name: str, lines: list[str]) -> list[str]:
        """Type lines at a terminal that is logged in for good, behind everybody's back; what the exchange printed."""
        return [_typed(self.fronts[name], lines)]


class _Console(Tty):
    """A terminal whose lines are all there before the first is read, and for which time stands still."""

    def __init__(self, front: PbxFront, lines: list[str]) -> None:
        self.said: list[str] = []
        super().__init__(self.said.append, front.exchange, 0, lambda: None)
        self.user = "CONSOLE"
        self._lines = deque(lines)

    async def typed(self, echo: bool = True) -> str:
        if not self._lines:
            raise ClosedError
        line = self._lines.popleft()
        self.write(f"{line if echo else ''}\n")
        return line

    async def wait(self, seconds: float) -> None:
        """No time at all."""


def _typed(front: PbxFront, lines: list[str]) -> str:
    console = _Console(front, lines)
    running = shell.run(console).__await__()
    with suppress(StopIteration):
        # nothing in it waits, so its first step is its last
        next(running)
    front.exchange.release(console)
    return "".join(console.said)


def plain(call: Call) -> dict[str, Any]:
    """A call as JSON-able data."""
    return {
        "rings": call.rings,
        "outcome": call.outcome,
        "exchange": call.exchange,
        "dn": call.dn,
        "sets": [printed(tn) for tn in call.sets],
        "path": call.path,
    }
