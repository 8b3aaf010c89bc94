"""Estates of any size for the benchmarks: consistent, and the same for the same size and seed.

    generate(folder, devices=100, seed=1, legacy=True) -> Path        # of the inventory: folder/inventories/generated

An operations centre (a core router, an Internet firewall) and municipalities of up to twenty devices: a town-hall
router with a line and an unlit fibre to the core, a firewall at an Internet exit of their own, units on leased lines.
Whatever the size, a device is like one of the production estate: its kind, and the length of its configuration.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, ip_interface
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

FEWEST = 5
MOST = 2000
_SHARED = 2
_LARGEST = 20
_PORTS = 8  # of a line card
_LINE_SPEEDS = (256, 512, 1024, 2048)
# the providers' nets: the documentation ranges, without the /29 of the operations centre
_EXITS = [
    *IPv4Network("192.0.2.0/24").subnets(new_prefix=30),
    *list(IPv4Network("203.0.113.0/24").subnets(new_prefix=30))[2:],
]
_ASSUMED = {"assumed": True, "reason": "Generated for a measurement."}


@dataclass
class _Device:
    """A device under construction. interfaces: name -> lines below it."""

    name: str
    groups: list[str]
    site: str
    management: str
    model: str
    variables: dict[str, Any] = field(default_factory=dict)
    interfaces: dict[str, list[str]] = field(default_factory=dict)
    routes: list[tuple[str, str]] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    inspects: bool = False
    translates: str | None = None

    def put(self, interface: str, address: str, *more: str) -> None:
        """An interface with an address ("10.0.0.1/24")."""
        found = ip_interface(address)
        self.interfaces[interface] = [f"ip address {found.ip} {found.netmask}", *more]


@dataclass
class _Plan:
    """All that the inventory will say."""

    chance: random.Random
    devices: list[_Device] = field(default_factory=list)
    municipalities: dict[str, Any] = field(default_factory=dict)
    sites: dict[str, Any] = field(default_factory=dict)
    links: dict[str, Any] = field(default_factory=dict)

    def link(self, name: str, kind: str, prefix: str, zone: str, *ends: dict[str, Any], gateway: str = "") -> None:
        """A wire or a LAN. ends: {host, interface, address} or {external, address}."""
        more = {"gateway": gateway} if gateway else {}
        self.links[name] = {"kind": kind, "prefix": prefix, "zone": zone, **more, "ends": list(ends), **_ASSUMED}


def _end(device: _Device, interface: str, address: str) -> dict[str, Any]:
    return {"host": device.name, "interface": interface, "address": address}


def _guard(chance: random.Random, public: str) -> list[str]:
    """What a firewall lets in from outside: the private senders first, then a few published hosts, then nothing."""
    published = [
        f" permit tcp any host {public} eq {port}"
        for port in sorted(chance.sample(range(1024, 9000), chance.randint(2, 8)))
    ]
    return [
        "ip access-list extended OUTSIDE-IN",
        " deny   ip 10.0.0.0 0.255.255.255 any",
        " deny   ip 172.16.0.0 0.15.255.255 any",
        " deny   ip 192.168.0.0 0.0.255.255 any",
        f" permit icmp any host {public} echo-reply",
        f" permit icmp any host {public} unreachable",
        *published,
        " deny   ip any any log",
    ]


def _outside(device: _Device, interface: str, address: str, chance: random.Random) -> None:
    device.put(interface, address, "ip access-group OUTSIDE-IN in", "ip nat outside", "ip inspect EXIT out")
    device.inspects, device.translates = True, interface
    device.lists += _guard(chance, address.partition("/")[0])


def _centre(plan: _Plan) -> _Device:
    """The operations centre; gives its core router, to which all lines lead."""
    plan.municipalities["ops"] = {"name": "Operations centre", "prefix": "10.10.0.0/16", **_ASSUMED}
    plan.sites["ops_centre"] = {"name": "Operations centre", "municipality": "ops", "kind": "operations_centre"}
    core = _Device("ops-core1", ["core_routers"], "ops_centre", "10.10.254.1", "Cisco 3845")
    core.put("Loopback0", "10.10.254.1/32")
    core.put("GigabitEthernet0/0", "10.10.255.1/28")
    core.put("GigabitEthernet0/1", "10.10.0.1/24")
    core.put("GigabitEthernet0/2", "10.10.20.1/24")
    core.routes += [("0.0.0.0/0", "10.10.255.4"), ("10.10.254.3/32", "10.10.255.4")]
    wall = _Device("ops-fwi1", ["internet_firewalls"], "ops_centre", "10.10.254.3", "Cisco 3845")
    wall.variables["fellesdrift_probe_source"] = None
    wall.put("Loopback0", "10.10.254.3/32")
    _outside(wall, "GigabitEthernet0/0", "203.0.113.2/29", plan.chance)
    wall.put("GigabitEthernet0/1", "10.10.255.4/28", "ip access-group INSIDE-IN in", "ip nat inside")
    wall.routes += [("0.0.0.0/0", "203.0.113.1"), ("10.0.0.0/8", "10.10.255.1")]
    inside = ["permit ip 10.10.0.0 0.0.255.255 any", "permit icmp 10.0.0.0 0.255.255.255 host 10.10.254.3"]
    wall.lists += ["ip access-list extended INSIDE-IN", *(f" {entry}" for entry in inside), " deny   ip any any log"]
    wall.lists += ["ip access-list standard NAT-INSIDE", " permit 10.10.0.0 0.0.255.255"]
    wall.variables["wan_link__inside_list"] = {"name": "INSIDE-IN", "first": inside, "last": ["deny ip any any log"]}
    wall.variables["wan_link__translated_list"] = {"name": "NAT-INSIDE", "first": ["permit 10.10.0.0 0.0.255.255"]}
    plan.devices += [core, wall]
    transit = [_end(core, "GigabitEthernet0/0", "10.10.255.1"), _end(wall, "GigabitEthernet0/1", "10.10.255.4")]
    plan.link("ops_transit", "lan", "10.10.255.0/28", "transit", *transit)
    management = _end(core, "GigabitEthernet0/1", "10.10.0.1")
    plan.link("ops_management", "lan", "10.10.0.0/24", "management", management, gateway="10.10.0.1")
    servers = _end(core, "GigabitEthernet0/2", "10.10.20.1")
    plan.link("ops_open", "lan", "10.10.20.0/24", "open", servers, gateway="10.10.20.1")
    cloud = {"external": "internet", "address": "203.0.113.1"}
    exit_end = _end(wall, "GigabitEthernet0/0", "203.0.113.2")
    plan.link("ops_internet", "internet", "203.0.113.0/29", "internet", exit_end, cloud)
    return core


def _town_hall(plan: _Plan, core: _Device, number: int) -> _Device:
    """A municipality with its router, lines, fibre and firewall; gives the router."""
    key, net = f"m{number:03}", f"10.{20 + number}"
    plan.sites[f"{key}_hall"] = {"name": f"Town hall {number}", "municipality": key, "kind": "town_hall"}
    router = _Device(f"{key}-rtr1", ["town_hall_routers", key], f"{key}_hall", f"{net}.254.1", "Cisco 2821")
    slot, port = divmod(number - 1, _PORTS)
    line, fibre = f"Serial{2 + slot}/{port}", f"GigabitEthernet{2 + slot}/{port}"
    speed = f"bandwidth {plan.chance.choice(_LINE_SPEEDS)}"
    up, dark = f"10.251.{number}", f"10.250.{number}"
    router.put("Loopback0", f"{net}.254.1/32")
    router.put("GigabitEthernet0/0", f"{net}.1.1/24")
    router.put("GigabitEthernet0/1", f"{net}.0.1/29")
    router.put("Serial0/0/0", f"{up}.2/30", speed)
    router.interfaces["GigabitEthernet0/2/0"] = ["no ip address", "shutdown"]
    router.routes += [("0.0.0.0/0", f"{net}.0.2"), ("10.10.0.0/16", f"{up}.1")]
    core.put(line, f"{up}.1/30", speed)
    core.interfaces[fibre] = ["no ip address", "shutdown"]
    core.routes.append((f"{net}.0.0/16", f"{up}.2"))
    wall = _Device(f"{key}-fw1", ["town_hall_firewalls", key], f"{key}_hall", f"{net}.0.2", "Cisco 1841")
    outside = _EXITS[number - 1]
    provider, ours = list(outside.hosts())
    _outside(wall, "FastEthernet0/0", f"{ours}/30", plan.chance)
    wall.put("FastEthernet0/1", f"{net}.0.2/29", "ip nat inside")
    wall.routes += [("0.0.0.0/0", str(provider)), ("10.10.0.0/16", f"{net}.0.1"), (f"{net}.0.0/16", f"{net}.0.1")]
    wall.lists += ["ip access-list standard NAT-INSIDE", f" permit {net}.0.0 0.0.255.255"]
    plan.devices += [router, wall]
    users = _end(router, "GigabitEthernet0/0", f"{net}.1.1")
    plan.link(f"{key}_users", "lan", f"{net}.1.0/24", "users", users, gateway=f"{net}.1.1")
    inner = [_end(router, "GigabitEthernet0/1", f"{net}.0.1"), _end(wall, "FastEthernet0/1", f"{net}.0.2")]
    plan.link(f"{key}_transit", "lan", f"{net}.0.0/29", "transit", *inner)
    lines = [_end(core, line, f"{up}.1"), _end(router, "Serial0/0/0", f"{up}.2")]
    plan.link(f"{key}_line", "leased_line", f"{up}.0/30", "transit", *lines)
    ends = [_end(core, fibre, f"{dark}.1"), _end(router, "GigabitEthernet0/2/0", f"{dark}.2")]
    plan.link(f"{key}_fibre", "fibre", f"{dark}.0/30", "transit", *ends)
    cloud = {"external": "internet", "address": str(provider)}
    plan.link(f"{key}_internet", "internet", str(outside), "internet", _end(wall, "FastEthernet0/0", str(ours)), cloud)
    plan.municipalities[key] = {
        "name": f"Municipality {number}",
        "prefix": f"{net}.0.0/16",
        "town_hall_router": router.name,
        "exit": {"host": wall.name, "next_hop": f"{net}.0.2"},
        "uplink": f"{key}_line",
        "fibre": f"{key}_fibre",
        **_ASSUMED,
    }
    return router


def _unit(plan: _Plan, router: _Device, number: int, unit: int) -> None:
    """A school or a nursing home on a leased line to its town hall."""
    key, net = f"m{number:03}", f"10.{20 + number}"
    site, line = f"{key}_unit{unit:02}", IPv4Network(f"{net}.255.{4 * (unit - 1)}/30")
    plan.sites[site] = {"name": f"Unit {unit} of municipality {number}", "municipality": key, "kind": "unit"}
    near, far = (str(address) for address in line.hosts())
    slot, port = divmod(unit - 1, _PORTS)
    model = plan.chance.choice(("Cisco 1721", "Cisco 1841"))
    device = _Device(f"{key}-unit{unit:02}", ["unit_routers", key], site, f"{net}.254.{10 + unit}", model)
    speed = f"bandwidth {plan.chance.choice(_LINE_SPEEDS)}"
    device.put("Loopback0", f"{net}.254.{10 + unit}/32")
    device.put("FastEthernet0/0", f"{net}.{10 + unit}.1/24")
    device.put("Serial0/0", f"{far}/30", speed)
    device.routes.append(("0.0.0.0/0", near))
    router.put(f"Serial{1 + slot}/{port}", f"{near}/30", speed)
    router.routes += [(f"{net}.{10 + unit}.0/24", far), (f"{net}.254.{10 + unit}/32", far)]
    plan.devices.append(device)
    users = _end(device, "FastEthernet0/0", f"{net}.{10 + unit}.1")
    plan.link(f"{site}_users", "lan", f"{net}.{10 + unit}.0/24", "users", users, gateway=f"{net}.{10 + unit}.1")
    ends = [_end(router, f"Serial{1 + slot}/{port}", near), _end(device, "Serial0/0", far)]
    plan.link(f"{site}_line", "leased_line", str(line), "transit", *ends)


def _plan(devices: int, seed: int) -> _Plan:
    plan = _Plan(random.Random(seed))
    core = _centre(plan)
    places = devices - _SHARED
    municipalities = -(-places // _LARGEST)
    for number in range(1, municipalities + 1):
        # as even as it gets: none is too small to have a router, a firewall and a unit
        size = places // municipalities + (number <= places % municipalities)
        router = _town_hall(plan, core, number)
        for unit in range(1, size - 1):
            _unit(plan, router, number, unit)
    return plan


def _route(prefix: str, next_hop: str) -> str:
    network = IPv4Network(prefix)
    return f"ip route {network.network_address} {network.netmask} {next_hop}"


def _config(device: _Device) -> str:
    """What the device says to `show running-config`."""
    new = device.model.endswith(("2821", "3845"))
    stamp = "08:30:17 UTC Mon Jun 13 2005 by fellesdrift"
    body = [
        "!",
        f"! Last configuration change at {stamp}",
        f"! NVRAM config last updated at {stamp}",
        "!",
        f"version {'12.4' if new else '12.3'}",
        "service timestamps debug datetime msec",
        "service timestamps log datetime msec",
        "service password-encryption",
        "!",
        f"hostname {device.name}",
        "!",
        "logging buffered 16384 informational",
        "enable secret 5 <secret>",
        "!",
        "no aaa new-model",
        "no ip source-route",
        "ip cef",
        "no ip domain lookup",
        "ip domain name measured.example",
        *[f"ip inspect name EXIT {protocol}" for protocol in ("tcp", "udp", "icmp") if device.inspects],
        "!",
        "username fellesdrift secret 5 <secret>",
        *(["archive", f" path flash:{device.name}-"] if new else []),
        "!",
        "ip ssh time-out 60",
        "ip ssh version 2",
        "!",
        *chain.from_iterable(
            [f"interface {name}", *(f" {line}" for line in lines), "!"] for name, lines in device.interfaces.items()
        ),
        "ip classless",
        *[_route(prefix, next_hop) for prefix, next_hop in device.routes],
        "no ip http server",
        "no ip http secure-server",
        *(
            [f"ip nat inside source list NAT-INSIDE interface {device.translates} overload"]
            if device.translates
            else []
        ),
        "!",
        *device.lists,
        "!",
        "line con 0",
        " logging synchronous",
        " login local",
        "line aux 0",
        " no exec",
        "line vty 0 4",
        " exec-timeout 15 0",
        " login local",
        " transport input ssh",
        "!",
        "ntp server 10.10.254.1",
        "end",
    ]
    text = "\n".join(body) + "\n"
    return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n{text}"


def _write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False), encoding="utf-8")


def _hosts(devices: Iterable[_Device], name: str) -> dict[str, Any]:
    return {"hosts": {device.name: None for device in devices if name in device.groups}}


def _inventory(plan: _Plan) -> dict[str, Any]:
    """hosts.yml."""
    work = ("core_routers", "internet_firewalls", "town_hall_routers", "town_hall_firewalls", "unit_routers")
    members = {key: _hosts(plan.devices, key) for key in plan.municipalities if key != "ops"}
    platform = {"children": {"core_routers": None, "internet_firewalls": None}}
    network = {"children": {name: _hosts(plan.devices, name) for name in work}}
    return {
        "all": {
            "children": {"network": network, "platform": platform, "ops": {"children": {"platform": None}}, **members}
        }
    }


def _everywhere(plan: _Plan) -> dict[str, Any]:
    """group_vars/all/: file name -> the one variable in it."""
    users = [key for key in plan.municipalities if key != "ops"]
    waves = ["platform:&internet_firewalls", "{municipality}:&town_hall_routers", "platform:&core_routers"]
    stage = {
        "id": "wan_link",
        "title": "Fibre carries the municipality's traffic",
        "role": "wan_link",
        "requires": [],
        "waves": [{"name": f"Wave {number}", "hosts": [pattern]} for number, pattern in enumerate(waves, 1)],
        "gates": ["reachable", "startup_saved", "dead_man", "interface_free", "services_before"],
        "municipalities": users,
    }
    finance = {"title": "Finance", "provided_by": "ops", "address": "10.10.20.20", "link": "ops_open", "zone": "open"}
    return {
        "estate": {
            "name": f"Generated, {len(plan.devices)} devices",
            "host_municipality": "ops",
            "time_zone": "Europe/Oslo",
            "journal": "journal/generated.sqlite",
            "production": True,
            "controller": {"address": "10.10.0.10", "link": "ops_management"},
        },
        "municipalities": plan.municipalities,
        "zones": {name: {"title": name} for name in ("management", "transit", "open", "users", "internet")},
        "sites": plan.sites,
        "links": plan.links,
        "externals": {"internet": {"title": "The Internet", "hosts": {"reference": {"address": "198.51.100.53"}}}},
        "services": {"finance": {**finance, "used_by": users, "protected": True}},
        "stages": [stage],
    }


def generate(folder: Path, devices: int, *, seed: int = 1, legacy: bool = True) -> Path:
    """Write an estate of that many network devices below `folder`; gives its inventory.

    legacy   devices with the ssh of 2005, as in the production estate

    Raises ValueError for a size that the address plan has no room for.
    """
    if not FEWEST <= devices <= MOST:
        raise ValueError(f"{devices} devices; the plan has room for {FEWEST} to {MOST}")
    plan = _plan(devices, seed)
    inventory = folder / "inventories" / "generated"
    _write(inventory / "hosts.yml", _inventory(plan))
    for name, value in _everywhere(plan).items():
        _write(inventory / "group_vars" / "all" / f"{name}.yml", {f"fellesdrift_{name}": value})
    network = {
        "ansible_connection": "fellesdrift.core.refuse",
        "ansible_host": "{{ fellesdrift_management_address }}",
        "fellesdrift_platform": "cisco_ios",
        "fellesdrift_ssh_legacy": legacy,
        "fellesdrift_dead_man": "reload",
        "fellesdrift_probe_source": "FastEthernet0/0",
    }
    shared = {"fellesdrift_municipality": "ops", "fellesdrift_shared": True, "fellesdrift_dead_man": "revert_timer"}
    hall = {"fellesdrift_dead_man": "revert_timer", "fellesdrift_probe_source": "GigabitEthernet0/0"}
    _write(inventory / "group_vars" / "network.yml", network)
    _write(inventory / "group_vars" / "platform.yml", {**shared, "fellesdrift_probe_source": "Loopback0"})
    _write(inventory / "group_vars" / "town_hall_routers.yml", hall)
    for key in plan.municipalities.keys() - {"ops"}:
        _write(inventory / "group_vars" / f"{key}.yml", {"fellesdrift_municipality": key})
    snapshots = inventory / "snapshots" / "baseline"
    snapshots.mkdir(parents=True)
    # Ansible gives up on a folder of an inventory in which it understands nothing
    (snapshots / "ABOUT").write_text("# Generated.\n", encoding="utf-8")
    for device in plan.devices:
        own = {
            "fellesdrift_site": device.site,
            "fellesdrift_management_address": device.management,
            "fellesdrift_model": device.model,
            **device.variables,
        }
        _write(inventory / "host_vars" / f"{device.name}.yml", own)
        (snapshots / f"{device.name}.cfg").write_text(_config(device), encoding="utf-8")
    return inventory
