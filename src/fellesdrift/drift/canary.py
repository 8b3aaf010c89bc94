"""The seeded difference: a simulated device outside the estate, not as it is recorded in one place.

It is read and compared by the same code as every host, in the same processes. A run that does not find exactly what was
planted has proved nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fellesdrift.drift import canary_device
from fellesdrift.drift.judge import Answer
from fellesdrift.drift.model import Canary, Kind, fingerprint
from fellesdrift.drift.recorded import Recorded
from fellesdrift.errors import FellesdriftError
from fellesdrift.session import Target
from fellesdrift.twin.access import LOOPBACK, Credentials
from fellesdrift.twin.net.topology import Device, Topology, to_plain

KEY = "\0canary"
"""Its key in a sweep: no host can be called so."""
NAME = "drift-canary"
_OWNER = "canary"
_STARTING = 60.0
_FOLDER = "fellesdrift-canary-"
_CONFIG = """\
version 12.4
service timestamps log datetime msec
hostname drift-canary
enable secret 5 <secret>
no aaa new-model
ip domain name canary.example
username fellesdrift secret 5 <secret>
interface GigabitEthernet0/0
 description canary{mark}
 ip address 192.0.2.1 255.255.255.0
 ip access-group CANARY in
interface GigabitEthernet0/1
 no ip address
 shutdown
ip route 198.51.100.0 255.255.255.0 192.0.2.2
{route}ip access-list extended CANARY
 permit icmp any any
{entry} deny   ip any any
line con 0
 login local
