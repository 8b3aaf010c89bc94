"""A small model of IOS configuration mode, written on its own: it shares nothing with what it checks.

It knows what the property tests type: interfaces, static routes, access lists with sequence numbers. Where versions of
IOS differ (whether a remark has a number) both are tried.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from fellesdrift.session.errors import CommandRefusedError, SessionLostError, UnreachableError

HEADER = """Building configuration...

Current configuration : {size} bytes
!
! Last configuration change at 09:12:{second:02d} CEST Wed Oct 14 2009 by fellesdrift
!
version 12.4
service password-encryption
!
hostname san-rtr1
!
enable secret 5 $1$abcd$zzzzzzzzzzzzzzzzzzzzzz
!
username fellesdrift secret 5 $1$efgh$yyyyyyyyyyyyyyyyyyyyyy
archive
 log config
  hidekeys
 path flash:san-rtr1-
!
banner motd ^C
!   Sande kommune - only for those who are meant to be here
no way in #
^C
!
"""
FOOTER = """control-plane
!
line vty 0 4
 access-class 10 in
 transport input ssh
!
ntp clock-period {clock}
end
"""


@dataclass
class Acl:
    type: str
    entries: list[tuple[float, str]] = field(default_factory=list)

    def texts(self) -> list[str]:
        return [text for _, text in sorted(self.entries)]


@dataclass
class IosModel:
    interfaces: dict[str, dict[str, str]]
    routes: dict[tuple[str, str, str], str] = field(default_factory=dict)  # (net, mask, hop) -> rest
    acls: dict[str, Acl] = field(default_factory=dict)
    remarks_numbered: bool = True
    context: tuple[str, str] | None = None
    random: random.Random = field(default_factory=lambda: random.Random(1))

    # -- typing

    def type(self, line: str) -> None:
        words = line.strip().split()
        if words[0] == "interface":
            assert words[1] in self.interfaces, line
            self.context = ("interface", words[1])
        elif words[:2] == ["ip", "access-list"] and words[2] == "resequence":
            start, step = int(words[4]), int(words[5])
            acl, number = self.acls[words[3]], start - step
            renumbered = []
            for _, text in sorted(acl.entries):
                number += step if self.remarks_numbered or not text.startswith("remark") else 0.001
                renumbered.append((number, text))
            acl.entries = renumbered
        elif words[:2] == ["ip", "access-list"]:
            acl = self.acls.setdefault(words[3], Acl(words[2]))
            assert acl.type == words[2], f"% a list of that name is {acl.type}"
            self.context = ("acl", words[3])
        elif words[:3] == ["no", "ip", "access-list"]:
            assert self.acls[words[4]].type == words[3]
            del self.acls[words[4]]
        elif words[:2] == ["ip", "route"]:
            self.routes[words[2], words[3], words[4]] = " ".join(words[5:])
        elif words[:3] == ["no", "ip", "route"]:
            assert (words[3], words[4], words[5]) in self.routes, f"%No matching route to delete: {line}"
            del self.routes[words[3], words[4], words[5]]
        elif self.context is not None and line.startswith(" "):
            kind, name = self.context
            if kind == "interface":
                self._interface(name, line.strip())
            else:
                self._entry(self.acls[name], line.strip())
        else:
            raise AssertionError(f"% Invalid input: {line}")

    def _interface(self, name: str, line: str) -> None:
        interface = self.interfaces[name]
        off = line.startswith("no ")
        words = line.removeprefix("no ").split()
        if words[0] == "shutdown":
            interface.pop("shutdown", None)
            if not off:
                interface["shutdown"] = "shutdown"
        elif words[:2] == ["ip", "access-group"]:
            slot = f"ip access-group {words[-1]}"
            self._set(interface, slot, None if off else line)
        elif words[:2] == ["ip", "nat"]:
            assert off or "ip nat" not in interface or interface["ip nat"] == line, "nat is inside or outside"
            self._set(interface, "ip nat", None if off else line)
        elif words[:2] == ["ip", "address"]:
            if not off:
                self._refuse_overlap(name, words[2], words[3])
            interface["ip address"] = "no ip address" if off else line
        elif words[0] in ("description", "bandwidth"):
            self._set(interface, words[0], None if off else line)
        else:
            raise AssertionError(f"% Invalid input: {line}")

    @staticmethod
    def _set(interface: dict[str, str], slot: str, line: str | None) -> None:
        interface.pop(slot, None)
        if line is not None:
            interface[slot] = line

    def _refuse_overlap(self, name: str, address: str, mask: str) -> None:
        mine = (number(address), number(mask))
        for other, interface in self.interfaces.items():
            line = interface.get("ip address", "").split()
            if other == name or line[:2] != ["ip", "address"]:
                continue
            theirs = (number(line[2]), number(line[3]))
            wide = min(mine[1], theirs[1])
            assert mine[0] & wide != theirs[0] & wide, f"% {address} overlaps with {other}"

    def _entry(self, acl: Acl, line: str) -> None:
        if match := re.fullmatch(r"no (\d+)", line):
            [found] = [entry for entry in acl.entries if entry[0] == int(match[1])]
            acl.entries.remove(found)
        elif line.startswith("no "):
            found = next(entry for entry in sorted(acl.entries) if entry[1] == line[3:])
            acl.entries.remove(found)
        else:
            match = re.fullmatch(r"(?:(\d+) )?((?:permit|deny|remark) .*)", line)
            assert match, f"% Invalid input: {line}"
            text = match[2]
            if not text.startswith("remark"):
                assert text not in acl.texts(), f"% Duplicate entry: {text}"
            last = max((at for at, _ in acl.entries), default=0)
            at = int(match[1]) if match[1] else last + 10
            assert at not in [there for there, _ in acl.entries], "% Duplicate sequence number"
            acl.entries.append((at, text))

    # -- printing

    def show(self) -> str:
        """As the device prints it: not in the order in which things were entered, with what changes by itself."""
        lines = []
        for name, interface in self.interfaces.items():
            shown = [interface.get("ip address", "no ip address")]
            shown += [line for slot, line in interface.items() if slot not in ("ip address", "shutdown")]
            self.random.shuffle(shown)
            if "ip nat" in interface:
                shown.append("ip virtual-reassembly")
            shown.append("duplex auto")
            shown += [interface["shutdown"]] if "shutdown" in interface else []
            lines += [f"interface {name}", *(f" {line}" for line in shown), "!"]
        lines.append("ip forward-protocol nd")
        routes = [f"ip route {' '.join(key)} {rest}".rstrip() for key, rest in self.routes.items()]
        self.random.shuffle(routes)
        lines += routes
        for name, acl in sorted(self.acls.items(), key=lambda item: self.random.random()):
            if name.isdigit():
                lines += [f"access-list {name} {text}" for text in acl.texts()]
            else:
                lines.append(f"ip access-list {acl.type} {name}")
                lines += [f" {text.replace('deny ', 'deny   ', 1)}" for text in acl.texts()]
        header = HEADER.format(size=self.random.randrange(9999), second=self.random.randrange(60))
        return header + "\n".join(lines) + "\n!\n" + FOOTER.format(clock=self.random.randrange(10**7))


def number(address: str) -> int:
    value = 0
    for part in address.split("."):
        value = value * 256 + int(part)
    return value


@dataclass
class FakeDevice:
    """A device around the model: sessions, startup, dead man's switches, and faults at the N-th command."""

    model: IosModel
    startup: str = ""
    commands: list[str] = field(default_factory=list)
    sessions: int = 0
    refused: dict[str, str] = field(default_factory=dict)  # command -> what is said
    answers: dict[str, str] = field(default_factory=dict)  # command -> instead of the usual answer
    lost_at: dict[str, str] = field(default_factory=dict)  # command -> before | after
    unreachable: list[bool] = field(default_factory=list)  # per connection, then reachable
    on_connect: list[Any] = field(default_factory=list)  # called at each connection
    timer: IosModel | None = None
    reload: str | None = None
    pings: dict[str, int] = field(default_factory=dict)  # address -> answered, else all
    alive: bool = True

    @contextmanager
    def open(self, _target: Any) -> Iterator[FakeSession]:
        for hook in self.on_connect:
            hook(self)
        if not self.alive or (self.unreachable and self.unreachable.pop(0)):
            raise UnreachableError("san-rtr1", "192.0.2.1 port 22", "connection refused")
        self.sessions += 1
        session = FakeSession(self)
        try:
            yield session
        finally:
            session.lost = True

    def fire(self) -> None:
        """What the dead man's switch does."""
        if self.timer is not None:
            self.model, self.timer = self.timer, None
        self.alive = True


