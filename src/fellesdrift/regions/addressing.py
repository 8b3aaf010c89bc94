"""Address plans: a private block, and which part of it is whose. Every region has a plan of its own."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network

CENTRE_EXIT = IPv4Network("203.0.113.0/29")
# The providers' nets: RFC 5737's documentation ranges, without the one of the operations centre.
EXITS = [
    *IPv4Network("192.0.2.0/24").subnets(new_prefix=30),
    *list(IPv4Network("203.0.113.0/24").subnets(new_prefix=30))[2:],
]
PAYROLL = "198.51.100.20"
REFERENCE = "198.51.100.53"
_BLOCKS = (("10.0.0.0/8", 16), ("10.0.0.0/8", 17), ("172.16.0.0/12", 18), ("172.16.0.0/12", 16))
# The networks of a block that are not for units: the first ones, and the last ones for loopbacks and lines.
_FIRST_UNIT = 8
_FOR_LINES = 3
_MOST_UNITS = 180


@dataclass(frozen=True)
class AddressPlan:
    """base: all of the region; length: of a municipality's prefix; first: the number of the first block in use."""

    base: IPv4Network
    length: int
    first: int = 0

    @property
    def blocks(self) -> int:
        return 1 << (self.length - self.base.prefixlen)

    @property
    def most_units(self) -> int:
        """The units that one municipality has room for."""
        return min(_MOST_UNITS, (1 << (24 - self.length)) - _FIRST_UNIT - _FOR_LINES - 1)

    def moved(self, chance: random.Random, municipalities: int) -> AddressPlan:
        """The same plan, from another place in the base on."""
        return replace(self, first=chance.randrange(self.blocks - municipalities - 1))

    def block(self, number: int) -> IPv4Network:
        """A municipality's prefix; the two after the last municipality's are for the lines between them."""
        start = int(self.base.network_address) + ((self.first + number) << (32 - self.length))
        return IPv4Network((start, self.length))


@dataclass(frozen=True)
class Block:
    """The networks of one municipality."""

    prefix: IPv4Network

    @cached_property
    def _lans(self) -> list[IPv4Network]:
        return list(self.prefix.subnets(new_prefix=24))

    def transit(self, length: int) -> IPv4Network:
        return IPv4Network((self._lans[0].network_address, length))

    @property
    def users(self) -> IPv4Network:
        return self._lans[1]

    def servers(self, number: int = 0) -> IPv4Network:
        """The networks of servers: one of a municipality's own, and four in the operations centre."""
        return self._lans[2 + number]

    def unit(self, number: int) -> IPv4Network:
        return self._lans[_FIRST_UNIT + number]

    def loopback(self, number: int) -> str:
        return str(self._lans[-_FOR_LINES - 1].network_address + number)

    def line(self, number: int) -> IPv4Network:
        """A line to a unit."""
        return pair(self._lans[-_FOR_LINES], number)


def pair(network: IPv4Network, number: int) -> IPv4Network:
    """The wire of that number, counted from the beginning of `network`."""
    return IPv4Network((int(network.network_address) + 4 * number, 30))


def hosts(network: IPv4Network) -> tuple[str, str]:
    """The two ends of a wire."""
    return str(network.network_address + 1), str(network.network_address + 2)


def address(network: IPv4Network, number: int) -> str:
    return str(IPv4Address(int(network.network_address) + number))


def wildcard(network: IPv4Network) -> str:
    """As IOS writes it in access lists: "10.61.0.0 0.0.255.255"."""
    return f"{network.network_address} {network.hostmask}"


def plans(municipalities: int) -> list[AddressPlan]:
    """The plans that have room for so many, and for the lines between them."""
    found = [AddressPlan(IPv4Network(base), length) for base, length in _BLOCKS]
    return [plan for plan in found if plan.blocks >= municipalities + 2]
