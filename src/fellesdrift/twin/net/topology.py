"""What the twin is built from: devices with their configuration text, wires, and what hangs on them.

Plain records, so that a test can write one by hand; from_estate.py makes one from an estate.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Device:
    """One simulated device.

    config       its running and startup configuration, as `show running-config` prints it
    origin       the file that the text comes from, for error messages
    model        e.g. `2821`; guessed from the interfaces when empty
    software     e.g. `12.4(24)T`; by default what was usual for the version that the configuration names
    management   the address under which the controller reaches it; None: it is always reachable
    legacy       SSH as of 2005: ssh-rsa host key with SHA-1, group1/group14, CBC ciphers
    """

    name: str
    config: str
    origin: str = ""
    model: str = ""
    software: str = ""
    management: str | None = None
    legacy: bool = False


@dataclass(frozen=True)
class LinkEnd:
    """One end of a wire: a device's interface, or an external network, with its address there."""

    device: str | None = None
    interface: str | None = None
    external: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Link:
    """One wire or one LAN. `kind` is lan, leased_line, fibre or internet."""

    name: str
    kind: str
    prefix: str
    ends: tuple[LinkEnd, ...] = ()
    gateway: str | None = None


@dataclass(frozen=True)
class Host:
    """A host within an external network; `accepts_from` limits who gets an answer (empty: everybody)."""

    name: str
    address: str
    accepts_from: tuple[str, ...] = ()


@dataclass(frozen=True)
class External:
    """A network that is not simulated inside, such as the Internet."""

    name: str
    hosts: tuple[Host, ...] = ()


@dataclass(frozen=True)
class Endpoint:
    """An end host on a LAN: a server, an exchange, a workstation, the controller. It sends through the LAN's gateway
    and answers for its address; nothing more of it is simulated. `aliases`: other names of the same address.
    """

    name: str
    address: str
    link: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flow:
    """What users of a municipality would notice: a service, as seen from one of their networks. See watch.py."""

    municipality: str
    service: str
    origin: str
    address: str
    protected: bool = False


@dataclass(frozen=True)
class Topology:
    """Everything that one twin simulates. `controller` names the endpoint that management comes from; `flows` is what
    the watch probes.
    """

    devices: tuple[Device, ...]
    links: tuple[Link, ...] = ()
    externals: tuple[External, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    controller: str | None = None
    flows: tuple[Flow, ...] = ()


def to_plain(topology: Topology) -> dict[str, Any]:
    """As JSON-able data, to hand it to the process that runs it."""
    return asdict(topology)


def from_plain(data: dict[str, Any]) -> Topology:
    """The reverse of `to_plain`."""
    return Topology(
        devices=tuple(Device(**device) for device in data["devices"]),
        links=tuple(Link(**{**link, "ends": tuple(LinkEnd(**end) for end in link["ends"])}) for link in data["links"]),
        externals=tuple(
            External(
                external["name"],
                tuple(Host(host["name"], host["address"], tuple(host["accepts_from"])) for host in external["hosts"]),
            )
            for external in data["externals"]
        ),
        endpoints=tuple(
            Endpoint(**{**endpoint, "aliases": tuple(endpoint["aliases"])}) for endpoint in data["endpoints"]
        ),
        controller=data["controller"],
        flows=tuple(Flow(**flow) for flow in data["flows"]),
    )


@dataclass(frozen=True)
class Attachment:
    """Where an interface leads."""

    link: Link
    end: LinkEnd


@dataclass
class Wiring:
    """The topology, indexed."""

    topology: Topology
    by_interface: dict[tuple[str, str], Attachment] = field(default_factory=dict)
    by_name: dict[str, Link] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for link in self.topology.links:
            self.by_name[link.name] = link
            for end in link.ends:
                if end.device is not None and end.interface is not None:
                    self.by_interface[end.device, end.interface] = Attachment(link, end)
