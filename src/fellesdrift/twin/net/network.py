"""The state of all wires together: which interface is up, who owns which address, every router's table.

Everything here is worked out on demand and kept until something changes: a configuration, a device's life, a cut wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from fellesdrift.twin.ios import names
from fellesdrift.twin.net import routing
from fellesdrift.twin.net.addresses import network, number
from fellesdrift.twin.net.topology import Endpoint, Link, Topology, Wiring
from fellesdrift.twin.net.view import Standby, View


@dataclass(frozen=True)
class Node:
    """Somebody who sends and receives: a device, a server on a LAN, or an external network."""

    kind: str
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Owner:
    """Who answers for an address on a wire, and on which interface (devices only)."""

    node: Node
    interface: str | None = None


@dataclass(frozen=True)
class Standing:
    """What an end host is on its wire: the addresses that it answers to, with their networks, and its way out. Without
    an address it is off, or has been given those of another network."""

    addresses: tuple[tuple[int, tuple[int, int]], ...]
    gateway: int | None


class Network:
    """All devices' views over one wiring. `watch` callbacks run after every change."""

    def __init__(self, topology: Topology) -> None:
        self.wiring = Wiring(topology)
        self.views: dict[str, View] = {}
        self.dead: set[str] = set()
        self.cut: set[str] = set()
        self.generation = 0
        self.watchers: list[Callable[[], None]] = []
        self.memory: dict[object, object] = {}
        self._places: dict[object, frozenset[Node]] = {}
        self._up: dict[str, frozenset[str]] = {}
        self._tables: dict[str, routing.Table] = {}
        self._owners: dict[str, dict[int, Owner]] = {}
        self._own: dict[str, frozenset[int]] = {}
        self._members: dict[str, tuple[tuple[str, str], ...]] = {}
        self.endpoints: dict[str, Endpoint] = {
            name: endpoint for endpoint in topology.endpoints for name in (endpoint.name, *endpoint.aliases)
        }
        self._stands: dict[str, Standing] = {}
        self._hosts: dict[str, list[str]] = {}
        for endpoint in topology.endpoints:
            link = self.wiring.by_name.get(endpoint.link)
            if link is None:
                # it stands on a wire that is not simulated
                self._stands[endpoint.name] = Standing((), None)
                continue
            self._hosts.setdefault(link.name, []).append(endpoint.name)
            gateway = None if link.gateway is None else number(link.gateway)
            self._stands[endpoint.name] = Standing(((number(endpoint.address), network(link.prefix)),), gateway)
        self.externals = {external.name: external for external in topology.externals}

    def update(self, device: str, view: View) -> None:
        """A device's configuration now means this."""
        before = self.views.get(device)
        if before == view:
            return
        self.views[device] = view
        if before is None or _wires(before) != _wires(view):
            self.changed()
            return
        if _felt(before) == _felt(view):
            return
        # Most changes are a line of an access list or a route: they decide about nothing but what passes this device.
        self._tables.pop(device, None)
        place = Node("device", device)
        for key in [key for key, nodes in self._places.items() if place in nodes]:
            self.memory.pop(key, None)
            del self._places[key]
        self._tell()

    def remember(self, key: object, result: object, places: frozenset[Node]) -> None:
        """Keep a result until something changes at one of the places that it rests on."""
        self.memory[key] = result
        self._places[key] = places

    def set_alive(self, device: str, alive: bool) -> None:
        """A dead device forwards nothing and holds no line up."""
        if alive == (device in self.dead):
            self.dead ^= {device}
            self.changed()

    def set_cut(self, link: str, cut: bool) -> None:
        """Cut a wire, or mend it. Raises KeyError when there is none of that name."""
        link = self.wiring.by_name[link].name
        if cut != (link in self.cut):
            self.cut ^= {link}
            self.changed()

    def standing(self, endpoint: str) -> Standing:
        """What an end host is on its wire, by any of its names."""
        return self._stands[self.endpoints[endpoint].name]

    def set_standing(self, endpoint: str, standing: Standing) -> None:
        """An end host has other addresses, another way out, or is off. Raises KeyError when there is no such host."""
        found = self.endpoints[endpoint]
        if self._stands[found.name] == standing:
            return
        self._stands[found.name] = standing
        # routers do not feel it: only who answers on that wire, and what came of packets so far
        self._owners.pop(self.wiring.by_name[found.link].name, None)
        self.memory.clear()
        self._places.clear()
        self._tell()

    def changed(self) -> None:
        """Forget everything that was worked out, and say so."""
        self.memory.clear()
        self._places.clear()
        self._up.clear()
        self._tables.clear()
        self._owners.clear()
        self._own.clear()
        self._members.clear()
        self._tell()

    def _tell(self) -> None:
        self.generation += 1
        for watcher in list(self.watchers):
            watcher()

    def enabled(self, device: str, interface: str) -> bool:
        """`no shutdown`, on the interface and on the one that it is a part of."""
        held = self.views[device].interfaces.get(interface)
        above = names.parent(interface)
        return held is not None and held.enabled and (above is None or self.enabled(device, above))

    def link_of(self, device: str, interface: str) -> Link | None:
        """The wire at an interface; a sub-interface without one of its own uses its parent's."""
        found = self.wiring.by_interface.get((device, interface))
        if found is None and (above := names.parent(interface)) is not None:
            found = self.wiring.by_interface.get((device, above))
        return None if found is None else found.link

    def up(self, device: str) -> frozenset[str]:
        """The interfaces whose line protocol is up."""
        if device not in self._up:
            if device in self.dead or device not in self.views:
                self._up[device] = frozenset()
            else:
                self._up[device] = frozenset(
                    name for name in self.views[device].interfaces if self._line_up(device, name)
                )
        return self._up[device]

    def _line_up(self, device: str, interface: str) -> bool:
        if not self.enabled(device, interface):
            return False
        if names.is_virtual(interface) and "." not in interface:
            return True
        link = self.link_of(device, interface)
        if link is None or link.name in self.cut:
            return False
        if link.kind in ("lan", "internet"):
            return True
        return all(
            end.device is None
            or (
                end.device not in self.dead
                and end.device in self.views
                and end.interface is not None
                and self.enabled(end.device, end.interface)
            )
            for end in link.ends
        )

    def table(self, device: str) -> routing.Table:
        """The routing table of a device."""
        if device not in self._tables:
            self._tables[device] = routing.build(self.views[device], self.up(device))
        return self._tables[device]

    def members(self, link: Link) -> tuple[tuple[str, str], ...]:
        """(device, interface) of everything that is up on a wire, sub-interfaces too."""
        if link.name not in self._members:
            self._members[link.name] = tuple(self._on(link))
        return self._members[link.name]

    def _on(self, link: Link) -> Iterator[tuple[str, str]]:
        for end in link.ends:
            if end.device is None or end.device not in self.views:
                continue
            for name in self.up(end.device):
                if name == end.interface or names.parent(name) == end.interface:
                    yield end.device, name

    def standby(self, link: Link) -> dict[tuple[int, int], list[tuple[str, str, Standby]]]:
        """(group, virtual address) -> its routers that are up, the active one first."""
        groups: dict[tuple[int, int], list[tuple[str, str, Standby]]] = {}
        for device, name in self.members(link):
            for group in self.views[device].interfaces[name].standby:
                groups.setdefault((group.group, group.address), []).append((device, name, group))

        def rank(member: tuple[str, str, Standby]) -> tuple[int, int]:
            return member[2].priority, self.views[member[0]].interfaces[member[1]].address or 0

        return {key: sorted(members, key=rank, reverse=True) for key, members in groups.items()}

    def owners(self, link: Link) -> dict[int, Owner]:
        """Who answers ARP on a wire, by address."""
        if link.name not in self._owners:
            found: dict[int, Owner] = {}
            if link.name not in self.cut:
                for device, name in self.members(link):
                    for address, _ in self.views[device].interfaces[name].addresses:
                        found[address] = Owner(Node("device", device), name)
                for (_, address), members in self.standby(link).items():
                    found[address] = Owner(Node("device", members[0][0]), members[0][1])
                found |= self._on_lan(link)
                for end in link.ends:
                    if end.external is not None and end.address is not None:
                        found[number(end.address)] = Owner(Node("external", end.external))
            self._owners[link.name] = found
        return self._owners[link.name]

    def _on_lan(self, link: Link) -> dict[int, Owner]:
        """The end hosts of a wire, by the addresses that they answer to."""
        return {
            address: Owner(Node("endpoint", name))
            for name in self._hosts.get(link.name, ())
            for address, _ in self._stands[name].addresses
        }

    def own_addresses(self, device: str) -> frozenset[int]:
        """The addresses that a device answers for, HSRP's while it is active."""
        if device not in self._own:
            self._own[device] = frozenset(self._answering(device))
        return self._own[device]

    def _answering(self, device: str) -> set[int]:
        found = {address for name in self.up(device) for address, _ in self.views[device].interfaces[name].addresses}
        for name in self.up(device):
            link = self.link_of(device, name)
            if link is not None and self.views[device].interfaces[name].standby:
                found |= {key[1] for key, members in self.standby(link).items() if members[0][0] == device}
        return found

    def across(self, link: Link, sender: Node, target: int) -> Owner | None:
        """Who gets a frame that `sender` puts on a wire for `target`. A serial line has no ARP: its other end does."""
        if link.name in self.cut:
            return None
        if link.kind == "leased_line":
            for device, name in self.members(link):
                if device != sender.name:
                    return Owner(Node("device", device), name)
            return next((Owner(Node("external", end.external)) for end in link.ends if end.external is not None), None)
        owner = self.owners(link).get(target)
        return None if owner is None or owner.node == sender else owner

    def external_links(self, external: str) -> list[tuple[Link, tuple[int, int]]]:
        """The wires of an external network with their prefixes."""
        return [
            (link, network(link.prefix))
            for link in self.wiring.topology.links
            if any(end.external == external for end in link.ends)
        ]


def _wires(view: View) -> dict[str, tuple[bool, tuple[tuple[int, int], ...], tuple[Standby, ...]]]:
    """What of a device's configuration others can feel: its interfaces, and the addresses that it answers for."""
    return {name: (held.enabled, held.addresses, held.standby) for name, held in view.interfaces.items()}


def _felt(view: View) -> View:
    """A device's configuration without the access lists that nothing uses: what packets can feel of it."""
    used = {rule.access_list for rule in view.nat} | set(view.access_classes)
    for interface in view.interfaces.values():
        used |= {name for name in (interface.access_in, interface.access_out) if name is not None}
    return replace(view, access_lists={name: held for name, held in view.access_lists.items() if name in used})
