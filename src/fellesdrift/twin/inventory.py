"""The twin's inventory: the source inventory by links, and beside it how to reach the simulated devices.

Ansible leaves names with a leading dot alone when it reads an inventory folder, so what the twin keeps for itself lies
in `.state`.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fellesdrift.errors import FellesdriftError
from fellesdrift.twin.access import LOOPBACK, Credentials

STATE = ".state"
WAIT_SPEED = 1800.0
"""How many times as fast a stage's waits pass on a twin: an hour's soak in two seconds, and its verifications."""
_VARIABLES = ("group_vars", "host_vars")
# what a playbook writes into; the source's must not be reached through a link
_SNAPSHOTS = "snapshots"
_LATEST = "latest"
_SUFFIXES = ("", ".yml", ".yaml", ".json")
# read after every other file of its folder, so that it has the last word
_OURS = "zz_twin.yml"
# A host that is not simulated must not be reached by its real address by accident, nor be given a real login.
_NOWHERE = {
    "ansible_connection": "fellesdrift.core.refuse",
    "ansible_host": "not-simulated.invalid",
    "ansible_user": "",
    "ansible_password": "",
    "ansible_become_password": "",
}


@dataclass(frozen=True)
class Access:
    """How the devices are reached: their ports, who may log in, and their host keys. `end_hosts`: the hosts that nobody
    can log in to; `windows`: the ports of the Windows hosts; `exchanges`: of each exchange's doors (telnet, ssh).
    """

    ports: Mapping[str, int]
    credentials: Credentials
    known_hosts: str
    speed: float
    end_hosts: Sequence[str] = ()
    windows: Mapping[str, int] = field(default_factory=dict)
    exchanges: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def _link(source: Path, target: Path) -> None:
    target.symlink_to(os.path.relpath(source.resolve(), target.parent.resolve()))


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def check_place(source: Path, out: Path) -> None:
    """Raises FellesdriftError FD505 when `out` holds something that is no twin's, or is the source itself."""
    inside = source.resolve() == out.resolve() or source.resolve().is_relative_to(out.resolve())
    if inside or (out.exists() and not (out / STATE).is_dir() and (not out.is_dir() or any(out.iterdir()))):
        raise FellesdriftError(
            "FD505",
            "The twin's inventory would be written over something else",
            file=str(out),
            found="the source inventory" if inside else "a folder that no twin made",
            expected="a new folder, or one that a twin made before",
            next_step="choose another folder with --out",
        )


def _link_folder(source: Path, target: Path) -> None:
    """Links to all that one host's or group's variables consist of: `NAME/*` and `NAME`, `NAME.yml`, ..."""
    _folder(target)
    if source.is_dir():
        for entry in sorted(source.iterdir()):
            _link(entry, target / entry.name)
    for suffix in _SUFFIXES:
        file = source.with_name(source.name + suffix)
        if file.is_file():
            _link(file, target / f"{source.name}.yml")


def _link_snapshots(source: Path, target: Path) -> None:
    """A folder of the twin's own with the source's snapshots by links, but for `latest`: that is what the source's
    devices said, and what the twin's say is written beside it, never through it."""
    _folder(target)
    for entry in sorted(source.iterdir()):
        if entry.name != _LATEST:
            _link(entry, target / entry.name)


def _names(folder: Path) -> set[str]:
    """The groups or hosts that have variables in a folder."""
    if not folder.is_dir():
        return set()
    found = set()
    for entry in folder.iterdir():
        if not entry.name.startswith("."):
            suffix = next((s for s in _SUFFIXES[1:] if entry.is_file() and entry.name.endswith(s)), "")
            found.add(entry.name.removesuffix(suffix))
    return found


def generate(source: Path, out: Path, access: Access) -> None:
    """Write the inventory. `source` is an inventory folder, or one inventory file with its variables beside it."""
    base = source if source.is_dir() else source.parent
    wanted = [entry for entry in sorted(base.iterdir()) if not entry.name.startswith(".") and entry != out]
    if not source.is_dir():
        wanted = [entry for entry in wanted if entry == source or entry.name == _SNAPSHOTS]
    _folder(out)
    for entry in wanted:
        if entry.name == _SNAPSHOTS and entry.is_dir():
            _link_snapshots(entry, out / entry.name)
        elif entry.name not in _VARIABLES and entry.resolve() != out.resolve():
            _link(entry, out / entry.name)
    for name in sorted(_names(base / "group_vars") | {"all"}):
        _link_folder(base / "group_vars" / name, out / "group_vars" / name)
    state = out.resolve() / STATE
    twin = {
        "journal": str(state / "journal.sqlite"),
        "directory": str(out.resolve()),
        "speed": access.speed,
        "wait_speed": WAIT_SPEED,
    }
    _write(out / "group_vars" / "all" / _OURS, _yaml({"fellesdrift_twin": twin}))
    ours = {*access.ports, *access.windows, *access.exchanges, *access.end_hosts}
    for name in sorted(_names(base / "host_vars") | ours):
        _link_folder(base / "host_vars" / name, out / "host_vars" / name)
    for name, port in access.ports.items():
        variables = {
            "ansible_host": LOOPBACK,
            "ansible_port": port,
            "ansible_user": access.credentials.user,
            "ansible_password": access.credentials.password,
            "ansible_become_password": access.credentials.enable,
            "fellesdrift_known_hosts": str(state / "known_hosts"),
        }
        _write(out / "host_vars" / name / _OURS, _yaml(variables))
    for name, port in access.windows.items():
        variables = {
            # Ansible itself has no connection that works on Windows 2003; fellesdrift's own session reads the rest
            "ansible_connection": "fellesdrift.core.refuse",
            "ansible_host": LOOPBACK,
            "ansible_port": port,
            "ansible_user": access.credentials.user,
            "ansible_password": access.credentials.password,
        }
        _write(out / "host_vars" / name / _OURS, _yaml(variables))
    for name, doors in access.exchanges.items():
        variables = {
            # Ansible itself has no connection that speaks to an exchange; fellesdrift's own session reads the rest
            "ansible_connection": "fellesdrift.core.refuse",
            "ansible_host": LOOPBACK,
            "ansible_port": doors.get("ssh", doors.get("telnet", 0)),
            "ansible_user": access.credentials.user,
            "ansible_password": access.credentials.password,
            "twin_ports": dict(doors),
            # the port is SSH's, whatever the real exchange has
            "fellesdrift_telnet": "ssh" not in doors,
            "fellesdrift_known_hosts": str(state / "known_hosts"),
        }
        _write(out / "host_vars" / name / _OURS, _yaml(variables))
    for name in access.end_hosts:
        _write(out / "host_vars" / name / _OURS, _yaml(_NOWHERE))
    _write(_folder(state) / "known_hosts", access.known_hosts)


def _yaml(variables: Mapping[str, object]) -> str:
    """JSON is YAML, and quotes what needs quoting."""
    return "---\n# Made by `fellesdrift twin up`; `fellesdrift twin down` removes it.\n" + "".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in variables.items()
    )


def remove(out: Path) -> None:
    """Remove a generated inventory; links are removed, not what they lead to."""
    shutil.rmtree(out)
