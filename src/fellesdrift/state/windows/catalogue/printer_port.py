"""Standard TCP/IP ports of printers: Win32_TCPIPPrinterPort. Local ports (LPT1:, FILE:) are Windows' own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fellesdrift.state.windows.catalogue.instances import InstanceKind
from fellesdrift.state.windows.claims import SAME_TEXT
from fellesdrift.state.windows.errors import RefusedStateError, known
from fellesdrift.state.windows.forms import FLAG, choice, number, text
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import PRESENT, Attribute, Resource, Scene

_PROTOCOLS = {"raw": 1, "lpr": 2}


class PrinterPortKind(InstanceKind):
    """By the port's name."""

    name = "printer_port"
    rank = 80
    cls, by, words = "Win32_TCPIPPrinterPort", "Name", "printer port"
    attributes: Mapping[str, Attribute] = {
        "address": Attribute(text(128, empty=False), SAME_TEXT),
        "protocol": Attribute(choice(*_PROTOCOLS)),
        "port": Attribute(number(1, 65535)),
        "queue": Attribute(text(128)),
        "snmp": Attribute(FLAG),
    }
    properties: Mapping[str, str] = {
        "address": "HostAddress",
        "protocol": "Protocol",
        "port": "PortNumber",
        "queue": "Queue",
        "snmp": "SNMPEnabled",
    }

    def key(self, key: str) -> str:
        if set(key) & set("\\,"):
            raise ValueError("a port's name, which has neither backslashes nor commas")
        return super().key(key)

    def check(self, _key: str, resource: Resource) -> Resource:
        if resource.get("protocol") == "lpr" and not resource.get("queue"):
            raise ValueError("a queue for lpr")
        return resource

    def shown(self, host: Host, row: Mapping[str, Any]) -> Resource:
        where = f"{self.name}/{row['Name']}"
        protocols = {number: word for word, number in _PROTOCOLS.items()}
        return {
            "address": row["HostAddress"] or "",
            "protocol": protocols.get(row["Protocol"], str(row["Protocol"])),
            "port": known(host.name, where, row["PortNumber"], int),
            "queue": row["Queue"] or "",
            "snmp": known(host.name, where, row["SNMPEnabled"], bool),
        }

    def written(self, resource: Resource) -> dict[str, Any]:
        wanted = {"protocol": "raw", "port": 9100, "snmp": False} | resource
        values = {prop: wanted[name] for name, prop in self.properties.items() if name in wanted}
        values["Protocol"] = _PROTOCOLS[str(wanted["protocol"])]
        if not values.get("Queue"):
            values.pop("Queue", None)
        return values

    def leads_back(self, have: Resource, change: Resource) -> Resource:
        # lpr is claimed with its queue, or not at all
        queue = {"queue": have["queue"]} if "protocol" in change and have["protocol"] == "lpr" else {}
        return super().leads_back(have, change) | queue

    def allow(self, scene: Scene, key: str, want: Resource) -> None:
        place = f"{self.name}/{key}"
        if "address" not in want:
            raise RefusedStateError(
                scene.host.name, place, "no such port, and no `address` to make it of", "an address"
            )
        if want.get("protocol", "raw") not in _PROTOCOLS:
            raise RefusedStateError(
                scene.host.name,
                place,
                f"protocol {want['protocol']}",
                f"protocol {' or '.join(_PROTOCOLS)} claimed too",
            )
        if want.get("protocol") == "lpr" and not want.get("queue"):
            raise RefusedStateError(scene.host.name, place, "lpr without a queue", "a queue claimed too")

    def allow_removal(self, scene: Scene, key: str) -> None:
        rows = scene.host.client.query("Win32_Printer", ["DeviceID", "PortName"])
        printers = {name.lower(): claim for name, claim in scene.want.get("printer", {}).items()}
        for row in rows:
            claim = printers.get(str(row["DeviceID"]).lower(), {})
            stays = claim.get(PRESENT, True) and str(claim.get("port", row["PortName"])).lower() == key.lower()
            if stays:
                raise RefusedStateError(
                    scene.host.name,
                    f"{self.name}/{key}",
                    f"printer {row['DeviceID']} uses it",
                    "a port that nobody uses",
                )
