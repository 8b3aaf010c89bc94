"""Terminal services: whether the host takes connections, and whether new users may log on.

Win32_TerminalServiceSetting lies in root/cimv2 on Server 2003 and in root/cimv2/TerminalServices later: both are asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fellesdrift.session.wsman.classes import CIMV2, TERMINAL_SERVICES
from fellesdrift.session.wsman.errors import FaultError
from fellesdrift.state.windows.errors import RefusedError, known
from fellesdrift.state.windows.forms import FLAG
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Resource, Scene, Step
from fellesdrift.state.windows.refusals import NoSuchPartError

_CLASS = "Win32_TerminalServiceSetting"
_PROPERTIES = ["ServerName", "AllowTSConnections", "Logons"]
KEY = "server"
# WBEM_E_INVALID_NAMESPACE, WBEM_E_INVALID_CLASS: it is not here
_NOT_HERE = (0x8004100E, 0x80041010)


class TerminalServicesKind(Kind):
    """One resource a host, with the key `server`."""

    name = "terminal_services"
    rank = 80
    attributes: Mapping[str, Attribute] = {"connections": Attribute(FLAG), "logons": Attribute(FLAG)}
    listable = True
    removable = False

    def key(self, key: str) -> str:
        if key != KEY:
            raise ValueError(KEY)
        return key

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        found = _find(host)
        if found is None:
            return {} if want is None else {KEY: dict(ABSENT)}
        _, row = found
        connections, logons = (known(host.name, self.name, row[name], int) for name in ("AllowTSConnections", "Logons"))
        return {KEY: {PRESENT: True, "connections": connections == 1, "logons": logons == 0}}

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        planned = []
        for key, change in changes.items():
            have = scene.have[self.name][key]
            place = _find(scene.host) if have[PRESENT] else None
            if place is None:
                raise NoSuchPartError(
                    scene.host.name,
                    f"{self.name}/{key}",
                    "neither namespace of WMI has terminal services",
                    f"{_CLASS} in {CIMV2} or {TERMINAL_SERVICES}",
                )
            planned += [_step(name, have[name], value, *place) for name, value in change.items()]
        return planned


def _find(host: Host) -> tuple[str, dict[str, Any]] | None:
    """Where the class is, and its one instance; None when it is nowhere."""
    for namespace in (CIMV2, TERMINAL_SERVICES):
        try:
            rows = host.client.query(_CLASS, _PROPERTIES, namespace=namespace)
        except FaultError as fault:
            if fault.hresult not in _NOT_HERE:
                raise
            continue
        if rows:
            return namespace, dict(rows[0])
    return None


def _step(name: str, have: bool, value: bool, namespace: str, row: Mapping[str, Any]) -> Step:
    keys = {"ServerName": str(row["ServerName"])}
    words = {"connections": "connections of terminal services", "logons": "logons of new users to terminal services"}
    title = f"{'Allow' if value else 'Refuse'} {words[name]}"

    def do(host: Host) -> None:
        if name == "logons":
            host.client.put(_CLASS, keys, {"Logons": 0 if value else 1}, namespace)
            return
        arguments = {"AllowTSConnections": int(value)}
        code = host.client.invoke(_CLASS, "SetAllowTSConnections", arguments, keys, namespace=namespace)["ReturnValue"]
        if code != 0:
            raise RefusedError(host.name, title, f"{_CLASS}.SetAllowTSConnections returned {code}")

    return Step("terminal_services", KEY, title, {name: have}, {name: value}, do)
