"""From a configuration to what it means for packets."""

from __future__ import annotations

from collections.abc import Mapping

from fellesdrift.twin.ios import entries
from fellesdrift.twin.ios.config import Block, Configuration, Line
from fellesdrift.twin.ios.syntax import PORTS
from fellesdrift.twin.net.addresses import number
from fellesdrift.twin.net.packet import ECHO, ECHO_REPLY, TIME_EXCEEDED, UNREACHABLE, Entry
from fellesdrift.twin.net.view import Interface, Nat, Standby, Static, View

_ICMP = {
    "echo": ECHO,
    "echo-reply": ECHO_REPLY,
    "unreachable": UNREACHABLE,
    "host-unreachable": UNREACHABLE,
    "net-unreachable": UNREACHABLE,
    "port-unreachable": UNREACHABLE,
    "packet-too-big": UNREACHABLE,
    "administratively-prohibited": UNREACHABLE,
    "time-exceeded": TIME_EXCEEDED,
    "ttl-exceeded": TIME_EXCEEDED,
    "traceroute": 30,
    "redirect": 5,
    "source-quench": 4,
    "parameter-problem": 12,
    "timestamp-request": 13,
    "timestamp-reply": 14,
}
_NUMBERS = {"1": "icmp", "6": "tcp", "17": "udp"}


def _port(text: str) -> int:
    return PORTS[text] if text in PORTS else int(text)


def _ports(values: Mapping[str, str], side: str) -> tuple[int, int, bool] | None:
    if f"{side}_eq" in values:
        port = _port(values[f"{side}_eq"])
        return port, port, True
    if f"{side}_neq" in values:
        port = _port(values[f"{side}_neq"])
        return port, port, False
    if f"{side}_gt" in values:
        return _port(values[f"{side}_gt"]) + 1, 65535, True
    if f"{side}_lt" in values:
        return 0, _port(values[f"{side}_lt"]) - 1, True
    if f"{side}_low" in values:
        return _port(values[f"{side}_low"]), _port(values[f"{side}_high"]), True
    return None


def entry_of(line: Line) -> Entry | None:
    """One access list entry; None for a remark."""
    values = line.values
    if "action" not in values:
        return None
    protocol = values.get("protocol", "ip")
    return Entry(
        permit=values["action"] == "permit",
        text=line.text,
        protocol=_NUMBERS.get(protocol, protocol),
        src=entries.end(values, "src"),
        dst=entries.end(values, "dst"),
        sport=_ports(values, "sport"),
        dport=_ports(values, "dport"),
        icmp=_ICMP[values["icmp"]] if "icmp" in values else None,
        established="flag" in values,
    )


def _standbys(block: Block) -> tuple[Standby, ...]:
    found = []
    for line in block.starting("standby "):
        if line.key.endswith(" ip") and "address" in line.values:
            group = line.values["group"]
            found.append(
                Standby(
                    int(group),
                    number(line.values["address"]),
                    int(block.value(f"standby {group} priority", "priority") or 100),
                    f"standby {group} preempt" in block.lines,
                )
            )
    return tuple(found)


def _interface(name: str, block: Block) -> Interface:
    lines = [*([block.lines["ip address"]] if "ip address" in block.lines else [])]
    lines += list(block.starting("ip address secondary"))
    vlan = block.value("encapsulation", "vlan")
    return Interface(
        name=name,
        enabled="shutdown" not in block.lines,
        addresses=tuple(
            (number(line.values["address"]), number(line.values["mask"])) for line in lines if "mask" in line.values
        ),
        access_in=block.value("ip access-group in", "list"),
        access_out=block.value("ip access-group out", "list"),
        nat=block.value("ip nat", "side"),
        inspect_in=block.value("ip inspect in", "name"),
        inspect_out=block.value("ip inspect out", "name"),
        standby=_standbys(block),
        vlan=int(vlan) if vlan else None,
        unnumbered=block.value("ip unnumbered", "interface"),
    )


def _static(line: Line) -> Static:
    values = line.values
    return Static(
        number(values["prefix"]),
        number(values["mask"]),
        number(values["hop"]) if "hop" in values else None,
        values.get("out"),
        int(values.get("distance", "1")),
        values.get("label"),
    )


def view_of(config: Configuration) -> View:
    """What the configuration means. Inspection rules: name -> protocol -> whether the router's own traffic counts."""
    inspections: dict[str, dict[str, bool]] = {}
    for line in config.root.starting("ip inspect name "):
        own = "router-traffic" in line.values.get("how", "")
        inspections.setdefault(line.values["name"], {})[line.values["protocol"]] = own
    lists = {
        name: tuple(
            entry for _, each in entries.ordered(line.block or Block()) if (entry := entry_of(each)) is not None
        )
        for name, line in config.access_lists().items()
    }
    return View(
        interfaces={name: _interface(name, block) for name, block in config.interfaces().items()},
        statics=tuple(_static(line) for line in config.root.starting("ip route ")),
        access_lists=lists,
        nat=tuple(
            Nat(line.values["list"], line.values["interface"])
            for line in config.root.starting("ip nat inside source list ")
            if "interface" in line.values
        ),
        static_nat={
            number(line.values["inside"]): number(line.values["outside"])
            for line in config.root.starting("ip nat inside source static ")
        },
        inspections=inspections,
        access_classes=tuple(
            line.block.lines["access-class in"].values["list"]
            for line in config.root.starting("line vty")
            if line.block is not None and "access-class in" in line.block.lines
        ),
    )
