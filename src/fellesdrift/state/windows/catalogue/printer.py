"""Printers of the host itself: Win32_Printer. A driver is installed by people; a port is a `printer_port` or local.

Creating and deleting instances of the class is how prnmngr.vbs of Server 2003 does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fellesdrift.state.windows.catalogue.instances import InstanceKind
from fellesdrift.state.windows.claims import SAME_TEXT
from fellesdrift.state.windows.errors import RefusedStateError, known
from fellesdrift.state.windows.forms import text
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import PRESENT, Attribute, Resource, Scene
from fellesdrift.state.windows.refusals import ByHandError

_TEXT = Attribute(text(255))


class PrinterKind(InstanceKind):
    """By the printer's name. share: the name under which it is shared; empty: it is not."""

    name = "printer"
    rank = 85
    cls, by, words = "Win32_Printer", "DeviceID", "printer"
    attributes: Mapping[str, Attribute] = {
        "driver": Attribute(text(255, empty=False), SAME_TEXT),
        "port": Attribute(text(255, empty=False), SAME_TEXT),
        "share": Attribute(text(80, without='\\/,"')),
        "location": _TEXT,
        "comment": _TEXT,
    }
    properties: Mapping[str, str] = {
        "driver": "DriverName",
        "port": "PortName",
        "share": "ShareName",
        "location": "Location",
        "comment": "Comment",
        "_shared": "Shared",
    }

    def key(self, key: str) -> str:
        if set(key) & set(',!\\"'):
            raise ValueError("a printer's name, without commas, exclamation marks, quotes and backslashes")
        return super().key(key)

    def ours(self, _key: str, resource: Resource) -> bool:
        """The printers that terminal services bring along with a user's session come and go with it."""
        return not str(resource.get("port", "")).upper().startswith("TS")

    def shown(self, host: Host, row: Mapping[str, Any]) -> Resource:
        shared = known(host.name, f"{self.name}/{row['DeviceID']}", row["Shared"], bool)
        return {
            "driver": row["DriverName"] or "",
            "port": row["PortName"] or "",
            "share": (row["ShareName"] or "") if shared else "",
            "location": row["Location"] or "",
            "comment": row["Comment"] or "",
        }

    def written(self, resource: Resource) -> dict[str, Any]:
        values = {prop: resource[name] for name, prop in self.properties.items() if name in resource}
        if "share" in resource:
            values["Shared"] = bool(resource["share"])
        return values

    def allow(self, scene: Scene, key: str, want: Resource) -> None:
        host, place = scene.host, f"{self.name}/{key}"
        for name in ("driver", "port"):
            if name not in want:
                raise RefusedStateError(
                    host.name, place, f"no such printer, and no `{name}` to make it of", "driver and port"
                )
        # its name has version and environment behind it: "HP LaserJet 4,3,Windows NT x86"
        drivers = {str(row["Name"]).split(",")[0].lower() for row in host.client.query("Win32_PrinterDriver", ["Name"])}
        if want["driver"].lower() not in drivers:
            raise ByHandError(
                host.name,
                f"{place}/driver",
                f"no driver {want['driver']}",
                "a driver that is installed",
                "install the driver at the host: server properties of Printers and Faxes, Drivers, Add",
            )
        self._allow_port(scene, place, want["port"])
        self._allow_share(scene, key, want.get("share", ""))

    def _allow_share(self, scene: Scene, key: str, share: str) -> None:
        """Nobody else may be shared under that name afterwards."""
        if not share:
            return
        claims = {name.lower(): dict(claim) for name, claim in scene.want[self.name].items()}
        for row in scene.host.client.query("Win32_Printer", ["DeviceID", "Shared", "ShareName"]):
            name = str(row["DeviceID"]).lower()
            present = (row["ShareName"] or "") if row["Shared"] else ""
            claims.setdefault(name, {"share": present}).setdefault("share", present)
        taken = [
            f"printer {name}"
            for name, claim in claims.items()
            if name != key.lower() and str(claim.get("share", "")).lower() == share.lower() and claim.get(PRESENT, True)
        ] + [
            f"share {row['Name']}" for row in scene.host.query_named("Win32_Share", ["Name"], "Name", [share], "Type=0")
        ]
        if taken:
            raise RefusedStateError(
                scene.host.name, f"{self.name}/{key}/share", f"{share} is {taken[0]}'s", "a name that nobody else has"
            )

    def _allow_port(self, scene: Scene, place: str, port: str) -> None:
        claimed = {key.lower(): claim for key, claim in scene.want.get("printer_port", {}).items()}
        if port.lower() in claimed:
            there = claimed[port.lower()].get(PRESENT, True)
        else:
            rows = scene.host.query_named("Win32_TCPIPPrinterPort", ["Name"], "Name", [port])
            # a local port is in no class of WMI; its name ends in a colon
            there = bool(rows) or port.endswith(":")
        if not there:
            raise RefusedStateError(
                scene.host.name, f"{place}/port", f"no port {port}", "a port of the host, or a claimed `printer_port`"
            )