@dataclass
class FakeSession:
    device: FakeDevice
    host: str = "san-rtr1"
    lost: bool = False

    def _enter(self, command: str) -> str:
        device = self.device
        device.commands.append(command)
        if self.lost:
            raise SessionLostError(self.host, command)
        if (when := device.lost_at.pop(command, None)) is not None:
            self.lost = True
            if when == "after":
                self._run(command)
            raise SessionLostError(self.host, command)
        if (said := device.refused.get(command)) is not None:
            raise CommandRefusedError(self.host, command, said)
        return self._run(command)

    def _run(self, command: str) -> str:
        device = self.device
        said = ""
        match command.split():
            case _ if command in device.answers:
                said = device.answers[command]
            case ["show", "running-config"]:
                said = device.model.show()
            case ["show", "startup-config"]:
                said = device.startup
            case ["write", "memory"]:
                device.startup = device.model.show()
            case ["show", "archive", "config", "rollback", "timer"]:
                pending = "Time configured(or reconfigured): now\nTimer type: absolute timer\nTimer value: 5 min\n"
                said = pending if device.timer is not None else "%No Rollback Confirmed Change pending\n"
            case ["show", "reload"]:
                said = device.reload or "No reload is scheduled.\n"
            case ["reload", "in", minutes]:
                device.reload = f"Reload scheduled for 12:00 (in {minutes} minutes) by fellesdrift on vty0\n"
            case ["reload", "cancel"]:
                device.reload = None
            case ["configure", "confirm"]:
                device.timer = None
            case ["configure", "revert", "now"]:
                device.fire()
            case ["configure", "terminal", "revert", "timer", _]:
                device.timer = copy.deepcopy(device.model)
            case ["ping", address, "repeat", repeat, *_]:
                received = device.pings.get(address, int(repeat))
                said = f"Type escape sequence\nSuccess rate is {received} percent ({received}/{repeat})\n"
        return said

    def show(self, command: str, accept: Sequence[str] = ()) -> str:
        answer = self._enter(command)
        if answer.startswith("%") and not answer.startswith(tuple(accept)):
            raise CommandRefusedError(self.host, command, answer.strip())
        return answer

    def configure(self, lines: Sequence[str], entry: str = "configure terminal") -> str:
        self._enter(entry)
        self.device.model.context = None
        for line in lines:
            self._enter(line.strip())
            self.device.model.type(line)
        return ""

    def execute(self, command: str, answers: Sequence[tuple[str, str]] = (), accept: Sequence[str] = ()) -> str:
        return self.show(command, accept)


@pytest.fixture
def fake(ios: type[IosModel]) -> FakeDevice:
    """san-rtr1 in small, saved."""
    model = ios({name: {} for name in ("GigabitEthernet0/1", "Serial0/0/0", "GigabitEthernet0/2/0")})
    for line in (
        "interface GigabitEthernet0/1",
        " ip address 10.61.0.1 255.255.255.248",
        "interface Serial0/0/0",
        " bandwidth 2048",
        " ip address 10.251.61.2 255.255.255.252",
        "interface GigabitEthernet0/2/0",
        " shutdown",
        "ip access-list standard 10",
        " permit 10.10.0.0 0.0.255.255",
        "ip route 0.0.0.0 0.0.0.0 10.61.0.2",
        "ip route 10.10.0.0 255.255.0.0 10.251.61.1",
    ):
        model.type(line)
    return FakeDevice(model, startup=model.show())


@pytest.fixture(scope="session")
def ios() -> type[IosModel]:
    return IosModel


@pytest.fixture(scope="session")
def acl() -> type[Acl]:
    return Acl
