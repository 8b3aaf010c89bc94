"""A call, followed through the tables of every exchange on its way. docs/telephony/numbering.md has the rules.

Each decision is taken from what was read of that exchange, or, where lines lead, from the inventory. What neither says
ends the call as *inconclusive*: a number never rings because nobody knew better.
"""

from __future__ import annotations

from collections.abc import Mapping

from fellesdrift.numbering.answer import Answer, Result, RingsAt, Step
from fellesdrift.numbering.cabling import Cabling
from fellesdrift.numbering.switch import HIGHEST_LEVEL, RINGING, Appearance, Code, Switch
from fellesdrift.numbering.unknown import UnknownError, mapping_of, number_of, text_of

MOST_DECISIONS = 2000
"""A call for which more are needed is not followed to its end: hunt groups within hunt groups multiply."""
_CHAIN = 40
_SEIZABLE = frozenset({"IAO", "OGT"})

# where the call has come from: (host, digits) of every exchange that it has reached, in a row
_Trail = tuple[tuple[str, str], ...]
_End = tuple[Result, RingsAt | None]


class Network:
    """All exchanges as they were read, and the lines between them. Asked many times; nothing in it changes."""

    def __init__(self, exchanges: Mapping[str, Switch], cabling: Cabling) -> None:
        self.exchanges = exchanges
        self.cabling = cabling

    def ring(self, at: str, digits: str, origin: str | None = None, level: int | None = None) -> Answer:
        """Where digits ring that are dialled at an exchange. origin: the number of the set that dials; level: its
        facility restriction level, when it is known otherwise. Without both nothing is restricted."""
        call = _Call(self)
        try:
            result, where = call.dialled(at, digits, origin, level)
        except UnknownError as unknown:
            why = str(unknown)
            return Answer(at, digits, "inconclusive", None, why, unknown.host or at, path=tuple(call.path))
        return Answer(at, digits, result, where, path=tuple(call.path))


