"""Where a call goes: through the tables of each exchange on its way, and over the cables between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from fellesdrift.twin.pbx.records import DN_KEYS, Block, RouteList, Set, Tn
from fellesdrift.twin.pbx.spec import PUBLIC, Trunk
from fellesdrift.twin.pbx.tables import Memory
from fellesdrift.twin.pbx.tn import printed

_MOST_HOPS = 24
_HIGHEST_LEVEL = 7


class Switch(Protocol):
    """What routing needs of an exchange."""

    @property
    def memory(self) -> Memory: ...

    @property
    def working(self) -> bool: ...

    @property
    def cables(self) -> Iterable[Trunk]: ...


@dataclass
class Call:
    """Where a call ended. `outcome`: rings, public (left to the public network), vacant, incomplete, blocked, loop.

    exchange, dn, sets   where it rings; of `public` the last exchange and the number that was sent
    path   one line a decision, with the exchange that made it
    """

    outcome: str = ""
    exchange: str = ""
    dn: str = ""
    sets: tuple[Tn, ...] = ()
    path: list[str] = field(default_factory=list)

    @property
    def rings(self) -> bool:
        return self.outcome in ("rings", "public")


Switches = Callable[[str], Switch | None]


def dial(switches: Switches, exchange: str, digits: str, origin: str | None = None, customer: int = 0) -> Call:
    """Follow a number that is dialled at an exchange; `origin` is the DN of the set that dials, whose class decides
    which routes it may use.
    """
    call = Call()
    switch = switches(exchange)
    level = _HIGHEST_LEVEL
    if switch is not None and origin is not None:
        level = _level(switch.memory, customer, origin)
    _Router(switches, call, level).arrive(exchange, digits, customer)
    return call


def _level(memory: Memory, customer: int, origin: str) -> int:
    """The facility restriction level of a set: its NCOS, as long as no other table says otherwise."""
    places = memory.appearances.get((customer, origin), [])
    values = [int(dict(memory.tables.sets[tn].fields).get("NCOS", "0")) for tn, _ in places]
    return min(_HIGHEST_LEVEL, *values) if values else 0


class _Router:
    def __init__(self, switches: Switches, call: Call, level: int) -> None:
        self._switches = switches
        self._call = call
        self._level = level
        self._hops = 0

    def _end(self, outcome: str, exchange: str, text: str, dn: str = "", sets: tuple[Tn, ...] = ()) -> bool:
        self._say(exchange, text)
        self._call.outcome, self._call.exchange, self._call.dn, self._call.sets = outcome, exchange, dn, sets
        return outcome in ("rings", "public")

    def _say(self, exchange: str, text: str) -> None:
        self._call.path.append(f"{exchange}: {text}")

    def arrive(self, exchange: str, digits: str, customer: int) -> bool:
        """Digits reach an exchange, from a set or over a trunk. True when the call rings."""
        self._hops += 1
        switch = self._switches(exchange)
        if switch is None or not switch.working:
            return self._end("blocked", exchange, f"{digits}: the exchange does not work")
        if self._hops > _MOST_HOPS:
            return self._end("loop", exchange, f"{digits}: goes round in circles")
        memory = switch.memory
        found = memory.code_of(customer, digits)
        if found is None:
            return self._vacant(exchange, switch, customer, digits)
        return self._known(exchange, switch, customer, found, digits)

    def _known(self, exchange: str, switch: Switch, customer: int, found: tuple[str, str], digits: str) -> bool:
        code, kind = found
        if kind in ("DN", "GHT", "ATDN") and digits != code:
            return self._end("vacant", exchange, f"{digits}: {code} takes no more digits")
        if kind == "DN":
            return self._ring(exchange, switch.memory, customer, code)
        if kind == "GHT":
            return self._hunt(exchange, switch.memory, customer, code)
        if kind == "ATDN":
            return self._end("rings", exchange, f"{digits}: the attendant", code)
        return self._leave(exchange, switch, customer, found, digits)

    def _leave(self, exchange: str, switch: Switch, customer: int, found: tuple[str, str], digits: str) -> bool:
        """A code that leads out of the exchange."""
        code, kind = found
        rest = digits[len(code) :]
        if kind == "CDP":
            return self._steer(exchange, switch, customer, code, digits)
        if kind != "RDB":
            return self._special(exchange, switch, customer, kind, digits, rest)
        routes = switch.memory.tables.routes
        route = next(each for (at, _), each in routes.items() if (at, each.access) == (customer, code))
        self._say(exchange, f"{digits}: access code {code} of route {route.number}")
        return self._trunk(exchange, switch, customer, route.number, rest)

    def _vacant(self, exchange: str, switch: Switch, customer: int, digits: str) -> bool:
        memory = switch.memory
        if memory.begins(customer, digits):
            return self._end("incomplete", exchange, f"{digits}: more digits are needed")
        block = memory.tables.customers.get(customer, Block())
        if block.get("VNR") == "YES" and len(digits) <= int(block.get("FLEN") or 0):
            self._say(exchange, f"{digits}: vacant, goes to route list {block.get('RLI')}")
            return self._route_list(exchange, switch, customer, int(block.get("RLI")), digits)
        return self._end("vacant", exchange, f"{digits}: vacant")

    def _ring(self, exchange: str, memory: Memory, customer: int, dn: str) -> bool:
        places = memory.appearances[customer, dn]
        sets = [memory.tables.sets[tn] for tn, _ in places]
        first = next(memory.tables.sets[tn] for tn, number in places if memory.key_at((tn, number)).marp)
        forward = _forward(first, dn)
        if forward is not None:
            self._say(exchange, f"{dn}: TN {printed(first.tn)} forwards to {forward}")
            return self.arrive(exchange, forward, customer)
        working = tuple(each.tn for each in sets if not each.disabled)
        if not working:
            return self._end("blocked", exchange, f"{dn}: TN {printed(first.tn)} is disabled")
        return self._end("rings", exchange, f"{dn}: rings TN {', '.join(map(printed, working))}", dn, working)

    def _hunt(self, exchange: str, memory: Memory, customer: int, pilot: str) -> bool:
        group = next(each for each in memory.tables.groups.values() if (each.customer, each.pilot) == (customer, pilot))
        for entry, dn in group.members:
            if memory.codes.get((customer, dn)) is not None:
                self._say(exchange, f"{pilot}: hunt group {group.number}, entry {entry} is {dn}")
                if self.arrive(exchange, dn, customer):
                    return True
        return self._end("blocked", exchange, f"{pilot}: hunt group {group.number} has nobody that rings")

    def _steer(self, exchange: str, switch: Switch, customer: int, code: str, digits: str) -> bool:
        memory = switch.memory
        steering = memory.tables.steering[customer, code]
        if steering.kind == "LSC":
            self._say(exchange, f"{digits}: local steering code {code}")
            return self.arrive(exchange, _manipulated(memory, customer, steering.target, digits), customer)
        length = steering.length
        if steering.kind == "DSC" and not length:
            length = int(memory.tables.esn.get(customer, Block()).get("NCDP") or 0)
        if length and len(digits) < length:
            return self._end("incomplete", exchange, f"{digits}: {steering.kind} {code} takes {length} digits")
        if length and len(digits) > length:
            return self._end("vacant", exchange, f"{digits}: {steering.kind} {code} takes {length} digits")
        self._say(exchange, f"{digits}: {steering.kind} {code}, route list {steering.target}")
        return self._route_list(exchange, switch, customer, steering.target, digits)

    def _special(self, exchange: str, switch: Switch, customer: int, access: str, digits: str, rest: str) -> bool:
        table = switch.memory.tables.specials
        for end in range(len(rest), 0, -1):
            special = table.get((customer, access, rest[:end]))
            if special is not None:
                if special.length and len(rest) != special.length:
                    outcome = "incomplete" if len(rest) < special.length else "vacant"
                    return self._end(outcome, exchange, f"{digits}: {special.code} takes {special.length} digits")
                self._say(exchange, f"{digits}: {access}, SPN {special.code}, route list {special.route_list}")
                return self._route_list(exchange, switch, customer, special.route_list, rest)
        outcome = "incomplete" if any(code.startswith(rest) for at, by, code in table if by == access) else "vacant"
        return self._end(outcome, exchange, f"{digits}: no special number of {access}")

    def _route_list(self, exchange: str, switch: Switch, customer: int, number: int, digits: str) -> bool:
        memory = switch.memory
        wanted = memory.tables.lists.get((customer, number), RouteList(number, ()))
        for entry in wanted.entries:
            if entry.level > self._level:
                self._say(
                    exchange, f"route list {number} entry {entry.number}: the caller's class is below {entry.level}"
                )
                continue
            sent = _manipulated(memory, customer, entry.digits, digits)
            if entry.local:
                self._say(exchange, f"route list {number} entry {entry.number}: ends here as {sent}")
                return self.arrive(exchange, sent, customer)
            if self._open(exchange, switch, entry.route):
                return self._trunk(exchange, switch, customer, entry.route, sent)
        return self._end("blocked", exchange, f"route list {number}: no entry can take the call")

    def _open(self, exchange: str, switch: Switch, route: int) -> bool:
        """Whether a trunk of the route can be seized; a dead far end is noticed, and the next entry tried."""
        trunk = next((each for each in switch.cables if each.route == route), None)
        far = None if trunk is None or trunk.far == PUBLIC else self._switches(trunk.far)
        if trunk is None or (trunk.far != PUBLIC and (far is None or not far.working)):
            self._say(exchange, f"route {route}: no trunk answers")
            return False
        return True

    def _trunk(self, exchange: str, switch: Switch, customer: int, route: int, digits: str) -> bool:
        known = switch.memory.tables.routes.get((customer, route))
        trunk = next((each for each in switch.cables if each.route == route), None)
        if known is None or trunk is None or known.direction == "ICT":
            return self._end("blocked", exchange, f"route {route} leads nowhere")
        self._say(exchange, f"route {route} to {trunk.far}, sends {digits}")
        if trunk.far == PUBLIC:
            return self._end("public", exchange, f"{digits} is left to the public network", digits)
        return self.arrive(trunk.far, digits, customer)


def _forward(each: Set, dn: str) -> str | None:
    """Where calls to a set's first DN are sent on, by the number that its CFW key stores."""
    stored = next((key.value.split()[1:] for key in each.keys if key.function == "CFW"), [])
    first = next((key.dn for key in each.keys if key.function in DN_KEYS), "")
    return stored[0] if stored and first == dn else None


def _manipulated(memory: Memory, customer: int, index: int, digits: str) -> str:
    table = memory.tables.digits.get((customer, index))
    return digits if table is None else table.insert + digits[table.delete :]
