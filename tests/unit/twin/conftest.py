"""A small network of our own: two routers on a LAN and a serial line, a server, an Internet."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from fellesdrift.twin.access import Credentials
from fellesdrift.twin.ios.shell import Shell
from fellesdrift.twin.ios.terminal import Terminal
from fellesdrift.twin.lab import Lab
from fellesdrift.twin.net.topology import Device, Endpoint, External, Host, Link, LinkEnd, Topology

CREDENTIALS = Credentials("fellesdrift", "a-pass", "a-secret")

NORTH = """\
!
! Last configuration change at 09:12:40 UTC Mon Oct 3 2005 by nn
!
version 12.4
service timestamps log datetime msec
no service password-encryption
!
hostname north
!
enable secret 5 <secret>
!
ip cef
no ip domain lookup
ip inspect name EXIT tcp
ip inspect name EXIT icmp
!
username fellesdrift secret 5 <secret>
archive
 path flash:north-
!
interface Loopback0
 ip address 10.0.255.1 255.255.255.255
!
interface GigabitEthernet0/0
 description Servers on the rådhus
 ip address 10.0.1.2 255.255.255.0
 duplex auto
 speed auto
 standby 1 ip 10.0.1.1
 standby 1 priority 110
 standby 1 preempt
!
interface GigabitEthernet0/1
 description To the provider
 ip address 203.0.113.2 255.255.255.248
 ip access-group FROM-OUTSIDE in
 ip nat outside
 ip inspect EXIT out
!
interface Serial0/0/0
 description Leased line to south
 ip address 10.0.9.1 255.255.255.252
 ip nat inside
!
interface GigabitEthernet0/2
 no ip address
 shutdown
!
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip route 10.0.2.0 255.255.255.0 10.0.9.2
ip route 10.0.255.2 255.255.255.255 10.0.9.2
ip nat inside source list INSIDE interface GigabitEthernet0/1 overload
!
ip access-list standard INSIDE
 permit 10.0.2.0 0.0.0.255
!
ip access-list extended FROM-OUTSIDE
 remark nothing that nobody asked for
 deny   ip any any log
!
line con 0
line vty 0 4
 login local
 transport input ssh
!
end
"""

SOUTH = """\
version 12.3
hostname south
enable secret 5 <secret>
username fellesdrift privilege 15 secret 5 <secret>
interface Loopback0
 ip address 10.0.255.2 255.255.255.255
interface FastEthernet0/0
 ip address 10.0.2.1 255.255.255.0
interface Serial0/0
 ip address 10.0.9.2 255.255.255.252
ip route 0.0.0.0 0.0.0.0 10.0.9.1
line vty 0 4
 login local
end
"""

SECOND = """\
version 12.4
hostname second
enable secret 5 <secret>
username fellesdrift secret 5 <secret>
interface GigabitEthernet0/0
 ip address 10.0.1.3 255.255.255.0
 standby 1 ip 10.0.1.1
ip route 10.0.0.0 255.255.0.0 10.0.1.2
line vty 0 4
 login local
end
"""

THIRD = """\
version 12.4
hostname third
interface FastEthernet0/0
 no ip address
line vty 0 4
 login local
end
"""

TOPOLOGY = Topology(
    devices=(
        Device("north", NORTH, "north.cfg", "2821", management="10.0.255.1"),
        Device("south", SOUTH, "south.cfg", management="10.0.255.2", legacy=True),
        Device("second", SECOND, "second.cfg", management="10.0.1.3"),
        Device("third", THIRD, "third.cfg"),
    ),
    links=(
        Link(
            "servers",
            "lan",
            "10.0.1.0/24",
            (
                LinkEnd("north", "GigabitEthernet0/0", address="10.0.1.2"),
                LinkEnd("second", "GigabitEthernet0/0", address="10.0.1.3"),
            ),
            gateway="10.0.1.1",
        ),
        Link("users", "lan", "10.0.2.0/24", (LinkEnd("south", "FastEthernet0/0", address="10.0.2.1"),)),
        Link(
            "line",
            "leased_line",
            "10.0.9.0/30",
            (
                LinkEnd("north", "Serial0/0/0", address="10.0.9.1"),
                LinkEnd("south", "Serial0/0", address="10.0.9.2"),
            ),
        ),
        Link(
            "provider",
            "internet",
            "203.0.113.0/29",
            (
                LinkEnd("north", "GigabitEthernet0/1", address="203.0.113.2"),
                LinkEnd(external="internet", address="203.0.113.1"),
            ),
        ),
    ),
    externals=(
        External(
            "internet",
            (Host("open", "198.51.100.53"), Host("picky", "198.51.100.20", ("192.0.2.0/29",))),
        ),
    ),
    endpoints=(
        Endpoint("controller", "10.0.1.10", "servers"),
        Endpoint("server", "10.0.1.20", "servers"),
    ),
    controller="controller",
)


def build(topology: Topology = TOPOLOGY, speed: float = 1000.0, **configs: str) -> Lab:
    """The small network; `configs` replaces a device's configuration."""
    devices = tuple(replace(device, config=configs.get(device.name, device.config)) for device in topology.devices)
    return Lab(replace(topology, devices=devices), speed, CREDENTIALS)


_VOLATILE = (
    (re.compile(r"\*?[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d\.\d{3}"), "<moment>"),
    (re.compile(r"\*?\d\d:\d\d:\d\d(\.\d{3})? UTC [A-Z][a-z]{2} [A-Z][a-z]{2} \d+ \d{4}"), "<time>"),
    (re.compile(r"[A-Z][a-z]{2}-+\d+-\d\d-\d\d-\d\d\.\d{3}"), "<stamp>"),
    (re.compile(r"[A-Z][a-z]{2} +\d+ \d{4} \d\d:\d\d:\d\d"), "<date>"),
    (re.compile(r"\$1\$.{4}\$\S{22}"), "<hash>"),
    (re.compile(r"(configuration : |Using )\d+"), r"\1<bytes>"),
)


def steady(text: str) -> str:
    """A screen without what differs from run to run."""
    for pattern, shown in _VOLATILE:
        text = pattern.sub(shown, text)
    return text


async def converse(lab: Lab, device: str, typed: str, user: str = "fellesdrift", length: int = 0) -> str:
    """Type all that at a device and return the screen."""
    screen: list[str] = []
    terminal = Terminal(screen.append)
    router = lab.devices[device]
    shell = Shell(router, terminal, user, privilege=router.user_privilege(user), length=length)
    router.sessions.append(shell)
    terminal.feed(typed)
    terminal.end()
    await asyncio.wait_for(shell.run(), 20)
    router.sessions.remove(shell)
    return "".join(screen).replace("\r\n", "\n")


Screen = Callable[..., str]


@pytest.fixture
def lab() -> Lab:
    return build()


@pytest.fixture
def screen(lab: Lab) -> Screen:
    """screen("north", "show clock"): what one sees after typing those lines at that device, at `#`."""

    def show(device: str, *lines: str, enable: bool = True, length: int = 0) -> str:
        router = lab.devices[device]
        ready = router.check_enable("") is None or router.user_privilege("fellesdrift") == 15
        first = () if ready or not enable else ("enable", "a-secret")
        typed = "".join(f"{line}\r" for line in (*first, *lines))
        return steady(asyncio.run(converse(lab, device, typed, length=length)))

    return show


@pytest.fixture
def make() -> Callable[..., Lab]:
    """make(north=text): the small network with another configuration."""
    return build


@pytest.fixture
def small_topology() -> Topology:
    """What the small network consists of."""
    return TOPOLOGY
