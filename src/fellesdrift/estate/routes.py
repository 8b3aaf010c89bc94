"""Where a packet goes: the static routes of the baseline snapshots, followed from device to device.

A small router of its own, for the checks only. It knows what the snapshots of these years have: connected networks,
static routes (longest prefix, then smallest distance; a next hop that is found by another route; an interface that is
down takes its routes with it), and the virtual addresses of a pair, which each router of the pair must be able to
serve.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fellesdrift.estate.models import Link
from fellesdrift.estate.snapshots import Route, Snapshot

# A next hop that is found by a route whose next hop is found by a route ...: IOS itself gives up early too.
_DEPTH = 8


def number(address: str) -> int:
    """An IPv4 address as a number. Raises ValueError for anything else."""
    parts = [int(part) for part in address.split(".")]
    if len(parts) != 4 or not all(0 <= part <= 255 for part in parts):
        raise ValueError(address)
    return parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3]


@dataclass(frozen=True)
class DeadEnd:
    """way: the devices that the packet passed, in order, the last one being where it ends; why: what is wrong there."""

    way: tuple[str, ...]
    why: str


@dataclass
class _Device:
    """links: by interface, the links that work. masks: the lengths of mask that its routes have, longest first."""

    links: dict[str, Link] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    routes: dict[int, dict[int, list[Route]]] = field(default_factory=dict)
    masks: list[int] = field(default_factory=list)


class Network:
    """All devices with a snapshot, the links between them, and who answers at which address."""

    def __init__(self, links: Iterable[Link], snapshots: Mapping[str, Snapshot]) -> None:
        self._devices = {name: _device(snapshot) for name, snapshot in snapshots.items()}
        # address -> the key of its link, and who answers there ("external X" for what is not ours)
        self._holders: dict[str, tuple[str, list[str]]] = {}
        for link in links:
            for end in link.ends:
                self._holders[end.address] = (link.key, [end.host or f"external {end.external}"])
                snapshot = snapshots.get(end.host or "")
                interface = snapshot.interfaces.get(end.interface or "") if snapshot is not None else None
                if interface is None or not interface.enabled or interface.address is None or end.host is None:
                    continue
                device = self._devices[end.host]
                device.links[end.interface or ""] = link
                device.keys.add(link.key)
                for virtual in interface.virtual:
                    self._holders.setdefault(virtual, (link.key, []))[1].append(end.host)

    def follow(self, start: str, target: Link) -> DeadEnd | None:
        """None when all that is sent from `start` to `target` arrives; else the first way on which it does not."""
        destination = number(target.prefix.partition("/")[0])
        asked: set[str] = set()
        waiting: list[tuple[str, tuple[str, ...]]] = [(start, ())]
        # Depth first, each device once: what was asked before either arrives, or is on the way itself.
        while waiting:
            name, before = waiting.pop()
            way = (*before, name)
            if name in before:
                return DeadEnd(way, "the way goes in a circle")
            if name in asked:
                continue
            asked.add(name)
            device = self._devices.get(name)
            if device is None:
                return DeadEnd(way, "nothing is known of its routes")
            if target.key not in device.keys:
                found = self._next(device, destination, _DEPTH)
                if isinstance(found, str):
                    return DeadEnd(way, found)
                waiting.extend((following, way) for following in found)
        return None

    def _next(self, device: _Device, destination: int, depth: int) -> list[str] | str:
        """The devices that are next on the way, or why there is none."""
        for mask in device.masks:
            for route in device.routes[mask].get(destination & mask, ()):
                found = self._by(device, route, depth)
                if found is not None:
                    return found
        return "it has no route there that can be used"

    def _by(self, device: _Device, route: Route, depth: int) -> list[str] | str | None:
        """As `_next`, by one route; None when the device does not use it: what it leads to is down."""
        if route.interface is not None and route.interface.startswith("Null"):
            return f"{_shown(route)}: it is thrown away"
        if route.interface is not None and route.interface not in device.links:
            return None
        if route.next_hop is None:
            link = device.links[route.interface or ""]
            others = [end for end in link.ends if device is not self._devices.get(end.host or "")]
            known = [others[0].host or f"external {others[0].external}"] if len(others) == 1 else []
            return _ours(known) if known else f"{_shown(route)}: it does not say to whom"
        key, holders = self._holders.get(route.next_hop, ("", []))
        if key in device.keys:
            return _ours(holders)
        hop = number(route.next_hop)
        if any(_contains(link, hop) for link in device.links.values()):
            return f"{_shown(route)}: nobody has this address"
        through = self._next(device, hop, depth - 1) if depth and route.interface is None else None
        return through if isinstance(through, list) else None


def _shown(route: Route) -> str:
    words = ("ip route", route.destination, route.mask, route.interface, route.next_hop)
    return " ".join(word for word in words if word is not None)


def _contains(link: Link, address: int) -> bool:
    prefix, _, length = link.prefix.partition("/")
    return (number(prefix) ^ address) >> (32 - int(length)) == 0


def _ours(holders: list[str]) -> list[str] | str:
    """Devices; a packet that is handed to somebody else is gone."""
    others = [name for name in holders if name.startswith("external ")]
    return f"it is handed to {others[0]}" if others else holders


def _device(snapshot: Snapshot) -> _Device:
    device = _Device()
    for route in snapshot.routes:
        try:
            mask, destination = number(route.mask), number(route.destination)
            if route.next_hop is not None:
                number(route.next_hop)
        except ValueError:
            continue
        device.routes.setdefault(mask, {}).setdefault(destination & mask, []).append(route)
    for table in device.routes.values():
        for routes in table.values():
            routes.sort(key=lambda route: route.distance)
    device.masks = sorted(device.routes, reverse=True)
    return device
