"""What the configurations of several devices say about the network between them.

Only what is written in them is used. Everything that is not (kinds of traffic, places, who owns what) is left to
`starting`, which marks it as assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from fellesdrift.estate import snapshots

_PRIVATE = tuple(IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_DEFAULT_ROUTE = re.compile(r"^ip route 0\.0\.0\.0 0\.0\.0\.0 (?:[A-Z][\w/.:-]* )?(\d+\.\d+\.\d+\.\d+)\b", re.MULTILINE)
_ROUTE = re.compile(r"^ip route \d\S* \d\S* (?:[A-Z][\w/.:-]* )?(\d+\.\d+\.\d+\.\d+)\b", re.MULTILINE)
_POINT_TO_POINT = ("Serial", "Tunnel", "Multilink", "Dialer", "ATM", "POS", "Hssi", "BRI")
_VIRTUAL = ("Loopback", "Null")


@dataclass(frozen=True)
class Port:
    """An interface that is switched on and has an address. gateways: virtual addresses (HSRP) on it."""

    host: str
    name: str
    address: IPv4Interface
    gateways: tuple[str, ...] = ()

    @property
    def point_to_point(self) -> bool:
        """Whether its kind of interface has one other end."""
        return self.name.startswith(_POINT_TO_POINT)


@dataclass(frozen=True)
class LinkFound:
    """kind: lan, leased_line or internet. far: the next hop that no device of ours has, "" when there is none."""

    key: str
    kind: str
    prefix: str
    ports: tuple[Port, ...]
    gateway: str = ""
    far: str = ""


@dataclass
class Network:
    """links by key, in the order of their prefixes; notes: what was left out, and why."""

    links: dict[str, LinkFound] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def ports_of(host: str, config: str) -> list[Port]:
    """The addressed interfaces of a device that are switched on, loopbacks too. Never raises."""
    found = []
    for name, interface in snapshots.read(config).interfaces.items():
        if not interface.enabled or interface.address is None:
            continue
        try:
            address = IPv4Interface(interface.address)
        except ValueError:
            continue
        found.append(Port(host, name, address, tuple(interface.virtual)))
    return found


def management_address(address: str, ports: Sequence[Port]) -> str | None:
    """Where the device is logged in to: the given address when it is one of its own, else its first loopback's, else
    that of its first interface, a private one rather than one that the Internet sees; None when it has none."""
    if any(str(port.address.ip) == address for port in ports):
        return address
    best = sorted(ports, key=lambda port: (not port.name.startswith("Loopback"), not _private(port.address.network)))
    return str(best[0].address.ip) if best else None


def network_of(configs: dict[str, str]) -> Network:
    """The links between devices. configs: host name -> configuration. Never raises."""
    network = Network()
    by_prefix: dict[IPv4Network, list[Port]] = {}
    for host, config in configs.items():
        for port in ports_of(host, config):
            if not port.name.startswith(_VIRTUAL) and _usable(port, network):
                by_prefix.setdefault(port.address.network, []).append(port)
    defaults = {host: _next_hops(_DEFAULT_ROUTE, config) for host, config in configs.items()}
    hops = {host: _next_hops(_ROUTE, config) for host, config in configs.items()}
    kept: IPv4Network | None = None
    for prefix in sorted(by_prefix, key=lambda each: (int(each.network_address), each.prefixlen)):
        ports = _distinct(by_prefix[prefix], network)
        if kept is not None and prefix.overlaps(kept):
            network.notes.append(f"{prefix} of {_who(ports)} is left out: {kept} has the same addresses")
            continue
        kept = prefix
        link = _link(prefix, ports, defaults, hops)
        if link is None:
            network.notes.append(f"{prefix} of {_who(ports)} is left out: the other end of the line is not known")
        else:
            network.links[link.key] = link
    return network


def _usable(port: Port, network: Network) -> bool:
    own, ip = port.address.network, port.address.ip
    reserved = own.prefixlen < 31 and ip in (own.network_address, own.broadcast_address)
    if reserved:
        network.notes.append(f"{port.host} {port.name} is left out: {port.address} is no address for a host")
    return own.prefixlen < 32 and not reserved


def _distinct(ports: Iterable[Port], network: Network) -> list[Port]:
    """One port for each host, one for each address: what is there twice is told."""
    hosts: dict[str, Port] = {}
    addresses: dict[IPv4Address, Port] = {}
    for port in ports:
        other = hosts.get(port.host) or addresses.get(port.address.ip)
        if other is None:
            hosts[port.host] = addresses[port.address.ip] = port
        else:
            network.notes.append(
                f"{port.host} {port.name} is left out: {other.host} {other.name} has {other.address} already"
            )
    return list(hosts.values())


def _link(
    prefix: IPv4Network, ports: list[Port], defaults: dict[str, list[IPv4Address]], hops: dict[str, list[IPv4Address]]
) -> LinkFound | None:
    key = "net_" + re.sub(r"\W", "_", str(prefix))
    virtual = [text for port in ports for text in port.gateways if _inside(text, prefix)]
    taken = {port.address.ip for port in ports} | {IPv4Address(text) for text in virtual}
    far = _beyond(prefix, ports, defaults, taken)
    public = not _private(prefix)
    if far is None and public:
        far = _beyond(prefix, ports, hops, taken)
    if len(ports) == 1 and far is not None:
        return LinkFound(key, "internet", str(prefix), tuple(ports), far=str(far))
    if any(port.point_to_point for port in ports):
        if len(ports) == 1:
            far = _beyond(prefix, ports, hops, taken) or _other(prefix, ports[0])
            return LinkFound(key, "leased_line", str(prefix), tuple(ports), far=str(far)) if far else None
        if len(ports) == 2:
            return LinkFound(key, "leased_line", str(prefix), tuple(ports))
    gateway = virtual[0] if virtual else str(ports[0].address.ip) if len(ports) == 1 else ""
    return LinkFound(key, "lan", str(prefix), tuple(ports), gateway, str(far) if far and public else "")


def _beyond(
    prefix: IPv4Network, ports: list[Port], hops: dict[str, list[IPv4Address]], taken: set[IPv4Address]
) -> IPv4Address | None:
    """The first next hop in the prefix that no device of ours has."""
    reserved = (prefix.network_address, prefix.broadcast_address) if prefix.prefixlen < 31 else ()
    return next(
        (
            hop
            for port in ports
            for hop in hops[port.host]
            if hop in prefix and hop not in taken and hop not in reserved
        ),
        None,
    )


def _other(prefix: IPv4Network, port: Port) -> IPv4Address | None:
    """The one other address of a net for two."""
    others = [address for address in prefix.hosts() if address != port.address.ip] if prefix.prefixlen >= 30 else []
    return others[0] if len(others) == 1 else None


def _next_hops(pattern: re.Pattern[str], config: str) -> list[IPv4Address]:
    found = []
    for text in pattern.findall(config):
        try:
            found.append(IPv4Address(text))
        except ValueError:
            continue
    return found


def _private(prefix: IPv4Network) -> bool:
    return any(prefix.subnet_of(block) for block in _PRIVATE)


def _inside(text: str, prefix: IPv4Network) -> bool:
    try:
        return IPv4Address(text) in prefix
    except ValueError:
        return False


def _who(ports: Iterable[Port]) -> str:
    return ", ".join(f"{port.host} {port.name}" for port in ports)


def covering(prefixes: Iterable[str]) -> str:
    """The smallest prefix over all private ones of the block that has most of them; over all when none is private."""
    nets = [IPv4Network(text) for text in prefixes]
    blocks = [[net for net in nets if net.subnet_of(block)] for block in _PRIVATE]
    chosen = max(blocks, key=len) or nets
    if not chosen:
        return str(_PRIVATE[0])
    wide = chosen[0]
    while not all(net.subnet_of(wide) for net in chosen):
        wide = wide.supernet()
    return str(wide)
