"""A starting inventory out of what devices said: everything that no device says is marked as assumed.

make(folder, name, devices, ...)       # writes the files of an inventory into an empty folder
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import yaml

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import snapshots
from fellesdrift.snapshots import inference, store
from fellesdrift.snapshots.report import Source, report_of
from fellesdrift.snapshots.taking import Taken, now

_NOT_SAID = "Not known from the device: made by the first import."
_ASSUMED = {"assumed": True, "reason": _NOT_SAID}
_UNREACHED = (
    "No static route of the devices that were read leads there from the controller's link,"
    " so it is taken for transit until somebody says what it is."
)
BEYOND = "beyond"


@dataclass(frozen=True)
class Read:
    """A device that was read. name: its own (hostname); address, port: where it was reached."""

    name: str
    address: str
    port: int
    config: str
    taken: str
    model: str = ""
    software: str = ""
    legacy: bool = False


@dataclass(frozen=True)
class Made:
    """What was made: counts for people, and what was left out of the links."""

    hosts: int
    links: int
    notes: list[str]


def make(
    folder: Path,
    name: str,
    devices: Sequence[Read],
    controller: Sequence[str],
    host_keys: Sequence[str],
    unreached: Collection[str] = (),
) -> Made:
    """Write the inventory of these devices.

    name         of the inventory; the municipality's key is made of it
    controller   addresses of this machine, best first; the first that stands on a link is taken
    unreached    links to which no static route leads from there: they are taken for transit

    Raises FellesdriftError FD911 for a device without an address, FD912 when no address of the controller is on a link.
    """
    configs = {device.name: device.config for device in devices}
    network = inference.network_of(configs)
    key = _key(name, configs)
    at = _controller(network, controller)
    links = {link.key: _link(link) for link in network.links.values()}
    for key_of_link in unreached:
        links[key_of_link] |= {"zone": "transit", "reason": _UNREACHED}
        network.notes.append(f"{links[key_of_link]['prefix']}: {_UNREACHED}")
    private = [link.prefix for link in network.links.values() if link.kind != "internet"]
    wide: dict[str, Any] = {
        "estate": {
            "name": name,
            "host_municipality": key,
            "time_zone": "Europe/Oslo",
            "journal": f"journal/{name}.sqlite",
            "production": True,
            "controller": at,
            **_ASSUMED,
        },
        "municipalities": {key: {"name": name, "prefix": inference.covering(private), **_ASSUMED}},
        "zones": _zones(links),
        "sites": {"site": {"name": "Place not known", "municipality": key, "kind": "operations_centre", **_ASSUMED}},
        "links": links,
        "externals": _externals(links),
        "services": {},
        "stages": [],
    }
    for section, value in wide.items():
        _write(folder / "group_vars" / "all" / f"{section}.yml", _ABOUT[section], {f"fellesdrift_{section}": value})
    _write(folder / "hosts.yml", _ABOUT["hosts"], _hosts(key, list(configs)))
    _write(folder / "group_vars" / "network.yml", _ABOUT["network"], _NETWORK)
    _write(
        folder / "group_vars" / f"{key}.yml",
        "The one municipality that the import made.",
        {"fellesdrift_municipality": key, "fellesdrift_site": "site"},
    )
    for device in devices:
        _write(folder / "host_vars" / f"{device.name}.yml", "As the device says.", _host(device))
    _snapshots(folder, name, devices)
    _text(folder / "known_hosts.txt", "".join(f"{line}\n" for line in host_keys))
    return Made(len(devices), len(links), network.notes)


def _key(name: str, hosts: Mapping[str, str]) -> str:
    """A group's name that no host and none of our groups has."""
    key = re.sub(r"\W", "_", name.lower(), flags=re.ASCII).strip("_") or "members"
    key = f"m_{key}" if key[0].isdigit() else key
    return f"{key}_region" if key in {*hosts, "all", "ungrouped", "network", "managed", "platform"} else key


def _controller(network: inference.Network, addresses: Sequence[str]) -> dict[str, str]:
    used = {str(port.address.ip) for link in network.links.values() for port in link.ports}
    used |= {text for link in network.links.values() for text in (link.gateway, link.far)}
    for text in addresses:
        try:
            address = IPv4Address(text)
        except ValueError:
            continue
        for link in network.links.values():
            net = IPv4Network(link.prefix)
            if address in net and text not in used and address not in (net.network_address, net.broadcast_address):
                return {"address": text, "link": link.key}
    lans = [link.prefix for link in network.links.values() if link.kind == "lan"]
    raise FellesdriftError(
        "FD912",
        "where this machine stands in the network is not known",
        key="controller",
        found=", ".join(dict.fromkeys(addresses)) or "no address",
        expected=f"a free address in one of {', '.join(lans) or 'the LANs: none was found'}",
        next_step="-e controller=ADDRESS: this machine's address as the devices see it",
    )


def _link(link: inference.LinkFound) -> dict[str, Any]:
    ends: list[dict[str, str]] = [
        {"host": port.host, "interface": port.name, "address": str(port.address.ip)} for port in link.ports
    ]
    if link.far:
        ends.append({"external": "internet" if link.kind == "internet" else BEYOND, "address": link.far})
    zone = {"internet": "internet", "leased_line": "transit"}.get(link.kind)
    data: dict[str, Any] = {"kind": link.kind, "prefix": link.prefix, "zone": zone or _lan_zone(link)}
    if link.gateway:
        data["gateway"] = link.gateway
    reason = "The ends share a prefix; that they share a wire, and its kind and zone, is assumed by the first import."
    return {**data, "ends": ends, "assumed": True, "reason": reason}


