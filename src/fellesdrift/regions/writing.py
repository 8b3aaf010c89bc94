"""From a region to the files of its inventory. The same region gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from fellesdrift.errors import FellesdriftError
from fellesdrift.regions import centre, members, people, policy, servers, services, systems, way
from fellesdrift.regions.addressing import address
from fellesdrift.regions.region import Region, begin
from fellesdrift.regions.sizes import Wanted, shape

NETWORK = (
    "core_routers",
    "internet_firewalls",
    "zone_firewalls",
    "town_hall_routers",
    "town_hall_firewalls",
    "unit_routers",
)
_PLATFORM = NETWORK[:3]
_WINDOWS = tuple(group for group in servers.KINDS if group not in servers.EXCHANGES)
_CONNECTION = {
    "ansible_connection": "fellesdrift.core.refuse",
    "ansible_host": "{{ fellesdrift_management_address }}",
}
_LOGIN = {
    "ansible_user": "{{ lookup('ansible.builtin.env', 'FELLESDRIFT_DEVICE_USER', default='fellesdrift') }}",
    "ansible_password": "{{ lookup('ansible.builtin.env', 'FELLESDRIFT_DEVICE_PASSWORD', default='') }}",
    "ansible_become_password": "{{ lookup('ansible.builtin.env', 'FELLESDRIFT_DEVICE_ENABLE', default='') }}",
}
_WINDOWS_LOGIN = {
    "ansible_user": "{{ lookup('ansible.builtin.env', 'FELLESDRIFT_WINDOWS_USER', default='fellesdrift') }}",
    "ansible_password": "{{ lookup('ansible.builtin.env', 'FELLESDRIFT_WINDOWS_PASSWORD', default='') }}",
}
# What a device of each group takes a change back by, and where it asks from: what users can reach, not what it can.
_OF_GROUP: dict[str, dict[str, Any]] = {
    "core_routers": {"fellesdrift_dead_man": "revert_timer", "fellesdrift_probe_source": "Loopback0"},
    "internet_firewalls": {"fellesdrift_dead_man": "revert_timer", "fellesdrift_probe_source": None},
    "zone_firewalls": {"fellesdrift_dead_man": "revert_timer", "fellesdrift_probe_source": "Loopback0"},
    "town_hall_routers": {"fellesdrift_dead_man": "revert_timer", "fellesdrift_probe_source": "GigabitEthernet0/0"},
    "town_hall_firewalls": {"fellesdrift_dead_man": "reload", "fellesdrift_probe_source": None},
    "unit_routers": {"fellesdrift_dead_man": "reload", "fellesdrift_probe_source": "FastEthernet0/0"},
}


def plan(wanted: Wanted) -> Region:
    """Everything of a region, before it is written. Raises FD190 for a size that no region can have."""
    region = begin(wanted, shape(wanted))
    members.build(region, centre.build(region))
    servers.build(region)
    return region


def generate(folder: Path, wanted: Wanted) -> Path:
    """Write the region's inventory into `folder`, which is new or empty; gives the folder.

    Raises FD190 for a size that no region can have, FD191 when something is in the folder already.
    """
    region = plan(wanted)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FellesdriftError(
            "FD191",
            "The region would be written over something else.",
            file=str(folder),
            expected="a new or an empty folder",
            next_step="choose another folder with --out",
        )
    _write(folder / "hosts.yml", _hosts(region))
    for name, value in _everywhere(region).items():
        _write(folder / "group_vars" / "all" / f"{name}.yml", {f"fellesdrift_{name}": value})
    for group, variables in _of_groups(region).items():
        _write(folder / "group_vars" / f"{group}.yml", variables)
    (folder / "known_hosts.txt").write_text("# Host keys of the devices: none, for they do not exist.\n", "utf-8")
    _write_devices(folder, region)
    for server in region.servers:
        own = {"fellesdrift_management_address": server.address, "fellesdrift_link": server.link}
        _write(folder / "host_vars" / f"{server.name}.yml", own)
    return folder


def _write_devices(folder: Path, region: Region) -> None:
    snapshots = folder / "snapshots" / "baseline"
    snapshots.mkdir(parents=True)
    # Ansible gives up on a folder of an inventory in which it understands nothing.
    (snapshots / "ABOUT").write_text("# Generated: what devices that do not exist would say.\n", "utf-8")
    for device in region.devices:
        own = {
            "fellesdrift_site": device.site,
            "fellesdrift_management_address": device.management,
            "fellesdrift_model": device.model,
            **device.variables,
        }
        if device.site == region.host.hall:
            del own["fellesdrift_site"]
        _write(folder / "host_vars" / f"{device.name}.yml", own)
        (snapshots / f"{device.name}.cfg").write_text(device.config(), "utf-8")


def _everywhere(region: Region) -> dict[str, Any]:
    """group_vars/all/: the estate's own variables, without their prefix."""
    wanted, key = region.wanted, region.host.key
    stages = way.stages(region)
    for place in region.places:
        region.municipalities[place.key]["numbers"] = people.numbers(place)
    return {
        "estate": {
            "name": f"{region.host.name}regionen",
            "host_municipality": key,
            "time_zone": "Europe/Oslo",
            "journal": f"journal/{key}.sqlite",
            "production": True,
            "controller": {"address": address(region.host.block.servers(3), 10), "link": centre.management_lan(region)},
            "assumed": True,
            "reason": f"Generated: {wanted.municipalities} municipalities, {wanted.hosts} hosts, seed {wanted.seed}.",
        },
        "municipalities": region.municipalities,
        "zones": way.ZONES,
        "sites": region.sites,
        "links": region.links,
        "externals": services.externals(region),
        "services": services.services(region),
        "roles": people.ROLES,
        "contacts": people.contacts(region),
        "systems": systems.systems(region),
        "applications": policy.APPLICATIONS,
        "policy": policy.policy(),
        "stages": stages,
        "windows": people.windows(stages),
    }


