"""A region under construction: all that its inventory will say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any

from fellesdrift.regions.addressing import Block
from fellesdrift.regions.device import Device
from fellesdrift.regions.names import key_of, places
from fellesdrift.regions.sizes import Shape, Share, Wanted

# Interfaces of one line card.
PORTS = 8


@dataclass(frozen=True)
class Place:
    """A municipality: `number` 0 is the one with the operations centre."""

    number: int
    name: str
    key: str
    block: Block
    share: Share

    @property
    def hall(self) -> str:
        """The key of its first site."""
        return f"{self.key}_hall" if self.number else f"{self.key}_ops"

    @property
    def prefix(self) -> str:
        return str(self.block.prefix)


@dataclass(frozen=True)
class Server:
    """A server or an exchange; group: what it does."""

    name: str
    group: str
    place: Place
    link: str
    address: str
    shared: bool = False


@dataclass
class Region:
    """What has been planned so far."""

    wanted: Wanted
    shape: Shape
    places: list[Place]
    devices: list[Device] = field(default_factory=list)
    servers: list[Server] = field(default_factory=list)
    municipalities: dict[str, dict[str, Any]] = field(default_factory=dict)
    sites: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def host(self) -> Place:
        """The municipality with the operations centre."""
        return self.places[0]

    @property
    def members(self) -> list[Place]:
        """All the others: those that are moved."""
        return self.places[1:]

    def link(
        self, name: str, kind: str, prefix: IPv4Network, zone: str, *ends: dict[str, Any], gateway: str | None = None
    ) -> None:
        """A wire or a LAN. ends: {host, interface, address} or {external, address}."""
        more = {"gateway": gateway} if gateway else {}
        self.links[name] = {"kind": kind, "prefix": str(prefix), "zone": zone, **more, "ends": list(ends)}

    def names(self) -> Iterator[tuple[str, str, str]]:
        """Every host with its group and its municipality."""
        yield from ((device.name, device.group, device.municipality) for device in self.devices)
        yield from ((server.name, server.group, server.place.key) for server in self.servers)


def begin(wanted: Wanted, shape: Shape) -> Region:
    """The municipalities, by name; nothing stands in them yet."""
    names = places(wanted.chance("names"), wanted.municipalities)
    return Region(
        wanted,
        shape,
        [
            Place(number, name, key_of(name), Block(shape.plan.block(number)), shape.shares[number])
            for number, name in enumerate(names)
        ],
    )
