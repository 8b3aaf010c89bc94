"""All devices of one twin together, without the network of the machine they run on."""

from __future__ import annotations

from dataclasses import dataclass, field

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.twin.access import Credentials
from fellesdrift.twin.device import Router
from fellesdrift.twin.net.addresses import number
from fellesdrift.twin.net.network import Network, Node
from fellesdrift.twin.net.packet import Packet, Protocol
from fellesdrift.twin.net.topology import Topology
from fellesdrift.twin.net.trace import Exchange, exchange

# the port that a client's conversation comes from
_EPHEMERAL = 49152


@dataclass
class Lab:
    """The simulated estate. Raises FellesdriftErrors (FD501) when a configuration has lines it does not understand.

    speed   device seconds that pass in one real second
    """

    topology: Topology
    speed: float = 1.0
    credentials: Credentials = field(default_factory=Credentials.make)

    def __post_init__(self) -> None:
        self.network = Network(self.topology)
        self.devices: dict[str, Router] = {}
        errors: list[FellesdriftError] = []
        for spec in self.topology.devices:
            try:
                self.devices[spec.name] = Router(spec, self.network, self.credentials, self.speed)
            except FellesdriftErrors as several:
                errors += several.errors
        if errors:
            raise FellesdriftErrors(errors)

    def manageable(self, device: str) -> bool:
        """True while the controller and the device's management address reach each other, both ways."""
        spec = self.devices[device].spec
        controller = self.topology.controller
        if not self.devices[device].alive:
            return False
        if spec.management is None or controller is None:
            return True
        source = number(self.network.endpoints[controller].address)
        packet = Packet(source, number(spec.management), "tcp", sport=50000, dport=22)
        result = exchange(self.network, Node("endpoint", controller), packet)
        return result.ok and result.there.node == Node("device", device)

    def admitted(self, device: str) -> bool:
        """True unless an access-class on the vtys keeps the controller out."""
        view = self.network.views[device]
        controller = self.topology.controller
        if controller is None:
            return True
        packet = Packet(number(self.network.endpoints[controller].address), 0, "tcp")
        return all(view.judge(name, packet)[0] for name in view.access_classes)

    def places(self) -> dict[str, tuple[Node, str | None]]:
        """Everybody who can send a packet, by name, with the address that it sends from (None: a device's own choice):
        devices, end hosts, and the hosts of external networks.
        """
        found: dict[str, tuple[Node, str | None]] = {
            host.name: (Node("external", external.name), host.address)
            for external in self.topology.externals
            for host in external.hosts
        }
        for name, endpoint in self.network.endpoints.items():
            found[name] = (Node("endpoint", endpoint.name), endpoint.address)
        return found | {name: (Node("device", name), None) for name in self.devices}

    def address_of(self, name: str) -> str | None:
        """Where somebody is reached: a device at its management address. None when nobody has that name."""
        if name in self.devices:
            return self.devices[name].spec.management
        place = self.places().get(name)
        return None if place is None else place[1]

    def trace(
        self, origin: str, target: str, source: str | None = None, protocol: Protocol = "icmp", port: int = 0
    ) -> Exchange:
        """Follow one packet from one of the `places` to an address, and its answer. Raises KeyError when there is no
        such place.

        source     by default the place's own address
        protocol   icmp: an echo request; tcp, udp: a first packet to `port`
        """
        node, address = self.places()[origin]
        sent_from = source or address
        packet = Packet(
            number(sent_from) if sent_from else 0,
            number(target),
            protocol,
            sport=1 if protocol == "icmp" else _EPHEMERAL,
            dport=port,
        )
        return exchange(self.network, node, packet)
