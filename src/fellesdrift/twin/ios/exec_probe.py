"""ping, traceroute, telnet: what an engineer asks the network with."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fellesdrift.twin.ios import names
from fellesdrift.twin.ios.configure import refusal_text
from fellesdrift.twin.ios.registry import Registry
from fellesdrift.twin.ios.syntax import PORTS, Refusal, is_address
from fellesdrift.twin.net.addresses import number, text_of
from fellesdrift.twin.net.network import Node
from fellesdrift.twin.net.packet import Packet
from fellesdrift.twin.net.trace import Exchange, exchange, notice

if TYPE_CHECKING:
    from fellesdrift.twin.ios.shell import Shell

registry = Registry()
_UNKNOWN = "% Unrecognized host or address, or protocol not running.\n"
_LONGEST_WAY = 30


@dataclass(frozen=True)
class Options:
    """The words behind a ping or traceroute."""

    source: str | None = None
    repeat: int = 5
    size: int = 100
    timeout: int = 2
    probe: int = 3
    ttl: int = _LONGEST_WAY


def _options(words: str) -> Options | int:
    """Pairs of keyword and value; the position of the first that is wrong otherwise."""
    parts, options, at = words.split(), Options(), 0
    while at < len(parts):
        known = [name for name in ("source", "repeat", "size", "timeout", "probe", "ttl") if name.startswith(parts[at])]
        if parts[at] in ("df-bit", "validate"):
            at += 1
            continue
        if not known:
            return at
        if at + 1 >= len(parts):
            return at + 1
        value = parts[at + 1]
        if known[0] == "source":
            options = replace(options, source=value)
        elif value.isdigit() and int(value) <= 100_000:
            count: dict[str, Any] = {known[0]: int(value)}
            options = replace(options, **count)
        else:
            return at + 1
        at += 2
    return options


def _source(shell: Shell, text: str | None) -> int | None:
    """0 when none was asked for, None when it is no address of this device."""
    if text is None:
        return 0
    own = shell.device.network.own_addresses(shell.device.name)
    if is_address(text):
        return number(text) if number(text) in own else None
    name = names.canonical(text)
    interfaces = shell.device.network.views[shell.device.name].interfaces
    if name is None or name not in interfaces:
        return None
    return interfaces[name].address if interfaces[name].address in own else None


def _ready(shell: Shell, values: Mapping[str, str]) -> tuple[int, int, Options] | str:
    """(target, source, options), or what the device says against it."""
    options = _options(values.get("rest", ""))
    if isinstance(options, int):
        typed = shell.history[-1]
        words = typed.split()
        wrong = len(words) - len(values["rest"].split()) + options
        column = len(" ".join(words[:wrong])) + 1
        kind = Refusal("invalid", column) if wrong < len(words) else Refusal("incomplete", column)
        return refusal_text(kind, typed, len(shell.prompt))
    if not is_address(values["target"]):
        return _UNKNOWN
    source = _source(shell, options.source)
    if source is None:
        return "% Invalid source address- IP address not on any of our up interfaces\n"
    return number(values["target"]), source, options


@registry.command("ping [ip] <target:word> [<rest:line>]")
async def ping(shell: Shell, values: Mapping[str, str]) -> str:
    ready = _ready(shell, values)
    if isinstance(ready, str):
        return ready
    target, source, options = ready
    device = shell.device
    shell.terminal.write(
        "\nType escape sequence to abort.\n"
        f"Sending {options.repeat}, {options.size}-byte ICMP Echos to {text_of(target)}, "
        f"timeout is {options.timeout} seconds:\n"
    )
    if source:
        shell.terminal.write(f"Packet sent with a source address of {text_of(source)} \n")
    origin = Node("device", device.name)
    answered = sent = 0
    for at in range(options.repeat):
        if shell.terminal.interrupted() or shell.over:
            break
        mark = "." if at == 0 and device.faults.has("arp") else _probe(shell, origin, Packet(source, target), at)
        sent += 1
        answered += mark == "!"
        if mark == ".":
            await asyncio.sleep(device.real(options.timeout))
        shell.terminal.write(mark)
        if at % 70 == 69:
            shell.terminal.write("\n")
    rate = 100 * answered // max(sent, 1)
    times = ", round-trip min/avg/max = 1/2/4 ms" if answered else ""
    return f"\nSuccess rate is {rate} percent ({answered}/{sent}){times}\n"


def _probe(shell: Shell, origin: Node, packet: Packet, at: int) -> str:
    result = exchange(shell.device.network, origin, packet)
    if result.ok:
        return "!"
    told = notice(shell.device.network, origin, result.there)
    if told is None:
        return "."
    if result.there.outcome == "expired":
        return "&"
    # a router sends at most two of these a second, so that every other probe hears nothing
    return "U" if at % 2 == 0 else "."


@registry.command("traceroute [ip] <target:word> [<rest:line>]")
async def traceroute(shell: Shell, values: Mapping[str, str]) -> str:
    ready = _ready(shell, values)
    if isinstance(ready, str):
        return ready
    target, source, options = ready
    shell.terminal.write(f"\nType escape sequence to abort.\nTracing the route to {text_of(target)}\n\n")
    origin = Node("device", shell.device.name)
    for ttl in range(1, options.ttl + 1):
        if shell.terminal.interrupted() or shell.over:
            break
        packet = Packet(source, target, "udp", sport=49152, dport=33433 + ttl, ttl=ttl)
        result = exchange(shell.device.network, origin, packet)
        marks = " !A  *  !A" if result.there.outcome == "prohibited" else " 4 msec 0 msec 4 msec"
        who = _who(shell, origin, result)
        if who is None:
            await asyncio.sleep(shell.device.real(3 * options.probe))
            shell.terminal.write(f"{ttl:3}  *  *  * \n")
        else:
            shell.terminal.write(f"{ttl:3} {text_of(who)}{marks}\n")
            if result.there.delivered or result.there.outcome != "expired":
                break
    return ""


def _who(shell: Shell, origin: Node, result: Exchange) -> int | None:
    """Who lets the sender hear from it."""
    if result.there.delivered:
        return result.there.packet.dst if result.ok else None
    return notice(shell.device.network, origin, result.there)


@registry.command("telnet <target:addr> [<port:port>] [/source-interface <from:iface>]")
async def telnet(shell: Shell, values: Mapping[str, str]) -> str:
    device = shell.device
    port = _port_number(values.get("port", "telnet"))
    shell.terminal.write(f"Trying {values['target']}, {port} ... ")
    source = _source(shell, values.get("from"))
    if source is None:
        return "\n% Invalid source\n"
    packet = Packet(source, number(values["target"]), "tcp", sport=40000, dport=port)
    result = exchange(device.network, Node("device", device.name), packet)
    if not result.ok:
        if notice(device.network, Node("device", device.name), result.there) is not None:
            return "\n% Destination unreachable; gateway or host down\n\n"
        await asyncio.sleep(device.real(30))
        return "\n% Connection timed out; remote host not responding\n\n"
    if result.there.node.kind == "device" and port != 22:
        return "\n% Connection refused by remote host\n\n"
    shell.terminal.write("Open\n")
    if result.there.node.kind == "device":
        return "SSH-2.0-Cisco-1.25\n\n[Connection to {} closed by foreign host]\n".format(values["target"])
    await shell.terminal.key()
    return f"\n[Connection to {values['target']} closed by foreign host]\n"


def _port_number(text: str) -> int:
    """`www` -> 80."""
    return int(text) if text.isdigit() else PORTS[text]