def _lan_zone(link: inference.LinkFound) -> str:
    return "transit" if len(link.ports) > 1 and not link.gateway else "unclassified"


def _zones(links: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    titles = {
        "internet": "The public Internet",
        "transit": "Transit, links between routers and firewalls",
        "unclassified": "What stands there is not known from the routers",
    }
    used = {link["zone"] for link in links.values()}
    return {zone: {"title": title, **_ASSUMED} for zone, title in titles.items() if zone in used}


def _externals(links: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    titles = {"internet": "The Internet, or what a default route leads to", BEYOND: "Devices that were not read"}
    used = {end.get("external") for link in links.values() for end in link["ends"]}
    return {name: {"title": title, **_ASSUMED} for name, title in titles.items() if name in used}


def _hosts(key: str, hosts: Sequence[str]) -> dict[str, Any]:
    members: dict[str, Any] = {"hosts": dict.fromkeys(hosts)}
    return {
        "all": {
            "children": {
                "network": members,
                "managed": {"children": {"network": None}},
                "platform": {"hosts": {}},
                key: members.copy(),
            }
        }
    }


def _host(device: Read) -> dict[str, Any]:
    ports = inference.ports_of(device.name, device.config)
    management = inference.management_address(device.address, ports)
    if management is None:
        raise FellesdriftError(
            "FD911",
            "the device has no address on an interface that is switched on",
            host=device.name,
            found="no `ip address` that is known from the configuration",
            expected="an address at which it can be logged in to",
            next_step="import without it (--limit), and add it by hand",
        )
    found = snapshots.read(device.config)
    loopback = next((port.name for port in ports if port.name.startswith("Loopback")), None)
    data: dict[str, Any] = {"fellesdrift_management_address": management}
    if device.address != management:
        data["ansible_host"] = device.address
    if device.port != 22:
        data["ansible_port"] = device.port
    data |= {"fellesdrift_ssh_legacy": True} if device.legacy else {}
    data |= {"fellesdrift_model": device.model} if device.model else {}
    data |= {"fellesdrift_software": device.software} if device.software else {}
    data |= {"fellesdrift_probe_source": loopback} if loopback else {}
    data["fellesdrift_dead_man"] = "revert_timer" if found.archive_path else "none"
    return data | {
        "fellesdrift_assumed": True,
        "fellesdrift_reason": "Whose it is, where it stands and who depends on it are not known from the device.",
    }


def _snapshots(folder: Path, name: str, devices: Sequence[Read]) -> None:
    index = {device.name: store.Entry(device.taken, store.digest_of(device.config)) for device in devices}
    for part in ("baseline", "latest"):
        for device in devices:
            _text(folder / "snapshots" / part / f"{device.name}.cfg", device.config)
    _text(folder / "snapshots" / "baseline" / "ABOUT", _BASELINE)
    _text(folder / "snapshots" / "latest" / store.INDEX, store.index_text(index))
    sources = {
        device.name: Source(Taken("read", config=device.config, taken=device.taken), baseline=device.config)
        for device in devices
    }
    _text(folder / "snapshots" / "latest" / store.REPORT, report_of(name, now(), sources).as_json())


def _write(path: Path, about: str, data: Mapping[str, Any]) -> None:
    comment = "".join(f"# {line}\n" for line in about.splitlines())
    copied = json.loads(json.dumps(data))
    # copied, so that what is edited by hand has no anchors
    body = yaml.safe_dump(copied, sort_keys=False, allow_unicode=True, width=110)
    _text(path, f"---\n{comment}{body}")


def _text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    store.write(path, text)


_NETWORK = {
    "ansible_connection": "fellesdrift.core.refuse",
    "ansible_host": "{{ fellesdrift_management_address }}",
    "ansible_user": "{{ lookup('ansible.builtin.env', 'FELLESDRIFT_DEVICE_USER', default='fellesdrift') }}",
    "ansible_password": "{{ lookup('ansible.builtin.env', 'FELLESDRIFT_DEVICE_PASSWORD', default='') }}",
    "ansible_become_password": "{{ lookup('ansible.builtin.env', 'FELLESDRIFT_DEVICE_ENABLE', default='') }}",
    "fellesdrift_platform": "cisco_ios",
    "fellesdrift_known_hosts": "{{ inventory_dir }}/known_hosts.txt",
    "fellesdrift_shared": True,
}
_BASELINE = """\
# What each device said to `show running-config` at the first import, before the first move. Never changed after it;
# `<secret>` stands where the device has a secret.
"""
_ABOUT = {
    "hosts": "Made by the first import. Put each device into groups that say what it does, and into its\n"
    "municipality's; `platform` is what all members depend on.",
    "network": "Logins come from the environment, or define them in a vaulted file; never here in plain text.\n"
    "`shared`: others may depend on it, until somebody says otherwise: it is never restarted as a safety measure.",
    "estate": "The region as a whole.",
    "municipalities": "One for all: split it as the addresses are owned.",
    "zones": "What kind of traffic lives on a link.",
    "sites": "One for all: say where the devices stand.",
    "links": "Interfaces that share a prefix. A port that is shut down is at no link: an unlit fibre is to be added.",
    "externals": "What lies beyond the devices that were read.",
    "services": "What users would notice, and must not lose: nothing in a router's configuration says it.",
    "stages": "The way to the shared platform, in order.",
}
