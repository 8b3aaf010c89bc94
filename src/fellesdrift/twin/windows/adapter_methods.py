"""Win32_NetworkAdapterConfiguration's methods. An adapter without IP refuses all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fellesdrift.twin.windows.adapters import NOT_IP, Adapter
from fellesdrift.twin.windows.host import WindowsHost
from fellesdrift.twin.windows.provider import WBEM_INVALID_PARAMETER, Args, Keys, Method, ProviderError, code


def _of(call: Callable[[Adapter, Args], int]) -> Method:
    def method(host: WindowsHost, keys: Keys, args: Args) -> dict[str, Any]:
        if keys["index"] != "1":
            return code(NOT_IP)
        done = call(host.adapter, args)
        host.network_changed()
        return code(done)

    return method


def _gateways(adapter: Adapter, args: Args) -> int:
    try:
        metrics = [int(each) for each in args.all("GatewayCostMetric")]
    except ValueError as error:
        raise ProviderError(WBEM_INVALID_PARAMETER, "Ugyldig parameter.") from error
    return adapter.set_gateways(args.all("DefaultIPGateway"), metrics)


METHODS: dict[str, Method] = {
    "EnableStatic": _of(lambda adapter, args: adapter.enable_static(args.all("IPAddress"), args.all("SubnetMask"))),
    "EnableDHCP": _of(lambda adapter, _args: adapter.enable_dhcp()),
    "SetGateways": _of(_gateways),
    "SetDNSServerSearchOrder": _of(lambda adapter, args: adapter.set_name_servers(args.all("DNSServerSearchOrder"))),
    "SetWINSServer": _of(
        lambda adapter, args: adapter.set_wins_servers(args.text("WINSPrimaryServer"), args.text("WINSSecondaryServer"))
    ),
    "SetDNSDomain": _of(lambda adapter, args: adapter.set_domain(args.text("DNSDomain"))),
    "SetTcpipNetbios": _of(lambda adapter, args: adapter.set_netbios(args.number("TcpipNetbiosOptions", -1))),
}
