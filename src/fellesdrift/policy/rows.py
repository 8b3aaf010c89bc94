"""The table, row by row, on addresses: the zone policy with what already crosses a municipal border before it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any, Literal

from fellesdrift.errors import FellesdriftError
from fellesdrift.policy import boxes
from fellesdrift.policy.boxes import Box, Interval
from fellesdrift.policy.zones import networks

if TYPE_CHECKING:
    from fellesdrift.estate import Estate, Host, Link

ROLE = "zone_firewall"
"""The role whose stage puts a municipality under the policy."""
INTERNET, TRANSIT, USERS = "internet", "transit", "users"
"""Zones with a meaning of their own: everything that is not private; what lies between firewalls; where people are."""
ANY = "any"
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
ZONE_FIREWALLS, EXIT_FIREWALLS = "zone_firewalls", "town_hall_firewalls"


@dataclass(frozen=True)
class Row:
    """One row on addresses; the first that fits decides, and what no row fits is denied.

    sources, destinations   prefixes, or "internet": every address that is not private
    services                "any", or "tcp/1494", "udp/1024-1030", "icmp/echo"
    not_from                prefixes inside `sources` that the row does not speak of
    """

    rule: str
    action: Literal["permit", "deny"]
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    services: tuple[str, ...] = (ANY,)
    not_from: tuple[str, ...] = field(default=())

    def as_data(self) -> dict[str, Any]:
        """JSON data, the form of the modules' `flows` option."""
        return {
            "rule": self.rule,
            "action": self.action,
            "sources": list(self.sources),
            "destinations": list(self.destinations),
            "services": list(self.services),
            "not_from": list(self.not_from),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Row:
        """The other way."""
        lists = {name: tuple(data[name]) for name in ("sources", "destinations", "services", "not_from")}
        return cls(data["rule"], data["action"], **lists)


def rows_of(host: Host, estate: Estate, members: Collection[str]) -> list[Row]:
    """The rows that decide at a firewall; [] for any other host, and while no member is under the policy.

    members   keys of the municipalities that have completed the role's stage
    """
    if members and ZONE_FIREWALLS in host.groups:
        return [*_services(host, estate), *_policy(estate, members)]
    if host.municipality in members and EXIT_FIREWALLS in host.groups:
        return exit_rows(host, estate)
    return []


def exit_rows(host: Host, estate: Estate) -> list[Row]:
    """A municipality's own exit after the move: what is bound to it, and nothing else."""
    prefix = estate.municipalities[host.municipality].prefix
    kept = [
        Row(f"service_{key}", "permit", (prefix,), (f"{service.address}/32",))
        for key, service in estate.services.items()
        if service.keep_on_own_exit and host.municipality in service.used_by
    ]
    return [*kept, Row("own_exit_closed", "deny", (prefix,), (INTERNET,))]


def guarded(host: Host, estate: Estate) -> list[Link]:
    """The links that a zone firewall stands before: its own, transit and the Internet aside."""
    return [
        link
        for link in estate.links.values()
        if link.end_of(host.name) and link.zone != TRANSIT and link.kind != INTERNET
    ]


def _services(host: Host, estate: Estate) -> Iterator[Row]:
    """What already crosses a border, for everybody who uses it, moved or not, on any port: the report does not say
    which. A municipality's people use it, not its servers: between those the policy decides."""
    zones = guarded(host, estate)
    for key, service in estate.services.items():
        link = estate.links.get(service.link or "")
        if not service.protected or link is None or link not in zones:
            continue
        for name in service.used_by:
            if name in estate.municipalities:
                prefix = estate.municipalities[name].prefix
                servers = [zone.prefix for zone in zones if zone.zone != USERS and _inside(zone.prefix, prefix)]
                address = (f"{service.address}/32",)
                yield Row(f"service_{key}_{name}", "permit", (prefix,), address, not_from=tuple(servers))


def _policy(estate: Estate, members: Collection[str]) -> Iterator[Row]:
    zones = {INTERNET: [INTERNET]} | networks(estate, {*members, estate.host_municipality}, INTERNET)
    for rule in estate.policy:
        sources = _prefixes(zones, rule.sources)
        destinations = _prefixes(zones, rule.destinations)
        services = tuple(dict.fromkeys(port for name in rule.applications for port in _ports(estate, rule.id, name)))
        if sources and destinations:
            yield Row(rule.id, rule.action, sources, destinations, services or (ANY,))


def _prefixes(zones: Mapping[str, list[str]], wanted: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(prefix for zone in wanted for prefix in zones.get(zone, ())))


def _ports(estate: Estate, rule: str, name: str) -> list[str]:
    if name not in estate.applications:
        raise FellesdriftError(
            "FD801",
            f"the rule {rule} names an application that there is not",
            key=f"fellesdrift_policy {rule}.applications",
            found=name,
            expected=f"one of {', '.join(estate.applications) or 'none'} (fellesdrift_applications)",
        )
    return estate.applications[name].ports


def _inside(prefix: str, other: str) -> bool:
    return IPv4Network(prefix).subnet_of(IPv4Network(other))


# -- the same on packets


def intervals(place: str, not_from: Iterable[str] = ()) -> list[Interval]:
    """The addresses of a prefix or of "internet", those of `not_from` left out."""
    if place == INTERNET:
        return boxes.outside(boxes.addresses(prefix) for prefix in PRIVATE)
    return boxes.outside((boxes.addresses(prefix) for prefix in not_from), boxes.addresses(place))


def service_box(service: str) -> Box:
    """The packets of a service, between any addresses, from any port."""
    every = boxes.ADDRESSES
    if service == ANY:
        return boxes.EVERYTHING
    protocol, _, ports = service.partition("/")
    if protocol == "icmp":
        echo = (boxes.ECHO, boxes.ECHO)
        return every, every, (boxes.ICMP, boxes.ICMP), boxes.PORTS, boxes.PORTS, echo
    number = {"tcp": boxes.TCP, "udp": boxes.UDP}[protocol]
    first, _, last = ports.partition("-")
    return every, every, (number, number), boxes.PORTS, (int(first), int(last or first)), boxes.MARKS
