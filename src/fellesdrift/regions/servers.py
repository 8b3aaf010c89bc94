"""Servers and exchanges: those of the operations centre by zone, and each municipality's own, as they are today."""

from __future__ import annotations

from fellesdrift.regions.addressing import address
from fellesdrift.regions.centre import ZONES
from fellesdrift.regions.region import Place, Region, Server

# What a group's members are called and what they are.
KINDS = {
    "application_servers": "app",
    "oracle_servers": "ora",
    "domain_controllers": "dc",
    "terminal_servers": "ts",
    "file_servers": "file",
    "domino_servers": "dom",
    "succession_servers": "sip",
    "meridian_exchanges": "pbx",
}
EXCHANGES = ("succession_servers", "meridian_exchanges")
# In this order, again and again: (group, zone) in the operations centre, group in a town hall.
_CENTRE = (
    ("application_servers", "open"),
    ("oracle_servers", "closed"),
    ("terminal_servers", "terminal"),
    ("domain_controllers", "open"),
    ("oracle_servers", "open"),
    ("succession_servers", "open"),
    ("application_servers", "closed"),
    ("terminal_servers", "terminal"),
    ("file_servers", "open"),
    ("domino_servers", "open"),
)
_TOWN_HALL = (
    "file_servers",
    "domain_controllers",
    "meridian_exchanges",
    "application_servers",
    "oracle_servers",
    "domino_servers",
)
_FIRST_ADDRESS = 20


def build(region: Region) -> None:
    """Plan all of them."""
    _centre(region, region.host)
    for place in region.members:
        for number in range(place.share.servers):
            group = _TOWN_HALL[number % len(_TOWN_HALL)]
            # One exchange a town hall: what would be another is one more file server.
            if group in EXCHANGES and number >= len(_TOWN_HALL):
                group = "file_servers"
            link = f"{place.key}_servers"
            _add(region, place, group, link, address(place.block.servers(), _FIRST_ADDRESS + number))


def _centre(region: Region, place: Place) -> None:
    next_address = dict.fromkeys(ZONES, _FIRST_ADDRESS)
    for number in range(place.share.servers):
        group, zone = _CENTRE[number % len(_CENTRE)]
        servers = place.block.servers(ZONES[zone][0])
        _add(region, place, group, f"{place.key}_{zone}", address(servers, next_address[zone]), shared=True)
        next_address[zone] += 1


def _add(region: Region, place: Place, group: str, link: str, where: str, *, shared: bool = False) -> None:
    same = sum(server.place is place and server.group == group for server in region.servers)
    name = f"{place.key}-{KINDS[group]}{same + 1}"
    region.servers.append(Server(name, group, place, link, where, shared))
