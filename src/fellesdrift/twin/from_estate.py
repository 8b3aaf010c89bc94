"""What an estate means to the twin: here and in end_hosts.py, and nowhere else."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.typed_snapshots import Kinds
from fellesdrift.estate.windows_snapshots import read
from fellesdrift.twin.end_hosts import CONTROLLER, end_hosts, flows
from fellesdrift.twin.net.topology import Device, External, Host, Link, LinkEnd, Topology
from fellesdrift.twin.pbx.plan import Place, specs
from fellesdrift.twin.pbx.spec import PUBLIC, PbxSpec, Trunk
from fellesdrift.twin.windows.spec import WindowsSpec

if TYPE_CHECKING:
    from fellesdrift.estate import Estate

# the network devices; every other host is an end host of the simulated network
SIMULATED = frozenset({"cisco_ios"})
# end hosts that one can log in to
WINDOWS = "windows_2003"
# exchanges, and whether their telephones are IP telephones
EXCHANGES = {"meridian": False, "succession": True}


def _config(estate: Estate, name: str) -> tuple[str, str]:
    """(text, path) of a host's snapshot. Raises FellesdriftError FD502 when there is none to read."""
    path = estate.snapshot(name)
    try:
        return path.read_text(encoding="utf-8"), str(path)
    except (OSError, UnicodeDecodeError) as error:
        raise FellesdriftError(
            "FD502",
            "A device's snapshot cannot be read, and the twin starts every device from its snapshot",
            host=name,
            file=str(path),
            found=type(error).__name__,
            expected="the text of `show running-config`",
            next_step=f"save the output of `show running-config` of {name} there",
        ) from error


def _recorded(estate: Estate, name: str) -> Kinds:
    """What is recorded of a Windows host. The estate's check has told of a file that cannot be read."""
    try:
        return read(estate.snapshot(name).read_text(encoding="utf-8")).kinds
    except (OSError, ValueError):
        return {}


def windows_of(estate: Estate) -> tuple[WindowsSpec, ...]:
    """Every Windows host that stands on a LAN, with the groups that it is in."""
    groups: dict[str, list[str]] = {}
    for group, members in estate.groups.items():
        for name in members:
            groups.setdefault(name, []).append(group)
    found = []
    for host in estate.hosts.values():
        link = estate.links.get(host.link) if host.link is not None else None
        if host.platform == WINDOWS and link is not None:
            prefix = IPv4Network(link.prefix).prefixlen
            roles = tuple(groups.get(host.name, ()))
            kinds = _recorded(estate, host.name)
            found.append(WindowsSpec(host.name, host.management_address, prefix, link.gateway, roles, recorded=kinds))
    return tuple(found)


def exchanges_of(estate: Estate) -> tuple[PbxSpec, ...]:
    """Every exchange that stands on a LAN, with its contents' file where the inventory has one.

    Raises FellesdriftError FD920 for a file that cannot be read.
    """
    return specs(
        [
            Place(
                host.name,
                host.management_address,
                EXCHANGES[host.platform],
                estate.snapshot(host.name),
                _trunks(estate, host.name),
            )
            for host in estate.hosts.values()
            if host.platform in EXCHANGES and host.link is not None
        ]
    )


def _trunks(estate: Estate, exchange: str) -> tuple[Trunk, ...] | None:
    """The exchange's lines by the numbering plan; None where the estate has none."""
    if estate.numbering is None:
        return None
    found = []
    for line in estate.numbering.trunks.values():
        for end in line.ends:
            if end.exchange == exchange:
                far = next((other for other in line.ends if other is not end), None)
                found.append(Trunk(end.route, far.exchange, far.route) if far else Trunk(end.route, PUBLIC))
    return tuple(found)


def topology_of(estate: Estate) -> Topology:
    """Every network device of an estate with its snapshot, the wires, and the end hosts and networks beyond them."""
    devices = []
    for host in estate.hosts.values():
        if host.platform not in SIMULATED:
            continue
        text, origin = _config(estate, host.name)
        model = (host.model or "").rsplit(" ", maxsplit=1)[-1]
        devices.append(
            Device(host.name, text, origin, model, host.software or "", host.management_address, host.ssh_legacy)
        )
    links = [
        Link(
            link.key,
            link.kind,
            link.prefix,
            tuple(LinkEnd(end.host, end.interface, end.external, end.address) for end in link.ends),
            link.gateway,
        )
        for link in estate.links.values()
    ]
    externals = [
        External(
            external.key,
            tuple(Host(host.key, host.address, tuple(host.accepts_from or ())) for host in external.hosts.values()),
        )
        for external in estate.externals.values()
    ]
    endpoints, users = end_hosts(estate, [device.config for device in devices], SIMULATED)
    return Topology(tuple(devices), tuple(links), tuple(externals), endpoints, CONTROLLER, flows(estate, users))
