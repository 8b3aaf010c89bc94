"""show version, show inventory, show cdp."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fellesdrift.twin.device import stamp
from fellesdrift.twin.ios import models, names
from fellesdrift.twin.ios.registry import Registry
from fellesdrift.twin.net.addresses import text_of

if TYPE_CHECKING:
    from fellesdrift.twin.device import Router
    from fellesdrift.twin.ios.shell import Shell

registry = Registry()
_UNITS = (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60))


def _uptime(seconds: int) -> str:
    parts = []
    for name, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count or name == "minute":
            parts.append(f"{count} {name}{'s' * (count != 1)}")
    return ", ".join(parts)


def _serial(device: Router) -> str:
    """A serial number that stays the same for a device: its name decides."""
    total = sum(ord(letter) * (at + 7) for at, letter in enumerate(device.name))
    return f"FCZ{total % 10000:04d}X{len(device.name):03d}"


@registry.command("show version")
def version(shell: Shell, _values: Mapping[str, str]) -> str:
    device = shell.device
    model = device.model
    counts = Counter(names.kind(name) for name in device.hardware)
    ports = "".join(
        f"{counts[kind]} {label} interface{'s' * (counts[kind] != 1)}\n"
        for kind, label in (
            ("FastEthernet", "FastEthernet"),
            ("GigabitEthernet", "Gigabit Ethernet"),
            ("Serial", "Serial(sync/async)"),
        )
        if counts[kind]
    )
    software = f"{model.software} Software ({model.image.removesuffix('z').upper()})"
    uptime = int((datetime.now(UTC) - device.booted).total_seconds() * device.speed)
    file = models.image_file(model, device.release)
    return (
        f"Cisco IOS Software, {software}, Version {device.release}, RELEASE SOFTWARE (fc1)\n"
        "Technical Support: http://www.cisco.com/techsupport\n"
        "Copyright (c) 1986-2009 by Cisco Systems, Inc.\n\n"
        "ROM: System Bootstrap, Version 12.4(13r)T, RELEASE SOFTWARE (fc1)\n\n"
        f"{device.config.hostname} uptime is {_uptime(uptime)}\n"
        f"System returned to ROM by {device.reload_reason}\n"
        f"System restarted at {stamp(device.booted)}\n"
        f'System image file is "flash:{file}"\n\n'
        f"Cisco {model.name} (revision 53.51) with {model.memory} bytes of memory.\n"
        f"Processor board ID {_serial(device)}\n{ports}"
        "DRAM configuration is 64 bits wide with parity enabled.\n"
        f"{model.nvram // 1024}K bytes of non-volatile configuration memory.\n"
        f"{model.flash // 1024}K bytes of ATA CompactFlash (Read/Write)\n\n"
        "Configuration register is 0x2102\n\n"
    )


@registry.command("show inventory [raw]")
def inventory(shell: Shell, _values: Mapping[str, str]) -> str:
    device = shell.device
    return (
        f'NAME: "{device.model.name} chassis", DESCR: "{device.model.name} chassis"\n'
        f"PID: CISCO{device.model.name:<12}, VID: V03 , SN: {_serial(device)}\n\n"
    )


def _neighbours(device: Router) -> Iterator[tuple[str, str, str]]:
    """(own interface, neighbour, its interface) for every wire that is up on both sides."""
    net = device.network
    for name in sorted(net.up(device.name), key=names.order):
        link = net.link_of(device.name, name)
        if link is None or "." in name:
            continue
        for end in link.ends:
            up = end.device is not None and end.interface in net.up(end.device)
            if up and end.device != device.name and end.device is not None and end.interface is not None:
                yield name, end.device, end.interface


@registry.command("show cdp")
def cdp(_shell: Shell, _values: Mapping[str, str]) -> str:
    return (
        "Global CDP information:\n        Sending CDP packets every 60 seconds\n"
        "        Sending a holdtime value of 180 seconds\n        Sending CDPv2 advertisements is  enabled\n"
    )


@registry.command("show cdp neighbors")
def cdp_neighbours(shell: Shell, _values: Mapping[str, str]) -> str:
    text = (
        "Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge\n"
        "                  S - Switch, H - Host, I - IGMP, r - Repeater\n\n"
        "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID\n"
    )
    for own, name, theirs in _neighbours(shell.device):
        local, port = (f"{each[:3]} {each[len(names.kind(each)) :]}" for each in (own, theirs))
        text += f"{name:<17}{local:<18}{150:<11}{'R S I':<12}{_platform(shell, name):<10}{port}\n"
    return text


def _platform(shell: Shell, name: str) -> str:
    view = shell.device.network.views[name]
    hardware = frozenset(each for each in view.interfaces if not names.is_virtual(each))
    return models.guess("12.4", hardware).name


@registry.command("show cdp neighbors detail", "show cdp entry *")
def cdp_detail(shell: Shell, _values: Mapping[str, str]) -> str:
    net, text = shell.device.network, ""
    for own, name, theirs in _neighbours(shell.device):
        address = net.views[name].interfaces[theirs].address
        text += (
            "-------------------------\n"
            f"Device ID: {name}\nEntry address(es): \n"
            + (f"  IP address: {text_of(address)}\n" if address is not None else "")
            + f"Platform: Cisco {_platform(shell, name)},  Capabilities: Router Switch IGMP \n"
            f"Interface: {own},  Port ID (outgoing port): {theirs}\nHoldtime : 150 sec\n\n"
        )
    return text
