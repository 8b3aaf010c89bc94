"""A network device under construction, and what it says to `show running-config`."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network, ip_interface
from itertools import chain
from typing import Any

# As `show running-config` writes it; the devices of a region were all set up the same morning.
_CHANGED = "08:30:17 UTC Mon Jun 13 2005 by fellesdrift"
_WITH_TIMER = ("2821", "3825", "3845")


@dataclass
class Device:
    """interfaces: name -> the lines below it; inspects: a firewall, whose `translates` is its outside interface."""

    name: str
    group: str
    municipality: str
    site: str
    management: str
    model: str
    variables: dict[str, Any] = field(default_factory=dict)
    interfaces: dict[str, list[str]] = field(default_factory=dict)
    routes: list[tuple[str, str]] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    translates: str | None = None

    def put(self, interface: str, address: str, *more: str) -> None:
        """An interface with an address ("10.0.0.1/24")."""
        found = ip_interface(address)
        self.interfaces[interface] = [f"ip address {found.ip} {found.netmask}", *more]

    def dark(self, interface: str) -> None:
        """An interface that is mounted and shut."""
        self.interfaces[interface] = ["no ip address", "shutdown"]

    def end(self, interface: str, address: str) -> dict[str, Any]:
        """As a link names it."""
        return {"host": self.name, "interface": interface, "address": address}

    def outside(self, interface: str, address: str) -> None:
        """The interface of a firewall at an Internet provider, and what it lets in: nothing but answers."""
        self.put(interface, address, "ip access-group OUTSIDE-IN in", "ip nat outside", "ip inspect EXIT out")
        self.translates = interface
        own = address.partition("/")[0]
        self.lists += [
            "ip access-list extended OUTSIDE-IN",
            " deny   ip 10.0.0.0 0.255.255.255 any",
            " deny   ip 172.16.0.0 0.15.255.255 any",
            " deny   ip 192.168.0.0 0.0.255.255 any",
            f" permit icmp any host {own} echo-reply",
            f" permit icmp any host {own} unreachable",
            " deny   ip any any log",
        ]

    def entries(self, kind: str, name: str, entries: list[str]) -> None:
        """An access list."""
        self.lists += [f"ip access-list {kind} {name}", *(f" {entry}" for entry in entries)]

    def config(self) -> str:
        """The running configuration, with <secret> for secrets."""
        text = "\n".join([*self._head(), *self._body(), "end"]) + "\n"
        return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n{text}"

    def _head(self) -> list[str]:
        timer = self.model.endswith(_WITH_TIMER)
        inspects = [f"ip inspect name EXIT {protocol}" for protocol in ("tcp", "udp", "icmp") if self.translates]
        return [
            "!",
            f"! Last configuration change at {_CHANGED}",
            f"! NVRAM config last updated at {_CHANGED}",
            "!",
            f"version {'12.4' if timer else '12.3'}",
            "service timestamps debug datetime msec",
            "service timestamps log datetime msec",
            "service password-encryption",
            "!",
            f"hostname {self.name}",
            "!",
            "logging buffered 16384 informational",
            "enable secret 5 <secret>",
            "!",
            "no aaa new-model",
            "no ip source-route",
            "ip cef",
            "no ip domain lookup",
            "ip domain name region.example",
            *inspects,
            "!",
            "username fellesdrift secret 5 <secret>",
            *(["archive", f" path flash:{self.name}-"] if timer else []),
            "!",
            "ip ssh time-out 60",
            "ip ssh version 2",
            "!",
        ]

    def _body(self) -> list[str]:
        nat = [f"ip nat inside source list NAT-INSIDE interface {self.translates} overload"] if self.translates else []
        return [
            *chain.from_iterable(
                [f"interface {name}", *(f" {line}" for line in lines), "!"] for name, lines in self.interfaces.items()
            ),
            "ip classless",
            *(route(prefix, next_hop) for prefix, next_hop in self.routes),
            "no ip http server",
            "no ip http secure-server",
            *nat,
            "!",
            *self.lists,
            "!",
            "line con 0",
            " logging synchronous",
            " login local",
            "line aux 0",
            " no exec",
            "line vty 0 4",
            " exec-timeout 15 0",
            " login local",
            " transport input ssh",
            "!",
        ]


def route(prefix: str, next_hop: str) -> str:
    """A static route ("10.61.0.0/16", "10.251.61.2") as IOS writes it."""
    network = IPv4Network(prefix)
    return f"ip route {network.network_address} {network.netmask} {next_hop}"
