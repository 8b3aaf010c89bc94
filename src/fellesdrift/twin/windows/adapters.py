"""The network adapter of one host. What it is set to lies in the registry, as on Windows; `live` is what it uses.

Microsoft's reference to Win32_NetworkAdapterConfiguration gives the return values. A value that somebody writes into
the registry is used from the next boot on.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

from fellesdrift.twin.windows.registry import DWORD, MULTI_SZ, SZ, Registry
from fellesdrift.twin.windows.spec import WindowsSpec

_TCPIP = r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces"
_NETBT = r"SYSTEM\CurrentControlSet\Services\NetBT\Parameters\Interfaces"
_NETWORK = r"SYSTEM\CurrentControlSet\Control\Network\{4D36E972-E325-11CE-BFC1-08002BE10318}"
CONNECTION = "Lokal tilkobling"

OK, BAD_MASK, BAD_PARAMETER, TOO_MANY_GATEWAYS = 0, 66, 68, 69
BAD_ADDRESS, BAD_GATEWAY, BAD_DOMAIN, NOT_IP = 70, 71, 73, 84
_MOST_GATEWAYS = 5
_NO_DOMAIN = set(" ,~:!@#$%^&'(){}_/\\")


@dataclass(frozen=True)
class Stack:
    """What the adapter answers to and sends through. addresses: (address, mask) as texts."""

    addresses: tuple[tuple[str, str], ...]
    gateways: tuple[str, ...]


class Adapter:
    """The one adapter that a host has. Methods return WMI's return values."""

    def __init__(self, registry: Registry, spec: WindowsSpec) -> None:
        digest = hashlib.sha256(spec.name.encode()).digest()
        self.mac = ":".join(f"{byte:02X}" for byte in (0x00, 0x50, 0x56, *digest[12:15]))
        self.guid = f"{{{digest[16:20].hex()}-{digest[20:22].hex()}-4{digest[22:24].hex()[1:]}-9000-".upper()
        self.guid += f"{digest[24:30].hex()}}}".upper()
        self._registry = registry
        self._path = f"{_TCPIP}\\{self.guid}"
        self._netbt = f"{_NETBT}\\Tcpip_{self.guid}"
        registry.put(f"{_NETWORK}\\{self.guid}\\Connection", "Name", SZ, CONNECTION)
        registry.put(self._path, "EnableDHCP", DWORD, 0)
        registry.put(self._path, "IPAddress", MULTI_SZ, [spec.address])
        registry.put(self._path, "SubnetMask", MULTI_SZ, [str(IPv4Network((0, spec.prefix)).netmask)])
        registry.put(self._path, "DefaultGateway", MULTI_SZ, [spec.gateway] if spec.gateway else [])
        registry.put(self._path, "DefaultGatewayMetric", MULTI_SZ, ["0"] if spec.gateway else [])
        registry.put(self._path, "NameServer", SZ, "")
        registry.put(self._path, "Domain", SZ, "")
        registry.put(self._netbt, "NameServerList", MULTI_SZ, [])
        registry.put(self._netbt, "NetbiosOptions", DWORD, 0)
        self.live = self._set_to()

    # what it is set to

    def _list(self, name: str, path: str | None = None) -> list[str]:
        found = self._registry.get(path or self._path, name)
        return [each for each in found if each] if isinstance(found, list) else []

    def _set_to(self) -> Stack:
        if self.dhcp:
            # nobody serves DHCP here: an address of its own choice, and no way out
            return Stack((("169.254.17.1", "255.255.0.0"),), ())
        pairs = tuple(zip(self._list("IPAddress"), self._list("SubnetMask"), strict=False))
        return Stack(pairs, tuple(self._list("DefaultGateway")))

    @property
    def dhcp(self) -> bool:
        return self._registry.get(self._path, "EnableDHCP") == 1

    @property
    def metrics(self) -> list[int]:
        return [int(each) if each.isdigit() else 0 for each in self._list("DefaultGatewayMetric")]

    @property
    def name_servers(self) -> list[str]:
        return str(self._registry.get(self._path, "NameServer") or "").replace(",", " ").split()

    @property
    def wins_servers(self) -> list[str]:
        return self._list("NameServerList", self._netbt)

    @property
    def domain(self) -> str:
        return str(self._registry.get(self._path, "Domain") or "")

    @property
    def netbios(self) -> int:
        """0: as DHCP says; 1: on; 2: off."""
        found = self._registry.get(self._netbt, "NetbiosOptions")
        return found if isinstance(found, int) else 0

    def use(self) -> None:
        """Take what it is set to into use, as a boot does."""
        self.live = self._set_to()

    # methods

    def enable_static(self, addresses: list[str], masks: list[str]) -> int:
        """EnableStatic: the whole list of addresses; gateways stay."""
        if not addresses or len(addresses) != len(masks) or len(set(addresses)) != len(addresses):
            return BAD_PARAMETER
        if not all(_host_address(each) for each in addresses):
            return BAD_ADDRESS
        if not all(_mask(each) for each in masks):
            return BAD_MASK
        gateways = [] if self.dhcp else self._list("DefaultGateway")
        self._registry.put(self._path, "EnableDHCP", DWORD, 0)
        self._registry.put(self._path, "IPAddress", MULTI_SZ, addresses)
        self._registry.put(self._path, "SubnetMask", MULTI_SZ, masks)
        self._registry.put(self._path, "DefaultGateway", MULTI_SZ, gateways)
        self.use()
        return OK

    def enable_dhcp(self) -> int:
        """EnableDHCP: the addresses are gone."""
        self._registry.put(self._path, "EnableDHCP", DWORD, 1)
        self.use()
        return OK

    def set_gateways(self, gateways: list[str], metrics: list[int]) -> int:
        """SetGateways; a gateway that is the adapter's own address takes all of them away."""
        if len(gateways) > _MOST_GATEWAYS:
            return TOO_MANY_GATEWAYS
        if (
            not gateways
            or (metrics and len(metrics) != len(gateways))
            or any(not 0 <= each <= 9999 for each in metrics)
        ):
            return BAD_PARAMETER
        if not all(_host_address(each) for each in gateways):
            return BAD_GATEWAY
        if gateways == [address for address, _ in self.live.addresses][:1]:
            gateways, metrics = [], []
        self._registry.put(self._path, "DefaultGateway", MULTI_SZ, gateways)
        numbers = [str(each) for each in metrics] or ["1"] * len(gateways)
        self._registry.put(self._path, "DefaultGatewayMetric", MULTI_SZ, numbers)
        self.use()
        return OK

    def set_name_servers(self, servers: list[str]) -> int:
        """SetDNSServerSearchOrder; none takes all of them away."""
        if not all(_host_address(each) for each in servers):
            return BAD_ADDRESS
        self._registry.put(self._path, "NameServer", SZ, ",".join(servers))
        return OK

    def set_wins_servers(self, first: str, second: str) -> int:
        """SetWINSServer; empty ones take them away."""
        servers = [each for each in (first, second) if each]
        if not all(_host_address(each) for each in servers):
            return BAD_ADDRESS
        self._registry.put(self._netbt, "NameServerList", MULTI_SZ, servers)
        return OK

    def set_domain(self, domain: str) -> int:
        """SetDNSDomain."""
        if set(domain) & _NO_DOMAIN:
            return BAD_DOMAIN
        self._registry.put(self._path, "Domain", SZ, domain)
        return OK

    def set_netbios(self, option: int) -> int:
        """SetTcpipNetbios."""
        if option not in (0, 1, 2):
            return BAD_PARAMETER
        self._registry.put(self._netbt, "NetbiosOptions", DWORD, option)
        return OK


def _host_address(text: str) -> bool:
    try:
        address = IPv4Address(text)
    except AddressValueError:
        return False
    return not (address.is_multicast or address.is_unspecified or address.is_loopback or int(address) >> 28 == 15)


def _mask(text: str) -> bool:
    try:
        network = IPv4Network((0, text))
        # a mask that is read as one of hosts (0.0.0.255) is none
        return str(network.netmask) == text and network.prefixlen > 0
    except (AddressValueError, NetmaskValueError, ValueError):
        return False
