"""What networks a zone consists of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fellesdrift.estate import Estate


def networks(estate: Estate, members: Collection[str], internet: str) -> dict[str, list[str]]:
    """zone -> prefixes, of the members' links; links to the Internet belong to nobody's zone.

    A member's networks of one zone are joined where nothing of another zone and no host of ours lies between: a device
    of these years holds some hundred entries, and a school more must not mean ten entries more.
    """
    found: dict[str, list[str]] = {}
    links = [(IPv4Network(link.prefix), link.zone) for link in estate.links.values() if link.kind != internet]
    hosts = [IPv4Address(host.management_address) for host in estate.hosts.values()]
    for name, municipality in estate.municipalities.items():
        if name not in members:
            continue
        whole = IPv4Network(municipality.prefix)
        mine = [(network, zone) for network, zone in links if network.subnet_of(whole)]
        here = [IPv4Network(host) for host in hosts if host in whole]
        for zone in dict.fromkeys(zone for _, zone in mine):
            own = [network for network, other in mine if other == zone]
            others = [network for network, other in mine if other != zone]
            others += [host for host in here if not any(host.subnet_of(network) for network in own)]
            found.setdefault(zone, []).extend(str(network) for network in joined(own, others, whole))
    return found


def joined(own: Iterable[IPv4Network], others: Collection[IPv4Network], whole: IPv4Network) -> list[IPv4Network]:
    """The fewest prefixes inside `whole` that hold all of `own` and nothing of `others`, neighbours joined in order."""
    done: list[IPv4Network] = []
    for network in sorted(own):
        current = network
        while done and (wider := _over(done[-1], current)).subnet_of(whole) and not _hit(wider, others):
            current = wider
            done.pop()
        done.append(current)
    return done


def _over(one: IPv4Network, other: IPv4Network) -> IPv4Network:
    """The smallest prefix over both."""
    wider = one
    while not other.subnet_of(wider):
        wider = wider.supernet()
    return wider


def _hit(network: IPv4Network, others: Collection[IPv4Network]) -> bool:
    return any(network.overlaps(other) for other in others)
