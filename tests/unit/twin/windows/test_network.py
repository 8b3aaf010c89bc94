"""A Windows host on the simulated network: off, elsewhere, or without a way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fellesdrift.twin.lab import Lab
from fellesdrift.twin.windows.fronts import WindowsService
from fellesdrift.twin.windows.methods import METHODS
from fellesdrift.twin.windows.provider import Args
from fellesdrift.twin.windows.spec import WindowsSpec

ADAPTER = METHODS["win32_networkadapterconfiguration"]


@pytest.fixture
def lab(make: Callable[..., Lab]) -> Lab:
    return make()


@pytest.fixture
def service(lab: Lab) -> WindowsService:
    return WindowsService(lab, [WindowsSpec("server", "10.0.1.20", gateway="10.0.1.1")])


def call(service: WindowsService, method: str, index: str = "1", **values: list[str]) -> int:
    args = Args({name.lower(): list[Any](each) for name, each in values.items()})
    return int(ADAPTER[method](service.fronts["server"].host, {"index": index}, args)["ReturnValue"])


def answers(lab: Lab, address: str = "10.0.1.20", origin: str = "controller") -> bool:
    return lab.trace(origin, address).ok


def test_a_host_that_restarts_answers_no_ping(lab: Lab, service: WindowsService) -> None:
    assert answers(lab)
    host = service.fronts["server"].host
    assert answers(lab), "a host that nobody has asked for is there too"
    host.power_off()
    assert not answers(lab)
    assert not lab.trace("server", "10.0.1.10").there.delivered
    host.boot()
    assert answers(lab)


def test_a_host_with_another_address_is_elsewhere(lab: Lab, service: WindowsService) -> None:
    front = service.fronts["server"]
    assert front.reachable()
    assert call(service, "EnableStatic", IPAddress=["10.0.1.21"], SubnetMask=["255.255.255.0"]) == 0
    assert (answers(lab), answers(lab, "10.0.1.21"), front.reachable()) == (False, True, False)
    addresses, masks = ["10.0.1.20", "10.0.1.21"], ["255.255.255.0"] * 2
    assert call(service, "EnableStatic", IPAddress=addresses, SubnetMask=masks) == 0
    assert answers(lab)
    assert answers(lab, "10.0.1.21")
    assert front.reachable()
    assert call(service, "EnableDHCP") == 0
    assert not front.reachable(), "nobody serves DHCP"


def test_a_host_without_its_gateway_is_reached_from_its_own_lan_only(lab: Lab, service: WindowsService) -> None:
    assert lab.trace("server", "198.51.100.53").there.hops
    assert call(service, "SetGateways", DefaultIPGateway=["10.0.1.20"]) == 0
    assert answers(lab)
    assert lab.trace("server", "198.51.100.53").there.reason == "no gateway"
    assert call(service, "SetGateways", DefaultIPGateway=["192.0.2.1"]) == 0
    assert lab.trace("server", "198.51.100.53").there.reason == "no gateway", "one that lies in none of its networks"


@pytest.mark.parametrize(
    ("method", "values", "code"),
    [
        ("EnableStatic", {}, 68),
        ("EnableStatic", {"IPAddress": ["10.0.1.20"], "SubnetMask": []}, 68),
        ("EnableStatic", {"IPAddress": ["10.0.1.300"], "SubnetMask": ["255.0.0.0"]}, 70),
        ("EnableStatic", {"IPAddress": ["224.0.0.1"], "SubnetMask": ["255.0.0.0"]}, 70),
        ("EnableStatic", {"IPAddress": ["10.0.1.20"], "SubnetMask": ["255.0.255.0"]}, 66),
        ("EnableStatic", {"IPAddress": ["10.0.1.20"], "SubnetMask": ["0.0.0.255"]}, 66),
        ("SetGateways", {"DefaultIPGateway": []}, 68),
        ("SetGateways", {"DefaultIPGateway": [f"10.0.1.{n}" for n in range(1, 7)]}, 69),
        ("SetGateways", {"DefaultIPGateway": ["x"]}, 71),
        ("SetDNSServerSearchOrder", {"DNSServerSearchOrder": ["x"]}, 70),
        ("SetWINSServer", {"WINSPrimaryServer": ["x"]}, 70),
        ("SetDNSDomain", {"DNSDomain": ["a b"]}, 73),
        ("SetTcpipNetbios", {"TcpipNetbiosOptions": ["3"]}, 68),
    ],
)
def test_what_an_adapter_refuses(service: WindowsService, method: str, values: dict[str, list[str]], code: int) -> None:
    before = service.fronts["server"].host.adapter.live
    assert call(service, method, **values) == code
    assert service.fronts["server"].host.adapter.live == before
    assert call(service, method, index="2", **values) == 84


def test_people_bring_a_host_back_at_its_console(lab: Lab, service: WindowsService) -> None:
    assert call(service, "EnableDHCP") == 0
    set_address = 'netsh interface ip set address "Lokal tilkobling" static'
    assert service.console("server", [f"{set_address} 10.0.1.20 255.0.255.0"]) == ["Parameteren er feil.\r\n"]
    assert not answers(lab)
    service.console("server", [f"{set_address} 10.0.1.20 255.255.255.0 10.0.1.1 1"])
    assert answers(lab)
    assert service.fronts["server"].host.stack().gateways == ("10.0.1.1",)
    service.console("server", ['netsh interface ip set dns "Lokal tilkobling" static 192.0.2.1'])
    assert service.fronts["server"].host.adapter.name_servers == ["192.0.2.1"]
    for wrong in ("netsh firewall show", set_address, set_address.replace("Lokal", "Annen") + " 10.0.1.20 255.0.0.0"):
        service.console("server", [wrong])
    assert answers(lab)


def test_what_is_written_into_the_registry_is_used_from_the_next_boot_on(lab: Lab, service: WindowsService) -> None:
    host = service.fronts["server"].host
    path = rf"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces\{host.adapter.guid}"
    host.registry.put(path, "IPAddress", 7, ["10.0.1.22"])
    assert answers(lab)
    host.power_off()
    host.boot()
    assert not answers(lab)
    assert answers(lab, "10.0.1.22")
