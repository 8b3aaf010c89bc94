"""What must keep working while a device is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fellesdrift.state.network.device import Device
from fellesdrift.state.network.errors import ProbeFailedError


@dataclass(frozen=True)
class Probe:
    """A ping from the device.

    source    interface whose address is the sender, None for the outgoing one
    repeat    packets; the first is often lost while an address is resolved
    minimum   answers that are enough
    """

    name: str
    address: str
    source: str | None = None
    repeat: int = 3
    minimum: int = 1


def run_probes(device: Device, probes: Sequence[Probe], when: str) -> None:
    """Raises ProbeFailedError at the first that fails; `when` goes into its text."""
    for probe in probes:
        result = device.ping(probe.address, probe.source, probe.repeat)
        if result.received < probe.minimum:
            source = f" from {probe.source}" if probe.source else ""
            raise ProbeFailedError(
                device.host,
                f"{probe.name} ({probe.address}{source})",
                when,
                f"{result.received} of {result.sent} packets answered",
                f"at least {probe.minimum}",
            )
