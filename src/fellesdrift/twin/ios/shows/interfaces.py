"""show interfaces, show ip interface, show standby."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from fellesdrift.twin.ios import names
from fellesdrift.twin.ios.registry import Registry
from fellesdrift.twin.net.addresses import length_of, text_of

if TYPE_CHECKING:
    from fellesdrift.twin.device import Router
    from fellesdrift.twin.ios.shell import Shell

registry = Registry()
_BANDWIDTH = {
    "GigabitEthernet": 1000000,
    "FastEthernet": 100000,
    "Ethernet": 10000,
    "Serial": 1544,
    "Loopback": 8000000,
}
_HARDWARE = {
    "GigabitEthernet": "BCM1125 Internal MAC",
    "FastEthernet": "Gt96k FE",
    "Ethernet": "AmdP2",
    "Serial": "GT96K Serial",
}


def _states(device: Router, name: str) -> tuple[str, str]:
    """(`administratively down`, `down`) and so on."""
    net = device.network
    protocol = "up" if name in net.up(device.name) else "down"
    if not net.enabled(device.name, name):
        return "administratively down", "down"
    # on Ethernet without a wire the port is down; a serial line without the other end has no carrier
    return ("up" if protocol == "up" else "down"), protocol


def _mac(device: Router, name: str) -> str:
    number = sum(ord(letter) * 257**at for at, letter in enumerate(f"{device.name}{name}")) % 0xFFFFFF
    return f"0017.{number >> 16 & 0xFF:02x}{number >> 8 & 0xFF:02x}.{number & 0xFF:02x}{len(name):02x}"


def _ordered(device: Router) -> list[str]:
    return sorted(device.network.views[device.name].interfaces, key=_place)


def _place(name: str) -> tuple[int, tuple[int, int, int, list[int], list[int]]]:
    """Hardware first, in its order, then what is made by configuration."""
    return (1 if names.is_virtual(name) and "." not in name else 0), names.order(name)


def _chosen(device: Router, values: Mapping[str, str]) -> list[str] | None:
    name = values.get("name")
    if name is None:
        return _ordered(device)
    return [name] if name in device.network.views[device.name].interfaces else None


def _absent(values: Mapping[str, str]) -> str:
    return f"% Invalid interface type and number {values['name']}\n"


@registry.command("show interfaces [<name:iface>]")
def interfaces(shell: Shell, values: Mapping[str, str]) -> str:
    chosen = _chosen(shell.device, values)
    return _absent(values) if chosen is None else "".join(_detail(shell.device, name) for name in chosen)


def _detail(device: Router, name: str) -> str:
    kind = names.kind(name)
    block = device.config.interfaces()[name]
    status, protocol = _states(device, name)
    interface = device.network.views[device.name].interfaces[name]
    bandwidth = block.value("bandwidth", "kilobits") or str(_BANDWIDTH.get(kind, 100000))
    text = f"{name} is {status}, line protocol is {protocol} \n"
    if kind in _HARDWARE:
        mac = _mac(device, name)
        text += f"  Hardware is {_HARDWARE[kind]}"
        text += "\n" if kind == "Serial" else f", address is {mac} (bia {mac})\n"
    else:
        text += f"  Hardware is {kind}\n"
    description = block.value("description", "text")
    if description:
        text += f"  Description: {description}\n"
    for address, mask in interface.addresses[:1]:
        text += f"  Internet address is {text_of(address)}/{length_of(mask)}\n"
    mtu = block.value("mtu", "bytes") or ("1514" if kind == "Loopback" else "1500")
    text += f"  MTU {mtu} bytes, BW {bandwidth} Kbit/sec, DLY 100 usec, \n"
    text += "     reliability 255/255, txload 1/255, rxload 1/255\n"
    protocol_name = (block.value("encapsulation", "protocol") or "hdlc").upper()
    text += f"  Encapsulation {protocol_name if kind == 'Serial' else 'ARPA'}, loopback not set\n"
    if kind in ("GigabitEthernet", "FastEthernet"):
        text += "  Full Duplex, 100Mbps, media type is T\n"
    return text + (
        "  Last input 00:00:01, output 00:00:00, output hang never\n"
        "  5 minute input rate 0 bits/sec, 0 packets/sec\n"
        "  5 minute output rate 0 bits/sec, 0 packets/sec\n"
        "     0 packets input, 0 bytes, 0 no buffer\n"
        "     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored, 0 abort\n"
        "     0 packets output, 0 bytes, 0 underruns\n"
    )


@registry.command("show interfaces description", "show interfaces <name:iface> description")
def descriptions(shell: Shell, values: Mapping[str, str]) -> str:
    text = "Interface                      Status         Protocol Description\n"
    for name in _chosen(shell.device, values) or []:
        status, protocol = _states(shell.device, name)
        status = status.replace("administratively", "admin")
        description = shell.device.config.interfaces()[name].value("description", "text") or ""
        text += f"{names.short(name):<30} {status:<14} {protocol:<8} {description}".rstrip() + "\n"
    return text


@registry.command("show ip interface brief", "show ip interface <name:iface> brief")
def brief(shell: Shell, values: Mapping[str, str]) -> str:
    text = "Interface                  IP-Address      OK? Method Status                Protocol\n"
    for name in _chosen(shell.device, values) or []:
        status, protocol = _states(shell.device, name)
        address = shell.device.network.views[shell.device.name].interfaces[name].address
        shown = "unassigned" if address is None else text_of(address)
        method = "unset " if address is None else "NVRAM "
        text += f"{name:<26} {shown:<15} YES {method} {status:<21} {protocol:<8}\n"
    return text


@registry.command("show ip interface [<name:iface>]")
def ip_interface(shell: Shell, values: Mapping[str, str]) -> str:
    chosen = _chosen(shell.device, values)
    return _absent(values) if chosen is None else "".join(_ip(shell.device, chosen))


def _ip(device: Router, chosen: Iterable[str]) -> Iterable[str]:
    for name in chosen:
        status, protocol = _states(device, name)
        interface = device.network.views[device.name].interfaces[name]
        text = f"{name} is {status}, line protocol is {protocol}\n"
        if not interface.addresses:
            yield f"{text}  Internet protocol processing disabled\n"
            continue
        address, mask = interface.addresses[0]
        text += f"  Internet address is {text_of(address)}/{length_of(mask)}\n"
        text += "  Broadcast address is 255.255.255.255\n  Address determined by setup command\n  MTU is 1500 bytes\n"
        for more, wide in interface.addresses[1:]:
            text += f"  Secondary address {text_of(more)}/{length_of(wide)}\n"
        text += "  Helper address is not set\n  Directed broadcast forwarding is disabled\n"
        text += f"  Outgoing access list is {interface.access_out or 'not set'}\n"
        text += f"  Inbound  access list is {interface.access_in or 'not set'}\n"
        yield text


@registry.command("show standby brief", "show standby")
def standby(shell: Shell, _values: Mapping[str, str]) -> str:
    net, device = shell.device.network, shell.device
    text = (
        "                     P indicates configured to preempt.\n                     |\n"
        "Interface   Grp Prio P State    Active          Standby         Virtual IP\n"
    )
    for name in _ordered(device):
        link = net.link_of(device.name, name)
        for group in net.views[device.name].interfaces[name].standby:
            members = net.standby(link).get((group.group, group.address), []) if link is not None else []
            state, active, second = "Init", "unknown", "unknown"
            if name in net.up(device.name):
                order = [member[0] for member in members]
                state = ("Active", "Standby")[order.index(device.name)] if order.index(device.name) < 2 else "Listen"
                shown = [
                    "local" if each == device.name else text_of(net.views[each].interfaces[port].address or 0)
                    for each, port, _ in members
                ]
                active, second = shown[0], shown[1] if len(shown) > 1 else "unknown"
            text += (
                f"{names.short(name):<11} {group.group:<3} {group.priority:<4} {'P' if group.preempt else ' '} "
                f"{state:<8} {active:<15} {second:<15} {text_of(group.address)}\n"
            )
    return text