def _of_groups(region: Region) -> dict[str, dict[str, Any]]:
    """group_vars/: what is true of some hosts only."""
    legacy = {"fellesdrift_ssh_legacy": region.wanted.legacy}
    keys = {"fellesdrift_known_hosts": "{{ inventory_dir }}/known_hosts.txt"}
    return {
        "network": {**_CONNECTION, **_LOGIN, "fellesdrift_platform": "cisco_ios", **legacy, **keys},
        "windows": {**_CONNECTION, **_WINDOWS_LOGIN, "fellesdrift_platform": "windows_2003"},
        "telephony": _CONNECTION,
        "succession_servers": {"fellesdrift_platform": "succession"},
        "meridian_exchanges": {"fellesdrift_platform": "meridian"},
        "platform": {"fellesdrift_site": region.host.hall, "fellesdrift_shared": True},
        **_OF_GROUP,
        **{
            place.key: {
                "fellesdrift_municipality": place.key,
                **({"fellesdrift_site": place.hall} if place.number else {}),
            }
            for place in region.places
        },
    }


def _hosts(region: Region) -> dict[str, Any]:
    """hosts.yml: groups say what a host does, and whose it is."""
    by_group: dict[str, list[str]] = {}
    by_place: dict[str, list[str]] = {}
    shared = {server.name for server in region.servers if server.shared}
    for name, group, municipality in region.names():
        by_group.setdefault(group, []).append(name)
        if group not in _PLATFORM and name not in shared:
            by_place.setdefault(municipality, []).append(name)
    host, *others = [place.key for place in region.places]
    platform = {"children": dict.fromkeys(_PLATFORM), "hosts": dict.fromkeys(sorted(shared))}
    return {
        "all": {
            "children": {
                "managed": {"children": {"network": None}},
                "network": _groups(NETWORK, by_group),
                "windows": _groups(_WINDOWS, by_group),
                "telephony": _groups(servers.EXCHANGES, by_group),
                "platform": platform,
                host: {"children": {"platform": None}, "hosts": dict.fromkeys(by_place.get(host, []))},
                **{key: {"hosts": dict.fromkeys(by_place.get(key, []))} for key in others},
            }
        }
    }


def _groups(names: Iterable[str], by_group: dict[str, list[str]]) -> dict[str, Any]:
    return {"children": {name: {"hosts": dict.fromkeys(by_group.get(name, []))} for name in names}}


def _write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # libyaml where it is: ten times as fast, and the same text.
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    # What two places share is written out in both: no anchors.
    text = yaml.dump(json.loads(json.dumps(data)), Dumper=dumper, sort_keys=False, allow_unicode=True, width=120)
    path.write_text(f"---\n{text}", encoding="utf-8")
