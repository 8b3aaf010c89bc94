"""The doors of all Windows hosts of a twin, and what its control socket may do with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from functools import partial
from typing import Any

from fellesdrift.twin.faults import WINDOWS_COUNTED, WINDOWS_LASTING, fault_of
from fellesdrift.twin.lab import Lab
from fellesdrift.twin.net.addresses import number
from fellesdrift.twin.net.network import Standing
from fellesdrift.twin.path import Path
from fellesdrift.twin.windows import cmd
from fellesdrift.twin.windows.adapters import Stack
from fellesdrift.twin.windows.dump import dumped
from fellesdrift.twin.windows.front import WindowsFront
from fellesdrift.twin.windows.spec import WindowsSpec

_WINRM = 5985


def _standing(stack: Stack) -> Standing:
    """A host's own words, as the simulated network has them. A gateway that lies in none of its networks is none."""
    networks = tuple(
        (number(address), (number(address) & number(mask), number(mask))) for address, mask in stack.addresses
    )
    ways = [number(gateway) for gateway in stack.gateways]
    near = [way for way in ways if any(way & mask == base for _, (base, mask) in networks)]
    return Standing(networks, near[0] if near else None)


class WindowsService:
    """By host name."""

    def __init__(self, lab: Lab, specs: Iterable[WindowsSpec]) -> None:
        self.fronts = {
            spec.name: WindowsFront(spec, lab.credentials, lab.speed, Path(lab, spec.address, _WINRM)) for spec in specs
        }
        for name, front in self.fronts.items():
            if name in lab.network.endpoints:
                front.on_network = partial(self._moved, lab, name)

    @staticmethod
    def _moved(lab: Lab, name: str, stack: Stack) -> None:
        lab.network.set_standing(name, _standing(stack))

    def open(self) -> None:
        for front in self.fronts.values():
            front.open()

    def close(self) -> None:
        for front in self.fronts.values():
            front.close()

    def ports(self) -> dict[str, int]:
        return {name: front.port for name, front in self.fronts.items()}

    def status(self) -> dict[str, dict[str, Any]]:
        """Per host: port, whether the controller reaches it, and of one that somebody has asked for how it is, with the
        mistakes that a client made."""
        found: dict[str, dict[str, Any]] = {}
        for name, front in self.fronts.items():
            found[name] = {"port": front.port, "reachable": front.reachable(), "alive": True}
            found[name] |= {"faults": [], "shells": 0, "mistakes": []}
            if front.made:
                found[name] |= {
                    "alive": front.host.alive,
                    "faults": [asdict(fault) for fault in front.host.faults.held],
                    "shells": len(front.winrm.shells.open),
                    "mistakes": list(front.host.mistakes),
                }
        return found

    def states(self) -> dict[str, str]:
        """All that each host remembers, as text; one that nobody has asked for yet is made."""
        return {name: dumped(front.host) for name, front in self.fronts.items()}

    def fault(self, name: str, request: dict[str, Any]) -> None:
        """Set a fault. Raises FellesdriftError FD511."""
        fault = fault_of(request, WINDOWS_COUNTED + WINDOWS_LASTING)
        host = self.fronts[name].host
        host.faults.add(fault)
        if fault.kind == "dead":
            host.power_off()

    def heal(self, name: str) -> None:
        """Take all faults away; a dead host comes up as after a boot."""
        front = self.fronts[name]
        if front.made:
            dead = front.host.faults.has("dead")
            front.host.faults.heal()
            if dead:
                front.host.boot()

    def console(self, name: str, lines: list[str]) -> list[str]:
        """Type lines of cmd at the host's own console, behind everybody's back; what they printed."""
        return [typed(self.fronts[name], line) for line in lines]


def typed(front: WindowsFront, line: str) -> str:
    """Type a line of cmd at a host's console; what it printed."""
    said: list[str] = []

    async def nothing() -> str:
        return ""

    async def at_once(_seconds: float) -> None:
        return None

    context = cmd.Context(front.host, "Administrator", nothing, at_once, front.host.power_off, said.append)
    running = cmd.run(context, line).__await__()
    try:
        # nothing in it waits, so its first step is its last
        next(running)
    except StopIteration as end:
        done: cmd.Output = end.value
        return "".join(said) + done.stdout + done.stderr
    return "".join(said)
