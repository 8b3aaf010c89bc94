"""A router as the data plane sees it: what its configuration means, without how it was written."""

from __future__ import annotations

from dataclasses import dataclass, field

from fellesdrift.twin.net.packet import Entry, Packet, judge


@dataclass(frozen=True)
class Standby:
    """One HSRP group on an interface."""

    group: int
    address: int
    priority: int = 100
    preempt: bool = False


@dataclass(frozen=True)
class Interface:
    """One interface. `addresses` are (address, mask), the primary one first."""

    name: str
    enabled: bool
    addresses: tuple[tuple[int, int], ...] = ()
    access_in: str | None = None
    access_out: str | None = None
    nat: str | None = None
    inspect_in: str | None = None
    inspect_out: str | None = None
    standby: tuple[Standby, ...] = ()
    vlan: int | None = None
    unnumbered: str | None = None

    @property
    def address(self) -> int | None:
        return self.addresses[0][0] if self.addresses else None


@dataclass(frozen=True)
class Static:
    """One static route as configured."""

    network: int
    mask: int
    hop: int | None
    interface: str | None
    distance: int
    name: str | None = None


@dataclass(frozen=True)
class Nat:
    """`ip nat inside source list X interface Y overload`."""

    access_list: str
    interface: str


@dataclass(frozen=True)
class View:
    """All that decides where a packet goes in one router."""

    interfaces: dict[str, Interface] = field(default_factory=dict)
    statics: tuple[Static, ...] = ()
    access_lists: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    nat: tuple[Nat, ...] = ()
    static_nat: dict[int, int] = field(default_factory=dict)
    inspections: dict[str, dict[str, bool]] = field(default_factory=dict)
    access_classes: tuple[str, ...] = ()

    def judge(self, name: str | None, packet: Packet) -> tuple[bool, str]:
        """Ask an access list, by name; None lets everything through."""
        return (True, "no list") if name is None else judge(self.access_lists.get(name), packet)
