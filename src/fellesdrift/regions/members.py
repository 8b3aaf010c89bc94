"""The municipalities that are to be moved, and the units of all: town halls, lines, firewalls, schools, homes."""

from __future__ import annotations

from fellesdrift.regions.addressing import Block, address, hosts, pair
from fellesdrift.regions.device import Device
from fellesdrift.regions.names import UNITS
from fellesdrift.regions.region import PORTS, Place, Region
from fellesdrift.regions.services import own_exit

_LINE_SPEEDS = (256, 512, 1024, 2048)


def build(region: Region, core: Device) -> None:
    """Plan all of them; `core` is where their lines and fibres lead."""
    _units(region, region.host, core, first_card=40)
    for place in region.members:
        router = _town_hall(region, place, core)
        if place.share.own_exit:
            _own_exit(region, place, router)
        if place.share.servers:
            servers = place.block.servers()
            router.put("GigabitEthernet0/3", f"{address(servers, 1)}/24")
            end = router.end("GigabitEthernet0/3", address(servers, 1))
            region.link(f"{place.key}_servers", "lan", servers, "local", end, gateway=address(servers, 1))
        _units(region, place, router, first_card=1)
    # The other core reaches all of them through the first one.
    via = address(region.host.block.transit(28), 2)
    for other in (device for device in region.devices if device.group == "core_routers" and device is not core):
        far = [(prefix, hop) for prefix, hop in core.routes if prefix not in {prefix for prefix, _ in other.routes}]
        other.routes += [(prefix, via) for prefix, _ in far if prefix != f"{other.management}/32"]


def _town_hall(region: Region, place: Place, core: Device) -> Device:
    """The router of a municipality, its line to the operations centre, and the fibre that is not lit yet."""
    key, block, chance = place.key, place.block, region.wanted.chance(f"town hall {place.number}")
    region.sites[place.hall] = {"name": f"{place.name} rådhus", "municipality": key, "kind": "town_hall"}
    router = Device(f"{key}-rtr1", "town_hall_routers", key, place.hall, block.loopback(1), "Cisco 2821")
    card, port = divmod(place.number - 1, PORTS)
    line, fibre = f"Serial{2 + card}/{port}", f"GigabitEthernet{2 + card}/{port}"
    lines, fibres = (region.shape.plan.block(len(region.places) + number) for number in (0, 1))
    near, far = hosts(pair(lines, place.number))
    speed = f"bandwidth {chance.choice(_LINE_SPEEDS)}"
    router.put("Loopback0", f"{router.management}/32")
    router.put("GigabitEthernet0/0", f"{address(block.users, 1)}/24")
    router.put("Serial0/0/0", f"{far}/30", speed)
    router.dark("GigabitEthernet0/2/0")
    core.put(line, f"{near}/30", speed)
    core.dark(fibre)
    core.routes.append((place.prefix, far))
    if not place.share.own_exit:
        router.routes.append(("0.0.0.0/0", near))
    else:
        router.routes.append((region.host.prefix, near))
    users = router.end("GigabitEthernet0/0", address(block.users, 1))
    region.link(f"{key}_users", "lan", block.users, "users", users, gateway=address(block.users, 1))
    ends = core.end(line, near), router.end("Serial0/0/0", far)
    region.link(f"{key}_line", "leased_line", pair(lines, place.number), "transit", *ends)
    here, there = hosts(pair(fibres, place.number))
    lit = core.end(fibre, here), router.end("GigabitEthernet0/2/0", there)
    region.link(f"{key}_fibre", "fibre", pair(fibres, place.number), "transit", *lit)
    region.municipalities[key] = {
        "name": place.name,
        "prefix": place.prefix,
        "town_hall_router": router.name,
        "uplink": f"{key}_line",
        "fibre": f"{key}_fibre",
    }
    region.devices.append(router)
    return router


def _own_exit(region: Region, place: Place, router: Device) -> None:
    """A municipality's own firewall at its own provider."""
    key, transit = place.key, place.block.transit(29)
    inner, outer = hosts(transit)
    net = own_exit(region, place)
    provider, ours = hosts(net)
    wall = Device(f"{key}-fw1", "town_hall_firewalls", key, place.hall, outer, "Cisco 1841")
    wall.outside("FastEthernet0/0", f"{ours}/30")
    wall.put("FastEthernet0/1", f"{outer}/29", "ip nat inside")
    wall.routes += [("0.0.0.0/0", provider), (region.host.prefix, inner), (place.prefix, inner)]
    wall.entries(
        "standard", "NAT-INSIDE", [f"permit {place.block.prefix.network_address} {place.block.prefix.hostmask}"]
    )
    router.put("GigabitEthernet0/1", f"{inner}/29")
    router.routes.append(("0.0.0.0/0", outer))
    ends = router.end("GigabitEthernet0/1", inner), wall.end("FastEthernet0/1", outer)
    region.link(f"{key}_transit", "lan", transit, "transit", *ends)
    cloud = {"external": "internet", "address": provider}
    region.link(f"{key}_internet", "internet", net, "internet", wall.end("FastEthernet0/0", ours), cloud)
    region.municipalities[key]["exit"] = {"host": wall.name, "next_hop": outer}
    region.devices.append(wall)


def _units(region: Region, place: Place, router: Device, first_card: int) -> None:
    """Schools, homes and libraries, each on a line of its own or a leased one; and those that no network reaches."""
    chance = region.wanted.chance(f"units {place.number}")
    for number in range(place.share.units + place.share.dark_sites):
        kind, title = UNITS[number % len(UNITS)]
        count = number // len(UNITS) + 1
        site = f"{place.key}_{kind}{count}"
        region.sites[site] = {"name": f"{title} {count} i {place.name}", "municipality": place.key, "kind": "unit"}
        if number >= place.share.units:
            region.sites[site]["connected"] = False
            continue
        model = chance.choice(("Cisco 1721", "Cisco 1760", "Cisco 1841"))
        name, loopback = f"{place.key}-{kind}{count}-rtr1", place.block.loopback(10 + number)
        device = Device(name, "unit_routers", place.key, site, loopback, model)
        speed = None if chance.random() < 0.25 else chance.choice(_LINE_SPEEDS)
        card, port = divmod(number, PORTS)
        there = f"{'Serial' if speed else 'FastEthernet'}{first_card + card}/{port}"
        _connect(region, place.block, router, there, device, number, speed)


def _connect(
    region: Region, block: Block, router: Device, there: str, device: Device, number: int, speed: int | None
) -> None:
    """A unit's line and its users. speed: of a leased line; without, it is the municipality's own fibre, lit."""
    line, lan = block.line(number), block.unit(number)
    near, far = hosts(line)
    here = "Serial0/0" if speed else "FastEthernet0/1"
    bandwidth = [f"bandwidth {speed}"] if speed else []
    device.put("Loopback0", f"{device.management}/32")
    device.put("FastEthernet0/0", f"{address(lan, 1)}/24")
    device.put(here, f"{far}/30", *bandwidth)
    device.routes.append(("0.0.0.0/0", near))
    router.put(there, f"{near}/30", *bandwidth)
    router.routes += [(str(lan), far), (f"{device.management}/32", far)]
    region.devices.append(device)
    users = device.end("FastEthernet0/0", address(lan, 1))
    region.link(f"{device.site}_users", "lan", lan, "users", users, gateway=address(lan, 1))
    ends = router.end(there, near), device.end(here, far)
    region.link(f"{device.site}_line", "leased_line" if speed else "fibre", line, "transit", *ends)
