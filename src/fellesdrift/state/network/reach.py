"""Whether a plan keeps the way to the controller at every line.

Only interfaces and static routes are looked at: a way exists when an enabled interface has the controller's network,
or a static route covers it whose next hop can be reached. That a far end works is for the dead man's switch to prove.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

from fellesdrift.state.network import kinds, text
from fellesdrift.state.network.plan import Step
from fellesdrift.state.network.read import read_resources

_ADDRESS = kinds.BY_NAME["ip_address"]


@dataclass(frozen=True)
class Cut:
    """After `line` of the step the best way to the controller is gone or worse than it was and than it will be.

    found, expected   the prefixes over which the controller is reached, as text; "none" when there is no way
    """

    step: str
    line: str
    found: str
    expected: str


@dataclass
class _Forwarding:
    """Interfaces and static routes, changed line by line."""

    interfaces: dict[str, dict[str, Any]]
    routes: set[tuple[str, str]] = field(default_factory=set)
    _current: str = ""

    def type_line(self, line: str) -> None:
        words = line.strip()
        if words.startswith("interface "):
            self._current = words.removeprefix("interface ")
        elif words.removeprefix("no ").startswith("ip route "):
            self._type_route(words)
        elif line.startswith(" ") and self._current in self.interfaces:
            self._type_interface(self.interfaces[self._current], words)
        else:
            self._current = ""

    def _type_route(self, words: str) -> None:
        known = text.route_of(words.removeprefix("no "))
        hop = kinds.read_next_hop(known[1]) if known else None
        if known is None or hop is None:
            return
        change = self.routes.discard if words.startswith("no ") else self.routes.add
        change((known[0], hop["next_hop"]))

    @staticmethod
    def _type_interface(interface: dict[str, Any], words: str) -> None:
        if words in ("shutdown", "no shutdown"):
            interface[kinds.ENABLED] = words == "no shutdown"
        elif words.startswith("no ip address"):
            interface["ip_address"] = None
        elif match := _ADDRESS.pattern.fullmatch(words):
            interface["ip_address"] = _ADDRESS.read(*match.groups())

    def best(self, address: IPv4Address, seen: frozenset[tuple[str, str]] = frozenset()) -> IPv4Network | None:
        """The longest prefix over which `address` is reached; a route is not resolved by way of itself."""
        found = [network for network in self._connected() if address in network]
        for route in self.routes - seen:
            prefix = IPv4Network(route[0])
            if address in prefix and self._resolves(route[1], seen | {route}):
                found.append(prefix)
        return max(found, key=lambda network: network.prefixlen, default=None)

    def _resolves(self, next_hop: str, seen: frozenset[tuple[str, str]]) -> bool:
        first = next_hop.split(maxsplit=1)[0]
        if not first[0].isdigit():
            return first in self.interfaces and bool(self.interfaces[first][kinds.ENABLED])
        # a next hop that only the default route covers would be looked for in the Internet
        return _length(self.best(IPv4Address(first), seen)) > 0

    def _connected(self) -> list[IPv4Network]:
        return [
            IPv4Interface(interface["ip_address"]).network
            for interface in self.interfaces.values()
            if interface[kinds.ENABLED] and interface["ip_address"] not in (None, *kinds.DYNAMIC_ADDRESSES)
        ]


def management_cuts(config: str, steps: Sequence[Step], controller: str) -> list[Cut]:
    """The lines after which the controller is reached worse than both before and after all of them: not at all, or by
    a wider prefix only (a default route towards the Internet is no way home). [] also when it is never covered.
    Raises ConfigurationUnreadableError."""
    address = IPv4Address(controller)
    forwarding = _forwarding(config)
    typed = [(step, line) for step in steps for line in step.lines]
    ways = [forwarding.best(address)]
    for _, line in typed:
        forwarding.type_line(line)
        ways.append(forwarding.best(address))
    needed = min(_length(ways[0]), _length(ways[-1]))
    wanted = ways[0] if _length(ways[0]) == needed else ways[-1]
    return [
        Cut(step.title, line.strip(), str(way or "none"), f"{wanted} or better")
        for (step, line), way in zip(typed, ways[1:], strict=True)
        if _length(way) < needed
    ]


def loses_controller(config: str, steps: Sequence[Step], controller: str) -> bool:
    """Whether the controller is covered before the steps and not after them."""
    address = IPv4Address(controller)
    forwarding = _forwarding(config)
    if forwarding.best(address) is None:
        return False
    for step in steps:
        for line in step.lines:
            forwarding.type_line(line)
    return forwarding.best(address) is None


def _length(network: IPv4Network | None) -> int:
    return -1 if network is None else network.prefixlen


def _forwarding(config: str) -> _Forwarding:
    resources = read_resources(config)
    routes = {
        (prefix, hop["next_hop"])
        for prefix, resource in resources[kinds.ROUTE].items()
        for hop in resource["next_hops"]
    }
    return _Forwarding(resources[kinds.INTERFACE], routes)
