"""Addresses as IOS writes them (`10.0.0.1 255.255.255.0`) and as the inventory does (`10.0.0.1/24`)."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import AddressValueError, IPv4Interface, IPv4Network, NetmaskValueError


def interface_from_ios(address: str, mask: str) -> str:
    """`10.0.0.1 255.255.255.0` -> `10.0.0.1/24`."""
    return str(IPv4Interface(f"{address}/{mask}"))


def interface_to_ios(value: str) -> str:
    """`10.0.0.1/24` -> `10.0.0.1 255.255.255.0`."""
    interface = IPv4Interface(value)
    return f"{interface.ip} {interface.netmask}"


# a configuration is looked through once for each route that is claimed: the same few lines, again and again
@lru_cache(maxsize=4096)
def prefix_from_ios(address: str, mask: str) -> str:
    """`10.0.0.0 255.255.0.0` -> `10.0.0.0/16`."""
    return str(IPv4Network(f"{address}/{mask}", strict=False))


def prefix_to_ios(value: str) -> str:
    """`10.0.0.0/16` -> `10.0.0.0 255.255.0.0`."""
    network = IPv4Network(value)
    return f"{network.network_address} {network.netmask}"


def is_prefix(value: object) -> bool:
    """A network with no host bits set, e.g. `10.0.0.0/16`."""
    try:
        return isinstance(value, str) and "/" in value and str(IPv4Network(value)) == value
    except (AddressValueError, NetmaskValueError, ValueError):
        return False


def is_interface_address(value: object) -> bool:
    """A host's address with its prefix length, e.g. `10.0.0.1/24`; not a network's own or broadcast address."""
    if not isinstance(value, str) or "/" not in value:
        return False
    try:
        interface = IPv4Interface(value)
    except (AddressValueError, NetmaskValueError, ValueError):
        return False
    network = interface.network
    edge = (network.network_address, network.broadcast_address)
    return str(interface) == value and (network.prefixlen >= 31 or interface.ip not in edge)


def sort_key(prefix: str) -> tuple[int, int]:
    """Orders prefixes by address, then length."""
    network = IPv4Network(prefix)
    return int(network.network_address), network.prefixlen
