"""The end hosts of an estate: what stands on a LAN, answers ping, and sends and receives what users would notice."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fellesdrift.twin.net.addresses import FULL, network, text_of
from fellesdrift.twin.net.topology import Endpoint, Flow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from fellesdrift.estate import Estate
    from fellesdrift.estate.models import Link

CONTROLLER = "controller"
# the zone in whose LANs people work; each of them gets a workstation
USERS = "users"
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")


def end_hosts(
    estate: Estate, configs: Iterable[str], simulated: Collection[str]
) -> tuple[tuple[Endpoint, ...], dict[str, Endpoint]]:
    """(all end hosts, the workstation of every users' LAN by the LAN's key).

    configs     the devices' configurations: an address that one of them names is not free
    simulated   platforms whose hosts are devices, and so no end hosts
    A host that stands on no LAN is not there. Several names of one address (a service and the server that runs it) are
    one end host.
    """
    found: dict[tuple[str, str], Endpoint] = {}

    def add(name: str, address: str, link: str | None) -> None:
        if link is not None:
            known = found.get((link, address))
            if known is None:
                found[link, address] = Endpoint(name, address, link)
            elif name not in (known.name, *known.aliases):
                found[link, address] = replace(known, aliases=(*known.aliases, name))

    add(CONTROLLER, estate.controller.address, estate.controller.link)
    for host in estate.hosts.values():
        if host.platform not in simulated:
            add(host.name, host.management_address, host.link)
    for service in estate.services.values():
        add(service.key, service.address, service.link)
    used = set(_ADDRESS.findall("\n".join(configs))) | {address for _, address in found}
    users: dict[str, Endpoint] = {}
    for link in estate.links.values():
        if link.kind == "lan" and link.zone == USERS:
            address = _free_address(link, used)
            if address is not None:
                add(f"{link.key}_pc", address, link.key)
                users[link.key] = found[link.key, address]
    return tuple(found.values()), users


def _free_address(link: Link, used: set[str]) -> str | None:
    """The highest host address of a LAN that nobody uses; None when the LAN is full."""
    base, mask = network(link.prefix)
    taken = used | {end.address for end in link.ends} | {link.gateway}
    for value in range((base | ~mask & FULL) - 1, base, -1):
        if text_of(value) not in taken:
            return text_of(value)
    return None


def flows(estate: Estate, users: dict[str, Endpoint]) -> tuple[Flow, ...]:
    """Every service from every users' LAN of the municipalities that use it.

    A LAN belongs to the municipality whose device its first end is on.
    """
    found = []
    for key, endpoint in users.items():
        owner = next((end.host for end in estate.links[key].ends if end.host in estate.hosts), None)
        if owner is not None:
            municipality = estate.hosts[owner].municipality
            found += [
                Flow(municipality, service.key, endpoint.name, service.address, service.protected)
                for service in estate.services.values()
                if municipality in service.used_by
            ]
    return tuple(found)
