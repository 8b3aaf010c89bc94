"""The operations centre: one or two core routers, the shared Internet exit, the firewall between the server zones."""

from __future__ import annotations

from fellesdrift.regions import services
from fellesdrift.regions.addressing import CENTRE_EXIT, address, wildcard
from fellesdrift.regions.device import Device
from fellesdrift.regions.region import Region

# Zone -> the number of its network of servers, and the interface of the zone firewall that leads there.
ZONES = {
    "open": (0, "GigabitEthernet0/2"),
    "closed": (1, "GigabitEthernet0/3"),
    "terminal": (2, "GigabitEthernet0/0"),
}
_TRANSIT = "GigabitEthernet0/0"
_EXIT, _ZONE = 4, 5


def build(region: Region) -> Device:
    """Plan it; gives the core router to which all lines lead."""
    place, plan = region.host, region.shape.plan
    key, block = place.key, place.block
    region.municipalities[key] = {"name": place.name, "prefix": place.prefix}
    region.sites[place.hall] = {"name": f"Driftssentralen i {place.name}", "municipality": key}
    region.sites[place.hall]["kind"] = "operations_centre"
    transit, gateway = block.transit(28), address(block.transit(28), 1)
    wall = Device(f"{key}-fwi1", "internet_firewalls", key, place.hall, block.loopback(3), "Cisco 3845")
    zones = Device(f"{key}-fwz1", "zone_firewalls", key, place.hall, block.loopback(4), "Cisco 3825")
    cores = _cores(region, {wall.management: address(transit, _EXIT), zones.management: address(transit, _ZONE)})

    wall.put("Loopback0", f"{wall.management}/32")
    wall.outside("GigabitEthernet0/0", f"{CENTRE_EXIT[2]}/{CENTRE_EXIT.prefixlen}")
    inside = "ip access-group INSIDE-IN in", "ip nat inside"
    wall.put("GigabitEthernet0/1", f"{address(transit, _EXIT)}/28", *inside)
    wall.routes += [("0.0.0.0/0", str(CENTRE_EXIT[1])), (str(plan.base), gateway)]
    _exit_lists(region, wall)

    zones.put("Loopback0", f"{zones.management}/32")
    zones.put("GigabitEthernet0/1", f"{address(transit, _ZONE)}/28", "ip access-group TRANSIT-IN in")
    zones.routes.append(("0.0.0.0/0", gateway))
    _zone_lists(region, zones)

    ends = [core.end(_TRANSIT, address(transit, _own(region, core))) for core in cores]
    ends += [wall.end("GigabitEthernet0/1", address(transit, _EXIT))]
    ends += [zones.end("GigabitEthernet0/1", address(transit, _ZONE))]
    region.link(f"{key}_transit", "lan", transit, "transit", *ends, gateway=gateway)
    cloud = {"external": "internet", "address": str(CENTRE_EXIT[1])}
    exit_end = wall.end("GigabitEthernet0/0", str(CENTRE_EXIT[2]))
    region.link(f"{key}_internet", "internet", CENTRE_EXIT, "internet", exit_end, cloud)
    for zone, (number, interface) in ZONES.items():
        servers = block.servers(number)
        zones.put(interface, f"{address(servers, 1)}/24")
        end = zones.end(interface, address(servers, 1))
        region.link(f"{key}_{zone}", "lan", servers, zone, end, gateway=address(servers, 1))
    region.devices += [*cores, wall, zones]
    return cores[0]


def management_lan(region: Region) -> str:
    """The link that the controller stands on."""
    return f"{region.host.key}_management"


def _own(region: Region, core: Device) -> int:
    """A core's address on the LANs of the pair: the gateway itself when it is alone."""
    return 1 if region.shape.cores == 1 else int(core.name[-1]) + 1


