"""The routing table of one router: connected networks and static routes, as IOS installs them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from fellesdrift.twin.net.addresses import FULL, length_of
from fellesdrift.twin.net.view import Static, View

_ROUNDS = 16


@dataclass(frozen=True)
class Path:
    """One way out: the interface, and the next router's address (None: the destination itself is on that wire)."""

    interface: str
    hop: int | None


@dataclass(frozen=True)
class Route:
    """One installed route. `via` is what was configured, `paths` where it leads after recursive resolution."""

    network: int
    mask: int
    source: str
    distance: int
    paths: tuple[Path, ...]
    via: tuple[Static, ...] = ()

    @property
    def key(self) -> tuple[int, int]:
        return self.network, self.mask


@dataclass
class Table:
    """Installed routes, looked up by the longest matching prefix."""

    routes: dict[tuple[int, int], Route] = field(default_factory=dict)
    masks: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, routes: Iterable[Route]) -> Table:
        held = {route.key: route for route in routes}
        return cls(held, sorted({mask for _, mask in held}, reverse=True))

    def lookup(self, address: int, without: tuple[int, int] | None = None) -> Route | None:
        for mask in self.masks:
            key = (address & mask, mask)
            if key != without and key in self.routes:
                return self.routes[key]
        return None

    def resolve(self, hop: int, without: tuple[int, int], depth: int = 0) -> tuple[Path, ...]:
        """The ways to a next hop: through as many static routes as it takes, at last over a connected network."""
        route = self.lookup(hop, without)
        if route is None or depth > _ROUNDS:
            return ()
        if route.source == "C":
            return tuple(Path(path.interface, hop) for path in route.paths)
        return route.paths


def connected(view: View, up: frozenset[str]) -> list[Route]:
    """A route for every network on an interface whose line protocol is up."""
    found: dict[tuple[int, int], Route] = {}
    for name in sorted(up):
        for address, mask in view.interfaces[name].addresses:
            route = Route(address & mask & FULL, mask, "C", 0, (Path(name, None),))
            found.setdefault(route.key, route)
    return list(found.values())


def _paths(static: Static, table: Table, up: frozenset[str], own: frozenset[int]) -> tuple[Path, ...]:
    if static.interface is not None:
        known = static.interface in up or static.interface.startswith("Null")
        return (Path(static.interface, static.hop),) if known else ()
    if static.hop is None or static.hop in own:
        return ()
    return table.resolve(static.hop, (static.network, static.mask))


def build(view: View, up: frozenset[str]) -> Table:
    """The routing table. A static route is in it only while its next hop resolves to an interface that is up; of
    several for one prefix the lowest distance wins, equal ones share the traffic.
    """
    base = connected(view, up)
    own = frozenset(address for name in up for address, _ in view.interfaces[name].addresses)
    table = Table.of(base)
    for _ in range(_ROUNDS):
        chosen: dict[tuple[int, int], list[tuple[Static, tuple[Path, ...]]]] = {}
        for static in view.statics:
            paths = _paths(static, table, up, own)
            if paths and (static.network, static.mask) not in {route.key for route in base}:
                chosen.setdefault((static.network, static.mask), []).append((static, paths))
        routes = list(base)
        for (network, mask), candidates in chosen.items():
            lowest = min(static.distance for static, _ in candidates)
            best = [(static, paths) for static, paths in candidates if static.distance == lowest]
            ways = tuple(dict.fromkeys(path for _, paths in best for path in paths))
            routes.append(Route(network, mask, "S", lowest, ways, tuple(static for static, _ in best)))
        following = Table.of(routes)
        if following.routes == table.routes:
            return table
        table = following
    return table


def prefix_length(mask: int) -> int:
    """/24 for 255.255.255.0; masks in a table are always contiguous."""
    return length_of(mask) or 0
