"""Whether the controller reaches an end host through the simulated network."""

from __future__ import annotations

from fellesdrift.twin.lab import Lab
from fellesdrift.twin.net.addresses import number
from fellesdrift.twin.net.network import Node
from fellesdrift.twin.net.packet import Packet
from fellesdrift.twin.net.trace import exchange

_SOURCE_PORT = 50000


class Path:
    """There and back, with TCP to `port`; worked out once per state of the network."""

    def __init__(self, lab: Lab, address: str, port: int) -> None:
        self._lab = lab
        self._address = address
        self._port = port
        self._known = (-1, False)

    def __call__(self) -> bool:
        network = self._lab.network
        controller = self._lab.topology.controller
        if controller is None:
            return True
        if self._known[0] != network.generation:
            source = number(network.endpoints[controller].address)
            packet = Packet(source, number(self._address), "tcp", sport=_SOURCE_PORT, dport=self._port)
            self._known = (network.generation, exchange(network, Node("endpoint", controller), packet).ok)
        return self._known[1]