def _cores(region: Region, beyond: dict[str, str]) -> list[Device]:
    """Routers with HSRP between them, or one alone. beyond: loopbacks of others -> where on the transit LAN."""
    place = region.host
    key, block = place.key, place.block
    transit = block.transit(28)
    lans = [
        (_TRANSIT, transit, f"{key}_transit", 255),
        ("GigabitEthernet0/1", block.servers(3), management_lan(region), 10),
        ("GigabitEthernet0/3", block.users, f"{key}_users", 1),
    ]
    cores = []
    for number in range(1, region.shape.cores + 1):
        core = Device(f"{key}-core{number}", "core_routers", key, place.hall, block.loopback(number), "Cisco 3845")
        core.put("Loopback0", f"{core.management}/32")
        for interface, lan, _, group in lans:
            pair = [] if region.shape.cores == 1 else [f"standby {group} ip {address(lan, 1)}"]
            first = [f"standby {group} priority 110", f"standby {group} preempt"] if pair and number == 1 else []
            core.put(interface, f"{address(lan, _own(region, core))}/{lan.prefixlen}", *pair, *first)
        core.routes.append(("0.0.0.0/0", address(transit, _EXIT)))
        core.routes += [(str(block.servers(zone)), address(transit, _ZONE)) for zone, _ in ZONES.values()]
        core.routes += [(f"{loopback}/32", there) for loopback, there in beyond.items()]
        cores.append(core)
    for core in cores:
        others = [other for other in cores if other is not core]
        core.routes += [(f"{other.management}/32", address(transit, _own(region, other))) for other in others]
    for interface, lan, name, _ in lans[1:]:
        ends = [core.end(interface, address(lan, _own(region, core))) for core in cores]
        zone = "management" if name == management_lan(region) else "users"
        region.link(name, "lan", lan, zone, *ends, gateway=address(lan, 1))
    return cores


def _exit_lists(region: Region, wall: Device) -> None:
    """Who is let out today: the operations centre's municipality, and those who never had an exit of their own."""
    first, translated = [], []
    for place in region.places:
        if not place.number:
            first += [f"remark Networks of {place.key}", f"permit ip {wildcard(place.block.prefix)} any"]
            translated.append(f"permit {wildcard(place.block.prefix)}")
        elif not place.share.own_exit:
            first.append(f"remark Without an exit of their own: {place.key}")
            # In halves: the entry of the whole prefix is the stage's.
            halves = [wildcard(half) for half in place.block.prefix.subnets(prefixlen_diff=1)]
            first += [f"permit ip {half} any" for half in halves]
            translated += [f"permit {half}" for half in halves]
    ping = f"permit icmp {wildcard(region.shape.plan.base)} host {wall.management}"
    last = ["remark Ping of this firewall from anywhere inside", ping, "deny ip any any log"]
    wall.entries("extended", "INSIDE-IN", [*first, *last[:-1], "deny   ip any any log"])
    wall.entries("standard", "NAT-INSIDE", translated)
    # What the exit's lists hold besides the municipalities that have come over.
    wall.variables["wan_link__inside_list"] = {"name": "INSIDE-IN", "first": first, "last": last}
    wall.variables["wan_link__translated_list"] = {"name": "NAT-INSIDE", "first": translated}


def _zone_lists(region: Region, zones: Device) -> None:
    """What crosses into the zones today: the services that are run from here, for those who use them."""
    management = region.host.block.servers(3)
    entries = [
        "remark Management of this firewall",
        f"permit tcp {wildcard(management)} host {zones.management} eq 22",
        f"permit icmp {wildcard(region.shape.plan.base)} host {zones.management}",
        "remark Answers to what the servers ask for",
        "permit tcp any any established",
        "permit icmp any any echo-reply",
    ]
    for service in services.central(region):
        entries.append(f"remark {service.key}")
        entries += [f"permit ip {wildcard(user.block.prefix)} host {service.address}" for user in service.users]
    zones.entries("extended", "TRANSIT-IN", [*entries, "deny   ip any any log"])
