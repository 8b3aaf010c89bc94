"""Network adapters: Win32_NetworkAdapterConfiguration. One is named by an address that it has.

The way over which the host is managed is kept: the address that names the adapter, its first address and the one that
this session goes to keep their place and their network, and the first gateway is not touched. What would change one of
them is refused (FD430), also when it is only turned on: an adapter with DHCP gets its gateway from it. All else is done
without a guard, as it cannot cut that way: further addresses and gateways, name servers, WINS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, NetmaskValueError
from typing import Any

from fellesdrift.state.typed.claims import Whole
from fellesdrift.state.windows.errors import RefusedError, UnreadableStateError, known
from fellesdrift.state.windows.forms import FLAG, Form, choice, many, text
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Resource, Scene, Step
from fellesdrift.state.windows.refusals import ManagementPathError, NoSuchPartError

_CLASS = "Win32_NetworkAdapterConfiguration"
_PROPERTIES = [
    "Index",
    "IPAddress",
    "IPSubnet",
    "DHCPEnabled",
    "DefaultIPGateway",
    "DNSServerSearchOrder",
    "DNSDomain",
    "WINSPrimaryServer",
    "WINSSecondaryServer",
    "TcpipNetbiosOptions",
]
_NETBIOS = ("dhcp", "on", "off")
# done; done, and in use after the next boot
_DONE = (0, 1)


def _address(value: Any) -> str:
    return str(IPv4Address(value)) if isinstance(value, str) else _no()


def _interface(value: Any) -> str:
    return IPv4Interface(value).with_prefixlen if isinstance(value, str) and "/" in value else _no()


def _no() -> str:
    raise ValueError


_ADDRESS = Form("an IPv4 address", _address)
_INTERFACE = Form("an IPv4 address with its length, as 192.0.2.10/24", _interface)


def _same_set(left: Any, right: Any) -> bool:
    return sorted(left or ()) == sorted(right or ())


class NetworkAdapterKind(Kind):
    """By an address that the adapter has. Gateways and servers are in the order in which they are used."""

    name = "network_adapter"
    rank = 95
    attributes: Mapping[str, Attribute] = {
        "addresses": Attribute(many(_INTERFACE), Whole(_same_set)),
        "gateways": Attribute(many(_ADDRESS)),
        "dns_servers": Attribute(many(_ADDRESS)),
        "dns_domain": Attribute(text(255)),
        "wins_servers": Attribute(many(_ADDRESS)),
        "netbios": Attribute(choice(*_NETBIOS)),
        "dhcp": Attribute(FLAG),
    }
    listable = True
    removable = False

    def key(self, key: str) -> str:
        try:
            return str(IPv4Address(key))
        except AddressValueError as error:
            raise ValueError(_ADDRESS.expected) from error

    def check(self, _key: str, resource: Resource) -> Resource:
        if len(resource.get("wins_servers", ())) > 2:
            raise ValueError("at most two WINS servers")
        if len(resource.get("gateways", ())) > 5:
            raise ValueError("at most five gateways")
        return resource

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        found: Keys = {} if want is None else {key: dict(ABSENT) for key in want}
        for row in _rows(host):
            resource = _resource(host, row)
            mine = [each.partition("/")[0] for each in resource["addresses"]]
            for key in mine[:1] if want is None else [key for key in want if key in mine]:
                found[key] = resource
        return found

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        planned = []
        for key, change in changes.items():
            have = scene.have[self.name][key]
            if not have[PRESENT]:
                raise NoSuchPartError(
                    scene.host.name, f"{self.name}/{key}", "no adapter has this address", "an address of an adapter"
                )
            _keep_the_way(scene.host, key, have, change)
            there = [row["Index"] for row in _rows(scene.host) if key in (row["IPAddress"] or ())]
            index = known(scene.host.name, f"{self.name}/{key}", there[0] if there else None, int)
            planned += [_step(key, index, have, name, value) for name, value in change.items()]
        return planned


def _rows(host: Host) -> list[dict[str, Any]]:
    return [dict(row) for row in host.client.query(_CLASS, _PROPERTIES, "IPEnabled=TRUE")]


def _resource(host: Host, row: Mapping[str, Any]) -> Resource:
    try:
        addresses = [
            IPv4Interface(f"{address}/{mask}").with_prefixlen
            for address, mask in zip(row["IPAddress"] or (), row["IPSubnet"] or (), strict=True)
        ]
    except (AddressValueError, NetmaskValueError, ValueError) as error:
        raise UnreadableStateError(
            host.name, "network_adapter", f"{row['IPAddress']} with {row['IPSubnet']}", "a mask for every address"
        ) from error
    netbios = row["TcpipNetbiosOptions"]
    return {
        PRESENT: True,
        "addresses": addresses,
        "gateways": list(row["DefaultIPGateway"] or ()),
        "dns_servers": list(row["DNSServerSearchOrder"] or ()),
        "dns_domain": row["DNSDomain"] or "",
        "wins_servers": [each for each in (row["WINSPrimaryServer"], row["WINSSecondaryServer"]) if each],
        "netbios": _NETBIOS[netbios] if isinstance(netbios, int) and netbios < len(_NETBIOS) else str(netbios),
        "dhcp": known(host.name, "network_adapter", row["DHCPEnabled"], bool),
    }


def _keep_the_way(host: Host, key: str, have: Resource, change: Resource) -> None:
    """Raises ManagementPathError."""
    where = f"network_adapter/{key}"
    there: list[str] = have["addresses"]
    if "addresses" in change:
        mine = [each for each in there if each.partition("/")[0] in (key, host.client.target.address)]
        for each in [*there[:1], *mine]:
            if each not in change["addresses"]:
                raise ManagementPathError(host.name, f"{where}/addresses", "it is not among them", f"{each} kept")
    if "gateways" in change and change["gateways"][:1] != have["gateways"][:1]:
        kept = have["gateways"][0] if have["gateways"] else "no gateway"
        raise ManagementPathError(
            host.name, f"{where}/gateways", ", ".join(change["gateways"]) or "none", f"{kept} kept as the first one"
        )
    if "dhcp" in change or (have["dhcp"] and {"addresses", "gateways"} & set(change)):
        found = "DHCP on" if have["dhcp"] else "DHCP off"
        raise ManagementPathError(host.name, f"{where}/dhcp", found, "a change at the console, with the new address")


def _step(key: str, index: int, have: Resource, name: str, value: Any) -> Step:
    method, arguments = _CALLS[name](have, value)
    title = f"Set {name} of network adapter {key}"

    def do(host: Host) -> None:
        code = host.client.invoke(_CLASS, method, arguments, {"Index": str(index)})["ReturnValue"]
        if code not in _DONE:
            raise RefusedError(host.name, title, f"{_CLASS}.{method} returned {code}", "0 or 1")

    return Step("network_adapter", key, title, {name: have[name]}, {name: value}, do)


def _addresses(have: Resource, value: list[str]) -> tuple[str, dict[str, Any]]:
    """Those that stay keep their place; EnableStatic takes the whole list."""
    ordered = [each for each in have["addresses"] if each in value]
    interfaces = [IPv4Interface(each) for each in [*ordered, *(each for each in value if each not in ordered)]]
    return "EnableStatic", {
        "IPAddress": [str(each.ip) for each in interfaces],
        "SubnetMask": [str(each.netmask) for each in interfaces],
    }


def _wins(_have: Resource, value: list[str]) -> tuple[str, dict[str, Any]]:
    first, second, *_ = [*value, "", ""]
    return "SetWINSServer", {"WINSPrimaryServer": first, "WINSSecondaryServer": second}


_CALLS: Mapping[str, Callable[[Resource, Any], tuple[str, dict[str, Any]]]] = {
    "addresses": _addresses,
    "gateways": lambda _have, value: ("SetGateways", {"DefaultIPGateway": value}),
    "dns_servers": lambda _have, value: ("SetDNSServerSearchOrder", {"DNSServerSearchOrder": value}),
    "dns_domain": lambda _have, value: ("SetDNSDomain", {"DNSDomain": value}),
    "wins_servers": _wins,
    "netbios": lambda _have, value: ("SetTcpipNetbios", {"TcpipNetbiosOptions": _NETBIOS.index(value)}),
}
