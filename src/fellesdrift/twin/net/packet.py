"""Packets and the access lists that judge them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

ECHO, ECHO_REPLY, UNREACHABLE, TIME_EXCEEDED = 8, 0, 3, 11
Protocol = Literal["icmp", "tcp", "udp"]


@dataclass(frozen=True)
class Packet:
    """One packet; addresses are numbers. For ICMP `sport` is the identifier of an echo, `icmp` its type."""

    src: int
    dst: int
    protocol: Protocol = "icmp"
    sport: int = 1
    dport: int = 0
    icmp: int = ECHO
    established: bool = False
    ttl: int = 255

    def answer(self) -> Packet:
        """What the destination sends back."""
        return replace(
            self,
            src=self.dst,
            dst=self.src,
            sport=self.dport if self.protocol != "icmp" else self.sport,
            dport=self.sport if self.protocol != "icmp" else self.dport,
            icmp=ECHO_REPLY,
            established=True,
            ttl=255,
        )

    @property
    def flow(self) -> tuple[str, int, int, int, int]:
        """Identity of the conversation, as a stateful firewall keeps it."""
        if self.protocol == "icmp":
            return (self.protocol, self.src, self.dst, self.sport, 0)
        return (self.protocol, self.src, self.dst, self.sport, self.dport)

    @property
    def reverse_flow(self) -> tuple[str, int, int, int, int]:
        """The identity under which the other side's packets of the same conversation were seen."""
        if self.protocol == "icmp":
            return (self.protocol, self.dst, self.src, self.sport, 0)
        return (self.protocol, self.dst, self.src, self.dport, self.sport)


@dataclass(frozen=True)
class Entry:
    """One line of an access list, ready to compare. Ports are inclusive ranges; None: any."""

    permit: bool
    text: str
    protocol: str = "ip"
    src: tuple[int, int] = (0, 0xFFFFFFFF)
    dst: tuple[int, int] = (0, 0xFFFFFFFF)
    sport: tuple[int, int, bool] | None = None
    dport: tuple[int, int, bool] | None = None
    icmp: int | None = None
    established: bool = False

    def matches(self, packet: Packet) -> bool:
        if self.protocol not in ("ip", packet.protocol):
            return False
        if (packet.src ^ self.src[0]) & ~self.src[1] or (packet.dst ^ self.dst[0]) & ~self.dst[1]:
            return False
        if self.icmp is not None and packet.icmp != self.icmp:
            return False
        if self.established and not packet.established:
            return False
        return _in(self.sport, packet.sport) and _in(self.dport, packet.dport)


def _in(wanted: tuple[int, int, bool] | None, port: int) -> bool:
    return wanted is None or (wanted[0] <= port <= wanted[1]) is wanted[2]


def judge(entries: tuple[Entry, ...] | None, packet: Packet) -> tuple[bool, str]:
    """(let through, the line that decided). A list that is missing or empty lets everything through, as on IOS."""
    if not entries:
        return True, "no list"
    for entry in entries:
        if entry.matches(packet):
            return entry.permit, entry.text
    return False, "deny   ip any any (implicit)"
