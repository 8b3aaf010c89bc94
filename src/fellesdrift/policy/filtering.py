"""What of a device's configuration decides over packets, as plain data: what `judge` looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from fellesdrift.policy import boxes
from fellesdrift.policy.boxes import Interval


@dataclass(frozen=True)
class Interface:
    """An interface that is enabled and has an address ("10.10.255.5/28").

    access_in, access_out     names of the lists that filter there, None for no list
    inspect_in, inspect_out   protocols whose conversations are remembered there: their answers pass every list
    """

    address: str
    access_in: str | None = None
    access_out: str | None = None
    inspect_in: frozenset[str] = frozenset()
    inspect_out: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Route:
    """A static route. interface, address: of its next hop, one or both."""

    prefix: str
    interface: str | None
    address: str | None
    distance: int = 1


@dataclass(frozen=True)
class Filtering:
    """A device. lists: name -> entries in order. unknown: lines that decide over packets in a way not known here."""

    host: str
    interfaces: Mapping[str, Interface]
    routes: Sequence[Route]
    lists: Mapping[str, Sequence[str]]
    unknown: Sequence[str] = field(default=())

    def own(self) -> list[Interval]:
        """The device's own addresses."""
        numbers = (int(IPv4Interface(interface.address).ip) for interface in self.interfaces.values())
        return [(number, number) for number in numbers]

    def entrances(self) -> list[str]:
        """The interfaces by which something can come in: not those with a network of one address."""
        return [name for name, found in self.interfaces.items() if IPv4Interface(found.address).network.prefixlen < 32]

    def forwarding(self) -> list[tuple[Interval, frozenset[str]]]:
        """All addresses, cut where the way changes, with the interfaces by which they are sent; none: no way."""
        ways: dict[IPv4Network, frozenset[str]] = {}
        connected: dict[IPv4Network, frozenset[str]] = {}
        for name, interface in self.interfaces.items():
            network = IPv4Interface(interface.address).network
            connected[network] = connected.get(network, frozenset()) | {name}
        best: dict[IPv4Network, int] = {}
        # the widest last: what a next hop is looked up in must be there before
        for route in sorted(self.routes, key=lambda route: (-IPv4Network(route.prefix).prefixlen, route.distance)):
            network = IPv4Network(route.prefix)
            out = self._out(route, connected | ways)
            if out and network not in connected and route.distance <= best.get(network, route.distance):
                best[network] = route.distance
                ways[network] = ways.get(network, frozenset()) | out
        return _painted(ways | connected)

    def _out(self, route: Route, known: Mapping[IPv4Network, frozenset[str]]) -> frozenset[str]:
        if route.interface is not None:
            return frozenset({route.interface} & set(self.interfaces))
        if route.address is None:
            return frozenset()
        hop = IPv4Address(route.address)
        # a next hop that only the default route covers would be looked for in the Internet
        found = [network for network in known if network.prefixlen and hop in network]
        return known[max(found, key=lambda network: network.prefixlen)] if found else frozenset()


def _painted(ways: Mapping[IPv4Network, frozenset[str]]) -> list[tuple[Interval, frozenset[str]]]:
    """Longest prefix wins."""
    edges = {boxes.ADDRESSES[0]}
    for network in ways:
        edges |= {int(network.network_address), int(network.broadcast_address) + 1}
    starts = sorted(edge for edge in edges if edge <= boxes.ADDRESSES[1])
    painted: list[tuple[Interval, frozenset[str]]] = []
    for start, following in zip(starts, [*starts[1:], boxes.ADDRESSES[1] + 1], strict=True):
        covering = [network for network in ways if IPv4Address(start) in network]
        out = ways[max(covering, key=lambda network: network.prefixlen)] if covering else frozenset[str]()
        if painted and painted[-1][1] == out:
            painted[-1] = ((painted[-1][0][0], following - 1), out)
        else:
            painted.append(((start, following - 1), out))
    return painted