line vty 0 4
 login local
 transport input ssh
{ntp}end
"""


@dataclass(frozen=True)
class Planted:
    """What is on the device and not in what is recorded. device: its configuration; recorded: as it should be."""

    kind: Kind
    key: str
    attribute: str
    device: str
    recorded: Recorded
    want: Any
    have: Any

    @property
    def place(self) -> str:
        """As people read it."""
        return "/".join(part for part in (self.kind, self.key, self.attribute) if part)


def plant(kinds: Sequence[Kind]) -> Planted:
    """A difference of one of the wanted kinds, another one each time. Where only the startup configuration is looked
    at, a line is planted: it is the reading and comparing that is proved."""
    plain = dict.fromkeys(("mark", "route", "entry", "ntp"), "")
    kind: Kind = secrets.choice([kind for kind in kinds if kind in _PLANTS] or ["configuration"])
    mark = secrets.token_hex(4)
    planted = _PLANTS[kind](mark)
    recorded = Recorded(None, dict.fromkeys(planted.claimed, _OWNER), _CONFIG.format(**plain))
    return Planted(
        kind, *planted.place, _CONFIG.format(**plain | planted.changed), recorded, planted.want, planted.have
    )


@dataclass(frozen=True)
class _Plant:
    """changed: what is put into the configuration; place: key and attribute; claimed: by a role."""

    changed: dict[str, str]
    place: tuple[str, str]
    want: Any
    have: Any
    claimed: tuple[tuple[str, str, str], ...] = ()


def _interface(mark: str) -> _Plant:
    place = ("GigabitEthernet0/0", "description")
    return _Plant({"mark": f" {mark}"}, place, "canary", f"canary {mark}", (("interface", *place),))


def _route(mark: str) -> _Plant:
    hop = {"next_hop": "192.0.2.3", "distance": 1, "name": mark}
    line = f"ip route 203.0.113.0 255.255.255.0 192.0.2.3 name {mark}\n"
    return _Plant({"route": line}, ("203.0.113.0/24", ""), None, [hop], (("route", "203.0.113.0/24", "next_hops"),))


def _access_list(mark: str) -> _Plant:
    entry = f"permit udp host 192.0.2.{int(mark, 16) % 254 + 1} any"
    want, have = (
        {"type": "extended", "entries": ["permit icmp any any", *more, "deny ip any any"]} for more in ([], [entry])
    )
    return _Plant({"entry": f" {entry}\n"}, ("CANARY", ""), want, have, (("access_list", "CANARY", "entries"),))


def _line(mark: str) -> _Plant:
    line = f"ntp server 192.0.2.{int(mark, 16) % 254 + 1}"
    return _Plant({"ntp": f"{line}\n"}, (line, ""), None, [line])


_PLANTS: dict[Kind, Callable[[str], _Plant]] = {
    "interface": _interface,
    "route": _route,
    "access_list": _access_list,
    "configuration": _line,
}


def verdict(planted: Planted, answer: Answer | None, problem: str = "") -> Canary:
    """Whether the sweep found exactly what was planted."""
    if answer is None:
        return Canary(found=False, planted=planted.place, why=problem or "it was not visited")
    if answer.state != "drift":
        return Canary(found=False, planted=planted.place, why=f"{answer.state} {answer.why}".strip())
    told = [(one.fingerprint, one.want, one.have, bool(one.owner)) for one in answer.findings]
    mark = fingerprint(NAME, planted.kind, planted.key, planted.attribute)
    if told != [(mark, planted.want, planted.have, planted.kind != "configuration")]:
        found = ", ".join(f"{one.kind}/{one.key}/{one.attribute}: {one.nature}" for one in answer.findings)
        return Canary(found=False, planted=planted.place, why=f"found instead: {found}")
    return Canary(found=True, planted=planted.place)


class CanaryDevice:
    """The simulated device, in a process of its own that ends with this one. Made by `standing`."""

    def __init__(self, planted: Planted, folder: Path) -> None:
        self._folder = folder
        self._credentials = Credentials.make()
        topology = Topology((Device(NAME, planted.device, model="2821"),))
        order = {
            "topology": to_plain(topology),
            "windows": [],
            "exchanges": [],
            "speed": 1.0,
            "credentials": asdict(self._credentials),
            "socket": str(folder / "control"),
        }
        self._pid, self._said = canary_device.start(order)

    def target(self) -> Target:
        """Where it is, once it is up. FD710 when it does not come up."""
        line = self._said.readline() if select.select([self._said], [], [], _STARTING)[0] else b""
        said = json.loads(line) if line else {}
        if "ports" not in said:
            raise blind("the simulated device did not start", "a device on this machine")
        known_hosts = self._folder / "known_hosts"
        known_hosts.write_text(said["known_hosts"], encoding="ascii")
        login = self._credentials
        return Target(
            NAME, LOOPBACK, said["ports"][NAME], login.user, login.password, login.enable, "cisco_ios", known_hosts
        )

    def end(self) -> None:
        """Kill it, by its number, and take the number back."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)
        self._said.close()


@contextlib.contextmanager
def standing(planted: Planted) -> Iterator[CanaryDevice]:
    """A device with that difference, from now on; it takes half a second to come up, and others can work meanwhile."""
    _remove_left_over()
    with tempfile.TemporaryDirectory(prefix=f"{_FOLDER}{os.getpid()}-") as folder:
        device = CanaryDevice(planted, Path(folder))
        try:
            yield device
        finally:
            device.end()


def _remove_left_over() -> None:
    """The folders of runs that were killed: those of this user whose process is gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*-*"):
        number = folder.name.removeprefix(_FOLDER).partition("-")[0]
        with contextlib.suppress(OSError):
            ours = folder.is_dir(follow_symlinks=False) and folder.stat().st_uid == os.getuid()
            if ours and number.isdecimal() and not Path("/proc", number).exists():
                shutil.rmtree(folder, ignore_errors=True)


def blind(found: str, expected: str) -> FellesdriftError:
    """The run does not find what was planted for it to find."""
    return FellesdriftError(
        "FD710",
        "the drift check did not find the difference that was planted for it; this run proves nothing",
        found=found,
        expected=expected,
        next_step="trust no drift run until it finds its canary again, and report it: this is a fault of fellesdrift",
    )
