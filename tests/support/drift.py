"""What the tests of the drift check share: a small configuration, a ledger made by hand, and a night on a twin."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from fellesdrift.drift import ledger
from fellesdrift.drift.model import KINDS, Canary, History, HostResult, Ledger
from fellesdrift.drift.sealed import STATES, HostState
from support.lab import PATIENCE, Lab, Run
from support.plain_ssh import configure
from support.reader import Reader

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


@dataclass(frozen=True)
class Night:
    """A twin, and what happens to it at night. hosts: of the whole estate; devices: those that are read."""

    lab: Lab
    hosts: list[str]
    devices: list[str]
    out: Path

    def command(self, *arguments: str) -> list[str]:
        program = Path(sys.executable).parent / "fellesdrift"
        return [str(program), "drift", "-i", str(self.lab.out), "--out", str(self.out), *arguments]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a run."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=PROJECT,
            env=os.environ | {"ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg"), "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def check(self, *arguments: str, all_hosts: bool = False) -> Run:
        """A whole run: over the network devices, if not said otherwise."""
        limited = [] if all_hosts or "--limit" in arguments else ["--limit", "network"]
        process = self.start(*arguments, *limited)
        output, _ = process.communicate(timeout=PATIENCE)
        return Run(process.returncode, output)

    def ledger(self) -> Ledger:
        """What the run left; its sums are right or this fails."""
        found = ledger.read(self.out / ledger.FILE)
        assert {host.host for host in found.hosts} == set(self.hosts)
        return found

    def states(self) -> dict[str, str]:
        """Device -> state."""
        return {host.host: host.state for host in self.ledger().hosts if host.host in self.devices}

    def findings(self) -> set[tuple[str, str, str, str]]:
        """(host, kind, key, attribute) of all drift."""
        return {(one.host, one.kind, one.key, one.attribute) for host in self.ledger().hosts for one in host.findings}

    def type(self, host: str, *lines: str) -> None:
        """Configure with an SSH client that has nothing to do with fellesdrift."""
        configure(Reader(self.lab, self.hosts, self.devices).login(host), *lines)
