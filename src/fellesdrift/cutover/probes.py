"""What must be reachable from where: a pure function of the estate.

A probe is an echo request from a router of ours, sourced from the network whose users it stands for. Protected
services (what already crosses a municipal border and works, invariant 10) and the way back to the controller are
probed before, during and after every step; the others when a stage is verified.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fellesdrift.estate import Estate, Host

EXCHANGES = frozenset({"meridian", "succession"})
"""The platforms of exchanges: they send no probes, and look by their own tables whether emergency numbers get out."""


@dataclass(frozen=True)
class Probe:
    """name: what it stands for. source: an interface of the router. protected: must hold at every moment."""

    name: str
    address: str
    source: str
    protected: bool

    def as_data(self) -> dict[str, Any]:
        """The probe as JSON data, the form of the modules' `probes` option."""
        return asdict(self)


def probes_of_stage(estate: Estate, municipality: str, stage_hosts: Iterable[str]) -> dict[str, list[Probe]]:
    """host -> its probes, for the municipality's own routers and the platform's hosts of the stage."""
    routers = [host for host in estate.hosts.values() if host.municipality == municipality and host.probe_source]
    probes = {host.name: _services(estate, host) + _fibre(estate, host) for host in routers}
    stage_hosts = list(stage_hosts)
    if any(estate.hosts[name].platform in EXCHANGES for name in stage_hosts):
        # an emergency number has to reach its route from every one of them, whosever it is
        probes |= {host.name: [] for host in estate.hosts.values() if host.platform in EXCHANGES}
    for name in stage_hosts:
        host = estate.hosts[name]
        if host.municipality != municipality and host.probe_source:
            probes[name] = _services(estate, host) + _sites(estate, host.probe_source, routers)
    return probes


def _services(estate: Estate, host: Host) -> list[Probe]:
    """What the host's own municipality uses, and the controller."""
    source = host.probe_source or ""
    used = [service for service in estate.services.items() if host.municipality in service[1].used_by]
    probes = [Probe(name, str(service.address), source, service.protected) for name, service in used]
    if estate.controller is not None:
        probes.append(Probe("controller", str(estate.controller.address), source, protected=True))
    return probes


def _fibre(estate: Estate, host: Host) -> list[Probe]:
    """The far end of the fibre, where the host is its near end. With a dark fibre the old path still serves everything
    else, so nothing but this tells that it does not carry. Not protected: it is dark until the stage that lights it."""
    fibre = estate.links.get(estate.municipalities[host.municipality].fibre or "")
    here, there = (fibre.end_of(host.name), fibre.other_end(host.name)) if fibre else (None, None)
    if here is None or there is None:
        return []
    return [Probe("fibre", str(there.address), str(here.interface), protected=False)]


def _sites(estate: Estate, source: str, routers: list[Host]) -> list[Probe]:
    """The other way round: from the platform to each site's management address and to its users' network."""
    probes: list[Probe] = []
    for router in routers:
        addresses = {f"{router.name} management": router.management_address}
        link = estate.link_of(router.name, router.probe_source or "")
        for end in link.ends if link else ():
            if end.host == router.name and end.interface == router.probe_source:
                addresses[f"{router.name} users"] = end.address
        probes.extend(
            Probe(name, str(address), source, protected=True) for name, address in addresses.items() if address
        )
    return probes
