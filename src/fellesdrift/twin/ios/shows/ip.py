"""show ip route, access lists, ARP, NAT."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fellesdrift.twin.ios import entries
from fellesdrift.twin.ios.config import Block, Line
from fellesdrift.twin.ios.registry import Registry
from fellesdrift.twin.net.addresses import length_of, mask_of, number, text_of
from fellesdrift.twin.net.routing import Route

if TYPE_CHECKING:
    from fellesdrift.twin.ios.shell import Shell

registry = Registry()
_CODES = """\
Codes: C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route
"""


def _classful(network: int) -> int:
    """The mask that the address had before there were masks: `show ip route` still groups by it."""
    first = network >> 24
    if first < 128:
        return mask_of(8)
    return mask_of(16) if first < 192 else mask_of(24)


def _ways(route: Route) -> list[str]:
    if route.source == "C":
        return [f" is directly connected, {path.interface}" for path in route.paths]
    shown = []
    for static in route.via:
        if static.hop is None:
            shown.append(f" is directly connected, {static.interface}")
        else:
            out = f", {static.interface}" if static.interface else ""
            shown.append(f" [{route.distance}/0] via {text_of(static.hop)}{out}")
    return shown


def _lines(route: Route, label: str, indent: str) -> str:
    code = f"{route.source}*" if route.mask == 0 else route.source
    ways = _ways(route)
    head = f"{code:<2}{indent}{label}"
    rest = "".join(f"\n{' ' * len(head)}{way}" for way in ways[1:])
    return f"{head}{ways[0]}{rest}\n"


@registry.command("show ip route")
def routes(shell: Shell, _values: Mapping[str, str]) -> str:
    table = shell.device.network.table(shell.device.name)
    return _CODES + "\n" + _gateway(shell) + "\n" + _grouped(list(table.routes.values()))


def _gateway(shell: Shell) -> str:
    default = shell.device.network.table(shell.device.name).routes.get((0, 0))
    if default is None:
        return "Gateway of last resort is not set\n"
    hop = next((static.hop for static in default.via if static.hop is not None), 0)
    return f"Gateway of last resort is {text_of(hop)} to network 0.0.0.0\n"


def _grouped(found: list[Route]) -> str:
    """Routes by classful network, with the heading that IOS puts above subnets."""
    groups: dict[tuple[int, int], list[Route]] = {}
    for route in sorted(found, key=lambda each: (each.mask == 0, each.network, each.mask)):
        major = _classful(route.network) if route.mask else 0
        groups.setdefault((route.network & major, major), []).append(route)
    text = ""
    for (network, major), members in groups.items():
        whole = [route for route in members if route.mask <= major]
        subnets = [route for route in members if route.mask > major]
        for route in whole:
            text += _lines(route, f"{text_of(route.network)}/{length_of(route.mask)}", "   ")
        if not subnets:
            continue
        masks = {route.mask for route in subnets}
        if len(masks) == 1:
            length = length_of(next(iter(masks)))
            text += f"     {text_of(network)}/{length} is subnetted, {len(subnets)} subnets\n"
        else:
            text += (
                f"     {text_of(network)}/{length_of(major)} is variably subnetted, {len(subnets)} subnets, "
                f"{len(masks)} masks\n"
            )
        for route in subnets:
            label = text_of(route.network) + (f"/{length_of(route.mask)}" if len(masks) > 1 else "")
            text += _lines(route, label, "      ")
    return text


@registry.command("show ip route <kind:static|connected>")
def routes_of(shell: Shell, values: Mapping[str, str]) -> str:
    source = "S" if values["kind"] == "static" else "C"
    table = shell.device.network.table(shell.device.name)
    return _grouped([route for route in table.routes.values() if route.source == source])


@registry.command("show ip route <address:addr> [<mask:addr>]")
def route_to(shell: Shell, values: Mapping[str, str]) -> str:
    table = shell.device.network.table(shell.device.name)
    wanted = number(values["address"])
    exact = (wanted, number(values["mask"])) if "mask" in values else None
    route = table.routes.get(exact) if exact else table.lookup(wanted)
    if route is None or (route.mask == 0 and wanted != 0):
        major = _classful(wanted)
        known = any(each.mask and (each.network ^ wanted) & major == 0 for each in table.routes.values())
        return "% Subnet not in table\n" if known else "% Network not in table\n"
    origin = "connected" if route.source == "C" else "static"
    kind = " (connected, via interface)" if route.source == "C" else ""
    text = (
        f"Routing entry for {text_of(route.network)}/{length_of(route.mask)}\n"
        f'  Known via "{origin}", distance {route.distance}, metric 0{kind}'
        + (", candidate default path" if route.mask == 0 else "")
        + "\n  Routing Descriptor Blocks:\n"
    )
    if route.source == "C" or any(static.hop is None for static in route.via):
        ways = [f"directly connected, via {path.interface}" for path in route.paths]
    else:
        ways = [text_of(static.hop) for static in route.via if static.hop is not None]
    for at, way in enumerate(ways):
        text += f"  {'*' if at == 0 else ' '} {way}\n      Route metric is 0, traffic share count is 1\n"
    return text


def _shown(name: str, line: Line) -> str:
    text = f"{line.values['type'].capitalize()} IP access list {name}\n"
    for seq, entry in entries.ordered(line.block or Block()):
        if not entry.text.startswith("remark "):
            text += f"    {seq} {_listed(entry.text, line.values['type'] == 'standard')}\n"
    return text


def _listed(text: str, standard: bool) -> str:
    """A standard list shows its wildcards in words here, unlike in the configuration."""
    words = text.split()
    if standard and len(words) > 2 and words[2][0].isdigit():
        return f"{words[0].ljust(6)} {words[1]}, wildcard bits {words[2]}" + "".join(f" {word}" for word in words[3:])
    return text


@registry.command("show access-lists [<name:word>]", "show ip access-lists [<name:word>]")
def access_lists(shell: Shell, values: Mapping[str, str]) -> str:
    lists = shell.device.config.access_lists()
    ordered = sorted(lists.items(), key=lambda item: (item[1].values["type"] == "extended", item[0]))
    return "".join(_shown(name, line) for name, line in ordered if values.get("name", name) == name)


@registry.command("show arp", "show ip arp")
def arp(shell: Shell, _values: Mapping[str, str]) -> str:
    net, name = shell.device.network, shell.device.name
    text = "Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n"
    for interface in sorted(net.up(name)):
        link = net.link_of(name, interface)
        if link is None or link.kind == "leased_line":
            continue
        for address, owner in sorted(net.owners(link).items()):
            age = "-" if owner.node.name == name else "12"
            mac = f"0017.{address >> 16:04x}.{address & 0xFFFF:04x}"
            text += f"Internet  {text_of(address):<15} {age:>9}   {mac}  ARPA   {interface}\n"
    return text


@registry.command("show ip nat translations [verbose]")
def translations(_shell: Shell, _values: Mapping[str, str]) -> str:
    return ""


@registry.command("show ip nat statistics")
def nat_statistics(shell: Shell, _values: Mapping[str, str]) -> str:
    view = shell.device.network.views[shell.device.name]
    outside = [name for name, each in view.interfaces.items() if each.nat == "outside"]
    inside = [name for name, each in view.interfaces.items() if each.nat == "inside"]
    return (
        "Total active translations: 0 (0 static, 0 dynamic; 0 extended)\n"
        f"Outside interfaces:\n  {', '.join(outside)}\nInside interfaces: \n  {', '.join(inside)}\n"
    )
