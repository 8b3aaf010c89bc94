"""A small configuration, and a ledger made by hand."""

from __future__ import annotations

from pathlib import Path

from fellesdrift.drift.model import KINDS, STATES, Canary, History, HostResult, HostState, Ledger

PROJECT = Path(__file__).parents[2]
CONFIG = """Building configuration...

Current configuration : 900 bytes
! Last configuration change at 08:30:17 UTC Mon Jun 13 2005 by fellesdrift
version 12.4
hostname san-rtr1
enable secret 5 <secret>
no aaa new-model
ip cef
ip domain name sande.example
ip name-server 10.10.0.2
ip name-server 10.10.0.3
interface GigabitEthernet0/0
 description Users in Sande raadhus
 ip address 10.61.1.1 255.255.255.0
 ip access-group USERS in
 duplex auto
interface GigabitEthernet0/1
 no ip address
 shutdown
interface Serial0/0/0
 bandwidth 1024
 ip address 10.251.61.2 255.255.255.252
ip route 0.0.0.0 0.0.0.0 10.61.0.2
ip route 10.10.0.0 255.255.0.0 10.251.61.1
ip access-list extended USERS
 permit icmp any any
 permit tcp 10.61.1.0 0.0.0.255 any eq 80
 deny   ip any any
line vty 0 4
 exec-timeout 15 0
 transport input ssh
ntp clock-period 17179869
ntp server 10.10.254.1
end
"""


def host_result(name: str, state: HostState = "clean", **values: object) -> HostResult:
    return HostResult.model_validate(
        {
            "host": name,
            "municipality": "sande",
            "site": "san_raadhus",
            "part": "town_hall_routers",
            "platform": "cisco_ios",
            "managed": True,
            "state": state,
            **values,
        }
    )


def ledger_of(*hosts: HostResult, **values: object) -> Ledger:
    counts = {state: sum(host.state == state for host in hosts) for state in STATES}
    return Ledger.model_validate(
        {
            "run": "0123456789abcdef",
            "version": "0.1.0",
            "estate": "Drammensregionen",
            "production": False,
            "started": "2026-11-22T03:00:00Z",
            "ended": "2026-11-22T03:01:00Z",
            "outcome": "drift" if counts["drift"] else "clean",
            "complete": True,
            "kinds": list(KINDS),
            "planned": len(hosts),
            "asked": sum(host.asked for host in hosts),
            "counts": counts,
            "coverage": 1.0,
            "findings": sum(len(host.findings) for host in hosts),
            "canary": Canary(found=True, planted="route/203.0.113.0/24"),
            "history": History(kept=True),
            "hosts": list(hosts),
            **values,
        }
    )
