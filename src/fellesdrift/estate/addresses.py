"""Pure functions on IPv4 addresses and prefixes, as text: what inventories, playbooks and fragments speak.

A prefix is "10.61.0.0/16", an address with its length "10.61.0.1/29", a mask "255.255.0.0", a wildcard "0.0.255.255".
All raise ValueError for anything else, with the text that was found.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, IPv4Network, NetmaskValueError

# A prefix is asked about many times in a row; reading one costs more than most of the questions.
_REMEMBERED = 4096


def network(prefix: str) -> IPv4Network:
    """The network of a prefix ("10.61.0.0/16") or of an address with its length ("10.61.0.1/16")."""
    return _network(_text(prefix))


def canonical_prefix(prefix: str) -> str:
    """`prefix` in its one spelling; a prefix with host bits set ("10.61.0.1/16") is refused: it is a typing error."""
    found = network(prefix)
    text = _text(prefix)
    if str(found.network_address) != text.partition("/")[0]:
        raise ValueError(f"{text!r} has host bits set: the network is {found}")
    return str(found)


def canonical_address(address: str) -> str:
    """`address` in its one spelling ("10.61.0.1"); leading zeros and lengths are refused."""
    return str(_address(_text(address)))


def contains(prefix: str, address: str) -> bool:
    """Whether `address` is in `prefix`."""
    return _address(_text(address)) in network(prefix)


def ios_network(prefix: str) -> str:
    """The network address as IOS writes it: "10.61.0.1/16" gives "10.61.0.0"."""
    return str(network(prefix).network_address)


def ios_mask(prefix: str) -> str:
    """The mask as IOS writes it in `ip address` and `ip route`: "10.61.0.0/16" gives "255.255.0.0"."""
    return str(network(prefix).netmask)


def ios_wildcard(prefix: str) -> str:
    """The wildcard mask as IOS writes it in access lists: "10.61.0.0/16" gives "0.0.255.255"."""
    return str(network(prefix).hostmask)


def ios_address(interface_address: str) -> str:
    """The address without its length: "10.250.61.2/30" gives "10.250.61.2"."""
    network(interface_address)  # refuses what is no address with a length
    return _text(interface_address).partition("/")[0]


def prefix_of(address: str, mask: str) -> str:
    """The other way: IOS's pair "10.61.0.0", "255.255.0.0" gives "10.61.0.0/16". Host bits are kept out."""
    return str(network(f"{_text(address)}/{_text(mask)}"))


def address_with_length(address: str, prefix: str) -> str:
    """An address with the length of its link: "10.250.61.2", "10.250.61.0/30" gives "10.250.61.2/30"."""
    if not contains(prefix, address):
        raise ValueError(f"{address!r} is not in {prefix!r}")
    return f"{canonical_address(address)}/{network(prefix).prefixlen}"


@lru_cache(maxsize=_REMEMBERED)
def _network(text: str) -> IPv4Network:
    if "/" not in text:
        raise ValueError(f"{text!r} has no length: write it as 10.61.0.0/16")
    try:
        return IPv4Interface(text).network
    except (AddressValueError, NetmaskValueError) as error:
        raise ValueError(f"{text!r} is not an IPv4 prefix: {error}") from error


@lru_cache(maxsize=_REMEMBERED)
def _address(text: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except AddressValueError as error:
        raise ValueError(f"{text!r} is not an IPv4 address: {error}") from error


def _text(value: object) -> str:
    """Text only: the standard library would take an int as an address; as text it has no dots and is refused."""
    return str(value).strip()
