"""All devices of one twin together, without the network of the machine they run on."""

from __future__ import annotations

from dataclasses import dataclass, field

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.twin.access import Credentials
from fellesdrift.twin.device import Router
from fellesdrift.twin.net.addresses import number
from fellesdrift.twin.net.network import Network, Node
from fellesdrift.twin.net.packet import Packet
from fellesdrift.twin.net.topology import Topology
from fellesdrift.twin.net.trace import Exchange, exchange


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

    def trace(self, origin: str, target: str, source: str | None = None) -> Exchange:
        """Follow an echo from a device or an endpoint to an address."""
        kind = "device" if origin in self.devices else "endpoint"
        if kind == "endpoint":
            source = source or self.network.endpoints[origin].address
        packet = Packet(number(source) if source else 0, number(target))
        return exchange(self.network, Node(kind, origin), packet)
