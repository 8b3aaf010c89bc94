"""What an estate means to the twin: here and in end_hosts.py, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.errors import FellesdriftError
from fellesdrift.twin.end_hosts import CONTROLLER, end_hosts, flows
from fellesdrift.twin.net.topology import Device, External, Host, Link, LinkEnd, Topology

if TYPE_CHECKING:
    from fellesdrift.estate import Estate

# what one logs in to, and this version simulates; every other host is an end host
SIMULATED = frozenset({"cisco_ios"})


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
