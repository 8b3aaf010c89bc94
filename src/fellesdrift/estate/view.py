"""What of an estate a picture shows: all of it, or one municipality and the far ends of its lines."""

from __future__ import annotations

from collections import deque
from functools import cached_property

from fellesdrift.estate.models import Estate, Host, Link, LinkEnd
from fellesdrift.estate.servers import roles_of_servers


class View:
    """only: the municipality that is drawn, or None for all."""

    def __init__(self, estate: Estate, only: str | None) -> None:
        self.estate = estate
        self.only = only
        self.members = [key for key in estate.municipalities if only in (None, key)]
        # A member's fibre to the host municipality waits for its stage; other fibres are in use.
        self.unlit = {member.fibre for member in estate.municipalities.values()}

    @cached_property
    def links(self) -> list[Link]:
        return [link for link in self.estate.links.values() if any(self.shows(end.host) for end in link.ends)]

    @cached_property
    def roles(self) -> dict[str, str]:
        """What each server does."""
        return roles_of_servers(self.estate)

    @cached_property
    def standing(self) -> dict[str, list[str]]:
        """The servers on each LAN."""
        found: dict[str, list[str]] = {}
        for host in self.estate.hosts.values():
            if host.link is not None:
                found.setdefault(host.link, []).append(host.name)
        return found

    def shows(self, host: str | None) -> bool:
        """Whether a device is drawn at its site; one of another municipality is only the far end of a line."""
        return host is not None and self.estate.hosts[host].municipality in self.members

    def far_ends(self) -> list[Host]:
        """The devices of other municipalities at which a line ends."""
        names = dict.fromkeys(end.host for link in self.links for end in link.ends if not self.shows(end.host))
        return [self.estate.hosts[name] for name in names if name is not None]

    def municipalities_of(self, link: Link) -> set[str]:
        return {self.estate.hosts[end.host].municipality for end in link.ends if end.host is not None}

    def home(self, link: Link) -> str | None:
        """The site that a LAN is drawn in: that of its first end."""
        return next((self.estate.hosts[end.host].site for end in link.ends if end.host is not None), None)

    def is_node(self, link: Link) -> bool:
        """A LAN on which somebody lives is a node; wires, and LANs between two devices only, are lines."""
        lived_on = link.kind == "lan" and (len(link.ends) != 2 or link.gateway is not None)
        return lived_on and not self.is_folded(link)

    def is_folded(self, link: Link) -> bool:
        """In the picture of all, a unit is one node: the LAN behind its only router is told in the router's label."""
        site = self.estate.sites.get(self.home(link) or "")
        is_unit = site is not None and site.kind == "unit"
        return self.only is None and is_unit and link.kind == "lan" and len(link.ends) == 1

    def folded(self, host: Host) -> list[Link]:
        """The LANs that are told in the label of `host`."""
        return [link for link in self.links if link.end_of(host.name) is not None and self.is_folded(link)]

    def node(self, end: LinkEnd, link: Link) -> str:
        """A device, or the cloud beyond the link. Each Internet line has one of its own: none crosses the picture."""
        return end.host if end.host is not None else f"external {link.key}"

    @cached_property
    def depths(self) -> dict[str, int]:
        """How many lines each node is from where the picture begins: the host municipality's Internet line, or for
        another member the host municipality's end of its lines."""
        neighbours: dict[str, list[str]] = {}
        for link in self.links:
            nodes = [self.node(end, link) for end in link.ends]
            pairs = [(node, f"lan {link.key}") for node in nodes] if self.is_node(link) else [(nodes[0], nodes[-1])]
            for first, second in pairs:
                neighbours.setdefault(first, []).append(second)
                neighbours.setdefault(second, []).append(first)
        host = self.estate.host_municipality
        clouds = {
            f"external {link.key}": self.municipalities_of(link) for link in self.links if link.kind == "internet"
        }
        begin = [end.name for end in self.far_ends() if end.municipality == host]
        begin = begin or [name for name, of in clouds.items() if host in of] or list(clouds)
        depths = dict.fromkeys(begin, 0)
        waiting = deque(depths)
        while waiting:
            current = waiting.popleft()
            for neighbour in neighbours.get(current, []):
                if neighbour not in depths:
                    depths[neighbour] = depths[current] + 1
                    waiting.append(neighbour)
        return depths