class _Call:
    def __init__(self, network: Network) -> None:
        self._network = network
        self.level = HIGHEST_LEVEL
        self.path: list[Step] = []

    def dialled(self, at: str, digits: str, origin: str | None, level: int | None) -> _End:
        """The first exchange: who dials decides how far the call may go."""
        if level is None and origin is not None:
            level = self.switch(at).level(origin)
        self.level = HIGHEST_LEVEL if level is None else level
        return self.arrive(at, digits, ())

    def switch(self, host: str) -> Switch:
        if host not in self._network.exchanges:
            raise UnknownError("was not read", host)
        return self._network.exchanges[host]

    def _say(self, host: str, text: str) -> None:
        if len(self.path) >= MOST_DECISIONS:
            raise UnknownError(f"more than {MOST_DECISIONS} decisions would be needed")
        self.path.append(Step(host, text))

    def _end(self, result: Result, host: str, text: str) -> _End:
        self._say(host, text)
        return result, None

    def arrive(self, host: str, digits: str, trail: _Trail) -> _End:
        """Digits reach an exchange, from a set or over a line."""
        switch = self.switch(host)
        if (host, digits) in trail or len(trail) >= _CHAIN:
            return self._end("loop", host, f"{digits}: goes round in circles")
        on = (*trail, (host, digits))
        try:
            code = switch.code_of(digits)
            return self._nobody(switch, digits, on) if code is None else self._known(switch, code, digits, on)
        except UnknownError as unknown:
            # the innermost exchange is the one of which something is not known
            unknown.host = unknown.host or host
            raise

    def _known(self, switch: Switch, code: Code, digits: str, trail: _Trail) -> _End:
        if code.kind in ("dn", "hunt_group", "attendant"):
            return self._here(switch, code, digits, trail)
        if code.kind == "steering":
            return self._steer(switch, code, digits, trail)
        if code.kind == "access":
            return self._special(switch, code, digits, trail)
        self._say(switch.host, f"{digits}: access code {code.code} of route {code.key}")
        return self._line(switch, int(code.key), digits[len(code.code) :], trail)

    def _here(self, switch: Switch, code: Code, digits: str, trail: _Trail) -> _End:
        """A whole number of this exchange."""
        if digits != code.code:
            return self._end("vacant", switch.host, f"{digits}: {code.code} takes no more digits")
        if code.kind == "dn":
            return self._sets(switch, digits, trail)
        if code.kind == "hunt_group":
            return self._hunt(switch, code.key, digits, trail)
        self._say(switch.host, f"{digits}: the switchboard")
        return "rings", RingsAt(switch.host, digits)

    def _nobody(self, switch: Switch, digits: str, trail: _Trail) -> _End:
        """No code of the exchange: vacant, unless something was not read, or vacant numbers are routed on."""
        if switch.unread:
            raise UnknownError(f"{digits} is not known, and {', '.join(switch.unread)} was not read")
        if not digits:
            return self._end("incomplete", switch.host, "no digits are left: more are needed")
        if switch.continues(digits):
            return self._end("incomplete", switch.host, f"{digits}: more digits are needed")
        networking = switch.of("networking", switch.customer)
        routed = networking.get("vacant_routing")
        if not isinstance(routed, bool):
            raise UnknownError("networking does not say where vacant numbers go")
        if not routed:
            return self._end("vacant", switch.host, f"{digits}: vacant")
        what = "vacant number routing"
        if len(digits) > number_of(networking, "length", what):
            return self._end("vacant", switch.host, f"{digits}: vacant, and too long to be routed on")
        wanted = number_of(networking, "route_list", what)
        self._say(switch.host, f"{digits}: vacant, goes to route list {wanted}")
        return self._route_list(switch, wanted, digits, trail)

    def _sets(self, switch: Switch, dn: str, trail: _Trail) -> _End:
        places = switch.appearances[dn]
        strange = sorted({place.function for place in places} - RINGING)
        if strange:
            raise UnknownError(f"{dn} is on a key {', '.join(strange)}: whether that rings is not known")
        first = _prime(places, dn)
        forward = switch.forward(first.terminal, dn)
        if forward is not None:
            self._say(switch.host, f"{dn}: TN {first.terminal} forwards to {forward}")
            return self.arrive(switch.host, forward, trail)
        sets = tuple(dict.fromkeys(place.terminal for place in places))
        self._say(switch.host, f"{dn}: TN {', '.join(sets)}")
        return "rings", RingsAt(switch.host, dn, sets)

    def _hunt(self, switch: Switch, key: str, pilot: str, trail: _Trail) -> _End:
        members = mapping_of(switch.of("hunt_group", key), "members", f"hunt group {key}")
        for entry, member in sorted(members.items(), key=lambda item: (len(item[0]), item[0])):
            if member is not None and not isinstance(member, str):
                raise UnknownError(f"hunt group {key} entry {entry} is no number")
            if member:
                self._say(switch.host, f"{pilot}: hunt group {key}, entry {entry} is {member}")
                result, where = self.arrive(switch.host, member, trail)
                # a call that circles never comes back to the next entry
                if result in ("rings", "public", "loop"):
                    return result, where
        return self._end("blocked", switch.host, f"{pilot}: hunt group {key} has nobody that rings")

    def _steer(self, switch: Switch, code: Code, digits: str, trail: _Trail) -> _End:
        kind = code.key.split()[0]
        steering = switch.of("steering_code", code.key)
        if kind == "LSC":
            sent = switch.manipulated(number_of(steering, "digit_manipulation", code.key), digits)
            self._say(switch.host, f"{digits}: {code.key}, continues as {sent}")
            return self.arrive(switch.host, sent, trail)
        length = number_of(steering, "length", code.key)
        if kind == "DSC" and not length:
            length = number_of(switch.of("dialling_plan", switch.customer), "digits", "the dialling plan")
        if length and len(digits) != length:
            result: Result = "incomplete" if len(digits) < length else "vacant"
            return self._end(result, switch.host, f"{digits}: {code.key} takes {length} digits")
        wanted = number_of(steering, "route_list", code.key)
        self._say(switch.host, f"{digits}: {code.key}, route list {wanted}")
        return self._route_list(switch, wanted, digits, trail)

    def _special(self, switch: Switch, code: Code, digits: str, trail: _Trail) -> _End:
        """Behind an access code: the code itself is not sent on."""
        switch.require("special_number")
        rest = digits[len(code.code) :]
        found = switch.special(code.key, rest)
        if found is None:
            more = switch.special_continues(code.key, rest)
            return self._end(
                "incomplete" if more else "vacant", switch.host, f"{digits}: no special number of {code.key}"
            )
        number, special = found
        length = number_of(special, "length", f"special number {number}")
        if length and len(rest) != length:
            result: Result = "incomplete" if len(rest) < length else "vacant"
            return self._end(result, switch.host, f"{digits}: special number {number} takes {length} digits")
        wanted = number_of(special, "route_list", f"special number {number}")
        self._say(switch.host, f"{digits}: {code.key}, special number {number}, route list {wanted}")
        return self._route_list(switch, wanted, rest, trail)

    def _route_list(self, switch: Switch, wanted: int, digits: str, trail: _Trail) -> _End:
        """The entries in their order; lines are taken to be in order and free, so the first that is allowed is used."""
        entries = switch.of("route_list", str(wanted)).get("entries")
        if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
            raise UnknownError(f"route list {wanted} has no entries that are a list of them")
        for place, entry in enumerate(entries):
            what = f"route list {wanted} entry {place}"
            needed = number_of(entry, "level", what)
            if needed > self.level:
                self._say(switch.host, f"{what}: needs level {needed}, the caller has {self.level}")
                continue
            sent = switch.manipulated(number_of(entry, "digit_manipulation", what), digits)
            if entry.get("local"):
                self._say(switch.host, f"{what}: ends here, as {sent}")
                return self.arrive(switch.host, sent, trail)
            return self._line(switch, number_of(entry, "route", what), sent, trail)
        return self._end("blocked", switch.host, f"route list {wanted}: no entry takes the call")

    def _line(self, switch: Switch, number: int, digits: str, trail: _Trail) -> _End:
        route = switch.of("route", str(number))
        if text_of(route, "direction", f"route {number}") not in _SEIZABLE:
            return self._end("blocked", switch.host, f"route {number} takes no calls out")
        far = self._network.cabling.get(switch.host, {}).get(number)
        if far is None:
            raise UnknownError(f"where route {number} leads is not in the inventory")
        if not digits:
            return self._end("incomplete", switch.host, f"route {number}: nothing is left to send")
        if far.host is None:
            self._say(switch.host, f"route {number}: {digits} to the public network")
            return "public", RingsAt(switch.host, digits)
        self._say(switch.host, f"route {number}: {digits} to {far.host}")
        return self.arrive(far.host, digits, trail)


def _prime(places: list[Appearance], dn: str) -> Appearance:
    marked = [place for place in places if place.marp]
    if len(marked) != 1:
        raise UnknownError(f"{dn} has {len(marked)} prime appearances (MARP) instead of one")
    return marked[0]
