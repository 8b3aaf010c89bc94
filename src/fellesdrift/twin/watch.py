"""The watch: asks, from every users' network to every service that its municipality uses, whether it answers.

Once a second of simulated time, and right after every change of the network, so that what is lost between two ticks is
seen too. A probe is an echo request through the data plane; nothing leaves this process. In the same rounds emergency
numbers are followed from every exchange.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from fellesdrift.twin.net.addresses import number
from fellesdrift.twin.net.network import Network, Node
from fellesdrift.twin.net.packet import Packet
from fellesdrift.twin.net.topology import Flow
from fellesdrift.twin.net.trace import exchange

# simulated seconds between two ticks, and the least that they may be apart in real ones
TICK = 1.0
_LEAST = 0.01
# losses that are kept one by one; all are counted
MOST_LOSSES = 1000


@dataclass
class Tally:
    """What became of the probes of one flow. Gaps are in simulated seconds, from the first probe that was lost to the
    next that was answered.
    """

    flow: Flow
    origin: Node
    packet: Packet
    sent: int = 0
    lost: int = 0
    longest: float = 0.0
    since: float | None = None
    reason: str | None = None

    def gap(self, now: float) -> float:
        """The longest gap, one that is still open included."""
        return max(self.longest, 0.0 if self.since is None else now - self.since)


@dataclass
class Calls:
    """What became of an emergency number at one exchange. reason: where the first one that was lost went."""

    exchange: str
    number: str
    sent: int = 0
    lost: int = 0
    reason: str | None = None


type Call = tuple[str, str, str | None]
"""(exchange, number, why it did not get out; None when it did)"""


@dataclass(frozen=True)
class Loss:
    """One lost probe. at: wall time, UTC; simulated: seconds since the watch began; reason: where the packet ended."""

    at: str
    simulated: float
    municipality: str
    service: str
    origin: str
    address: str
    reason: str


class Watch:
    """Probes the flows of a network until it is stopped.

    speed   simulated seconds in one real second
    clock   real seconds
    calls   follows every emergency number from every exchange, once
    """

    def __init__(
        self,
        network: Network,
        flows: tuple[Flow, ...],
        speed: float,
        clock: Callable[[], float] = time.monotonic,
        calls: Callable[[], Iterable[Call]] = tuple,
    ) -> None:
        self._network = network
        self._speed = speed
        self._clock = clock
        self._handle: asyncio.TimerHandle | None = None
        self._tallies = [self._tally(flow) for flow in flows]
        self._began = clock()
        self._started = datetime.now(UTC)
        self._rounds = self._changes = self._left_out = 0
        self._losses: list[Loss] = []
        self._cpu = 0.0
        self._call = calls
        self._calls: dict[tuple[str, str], Calls] = {}

    def _tally(self, flow: Flow) -> Tally:
        endpoint = self._network.endpoints[flow.origin]
        return Tally(flow, Node("endpoint", endpoint.name), Packet(number(endpoint.address), number(flow.address)))

    def start(self) -> None:
        """Probe at once, with every tick, and after every change."""
        self._network.watchers.append(self._changed)
        self._tick()

    def stop(self) -> None:
        """Probe no more."""
        self._network.watchers.remove(self._changed)
        if self._handle is not None:
            self._handle.cancel()

    def _tick(self) -> None:
        self.probe()
        self._handle = asyncio.get_running_loop().call_later(max(TICK / self._speed, _LEAST), self._tick)

    def _changed(self) -> None:
        self._changes += 1
        self.probe()

    def probe(self) -> None:
        """One round: every flow once."""
        began = time.thread_time()
        now = self._now()
        self._rounds += 1
        for tally in self._tallies:
            result = exchange(self._network, tally.origin, tally.packet)
            tally.sent += 1
            if not result.ok:
                self._lose(tally, now, result.reason)
            elif tally.since is not None:
                tally.longest = tally.gap(now)
                tally.since = None
        for exchange_name, digits, reason in self._call():
            counted = self._calls.setdefault((exchange_name, digits), Calls(exchange_name, digits))
            counted.sent += 1
            counted.lost += reason is not None
            counted.reason = counted.reason or reason
        self._cpu += time.thread_time() - began

    def _lose(self, tally: Tally, now: float, reason: str) -> None:
        tally.lost += 1
        tally.reason = tally.reason or reason
        if tally.since is None:
            tally.since = now
        if len(self._losses) >= MOST_LOSSES:
            self._left_out += 1
            return
        flow = tally.flow
        moment = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._losses.append(
            Loss(moment, round(now, 2), flow.municipality, flow.service, flow.origin, flow.address, reason)
        )

    def _now(self) -> float:
        """Simulated seconds since the watch began."""
        return (self._clock() - self._began) * self._speed

    def report(self) -> dict[str, Any]:
        """What was seen until now, as JSON data.

        flows     per flow: municipality, service, origin, address, protected, sent, answered, lost, longest_gap, reason
                  (of the first loss), down (the last probe was lost)
        calls     per exchange and emergency number: exchange, number, sent, lost, reason
        losses    each lost probe, the first MOST_LOSSES of them; losses_not_listed counts the others
        cpu       seconds of CPU time that the probes took
        """
        now = self._now()
        return {
            "started": self._started.isoformat(timespec="milliseconds"),
            "simulated_seconds": round(now, 1),
            "rounds": self._rounds,
            "after_changes": self._changes,
            "cpu": round(self._cpu, 4),
            "flows": [
                {
                    **asdict(tally.flow),
                    "sent": tally.sent,
                    "answered": tally.sent - tally.lost,
                    "lost": tally.lost,
                    "longest_gap": round(tally.gap(now), 2),
                    "reason": tally.reason,
                    "down": tally.since is not None,
                }
                for tally in self._tallies
            ],
            "calls": [asdict(counted) for counted in self._calls.values()],
            "losses": [asdict(loss) for loss in self._losses],
            "losses_not_listed": self._left_out,
        }
