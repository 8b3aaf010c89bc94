"""For any configuration and any wish: what is typed leads exactly to what was predicted, safely, and back again."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fellesdrift.state import network

NAMES = ["GigabitEthernet0/0", "GigabitEthernet0/1", "Serial0/0/0"]
NETS = [IPv4Network(f"10.{n}.0.0/24") for n in range(1, 7)]
ENTRIES = [
    "permit ip 10.1.0.0 0.0.255.255 any",
    "permit ip 10.0.0.0 0.255.255.255 any",
    "deny ip 10.2.0.0 0.0.255.255 any",
    "permit ip 10.2.3.0 0.0.0.255 any",
    "deny ip 10.3.0.0 0.0.255.255 any",
    "permit ip host 10.3.3.3 any",
    "deny ip any any log",
]
REMARKS = ["remark First", "remark Second"]
PREFIXES = ["0.0.0.0/0", "10.10.0.0/16", "10.10.0.0/24", "198.51.100.20/32"]
HOPS = ["10.1.0.9", "10.2.0.9", "10.3.0.9", "192.0.2.99"]

hop = st.fixed_dictionaries(
    {"next_hop": st.sampled_from(HOPS), "distance": st.sampled_from([1, 250]), "name": st.sampled_from([None, "fibre"])}
)
hops = st.lists(hop, max_size=3, unique_by=lambda one: one["next_hop"])
routes = st.dictionaries(st.sampled_from(PREFIXES), hops, max_size=4)
entries = st.lists(st.sampled_from(ENTRIES + REMARKS), max_size=6, unique=True).filter(
    lambda texts: any(text not in REMARKS for text in texts)
)
address = st.none() | st.sampled_from(NETS)
group = st.sampled_from([None, "IN", "OUT"])
interface = st.fixed_dictionaries(
    {
        "description": st.sampled_from([None, "Til rådhuset", "Transit"]),
        "bandwidth": st.sampled_from([None, 1024, 2048]),
        "access_group_in": group,
        "access_group_out": group,
        "nat": st.sampled_from([None, "inside", "outside"]),
        "enabled": st.booleans(),
    }
)


@st.composite
def addressed(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    nets = draw(st.lists(st.sampled_from(NETS), min_size=3, max_size=3, unique=True))
    found = {}
    for name, net in zip(NAMES, nets, strict=True):
        found[name] = {**draw(interface), "ip_address": f"{net[1]}/24" if draw(st.booleans()) else None}
    return found


def model(ios: Any, acl: Any, interfaces: Any, routes: Any, lists: Any, numbered: bool = True) -> Any:
    """The present device."""
    device = ios({name: {} for name in NAMES}, remarks_numbered=numbered)
    for name, texts in lists.items():
        if texts:
            device.acls[name] = acl("extended", [(10 * at, text) for at, text in enumerate(texts, 1)])
    for name, values in interfaces.items():
        device.type(f"interface {name}")
        for line in as_lines(values):
            device.type(f" {line}")
    for prefix, found in routes.items():
        net = IPv4Network(prefix)
        for one in found:
            rest = " ".join(
                ([str(one["distance"])] if one["distance"] != 1 else [])
                + (["name", one["name"]] if one["name"] else [])
            )
            device.type(f"ip route {net.network_address} {net.netmask} {one['next_hop']} {rest}".rstrip())
    return device


def as_lines(values: dict[str, Any]) -> list[str]:
    lines = []
    if values["description"]:
        lines.append(f"description {values['description']}")
    if values["bandwidth"]:
        lines.append(f"bandwidth {values['bandwidth']}")
    if values["nat"]:
        lines.append(f"ip nat {values['nat']}")
    if values["ip_address"]:
        lines.append(f"ip address {values['ip_address'].split('/')[0]} 255.255.255.0")
    for way in ("in", "out"):
        if values[f"access_group_{way}"]:
            lines.append(f"ip access-group {values[f'access_group_{way}']} {way}")
    if not values["enabled"]:
        lines.append("shutdown")
    return lines


def wish(interfaces: Any, routes: Any, lists: Any) -> dict[str, Any]:
    return {
        "interface": interfaces,
        "route": {prefix: {"next_hops": found} for prefix, found in routes.items()},
        "access_list": {name: {"type": "extended", "entries": texts} for name, texts in lists.items()},
    }


def type_all(device: Any, config: str, desired: Any) -> None:
    for step in network.steps(config, desired):
        device.context = None
        for line in step.lines:
            device.type(line)


lists_of_two = st.fixed_dictionaries({"IN": entries, "OUT": entries})


@settings(max_examples=80, deadline=None)
@given(
    before=st.tuples(addressed(), routes, lists_of_two),
    after=st.tuples(addressed(), routes, lists_of_two),
    numbered=st.booleans(),
)
def test_the_steps_lead_to_the_prediction_and_back(ios: Any, acl: Any, before: Any, after: Any, numbered: bool) -> None:
    device = model(ios, acl, *before, numbered)
    config = device.show()
    desired = wish(*after)
    predicted = network.intend(config, desired)
    recorded = network.touched(config, desired)
    type_all(device, config, desired)
    printed = device.show()
    assert network.normalise(printed) == predicted
    assert network.intend(printed, desired) == predicted
    assert network.steps(printed, desired) == []
    assert network.compare(desired, network.read_resources(printed)) == []
    type_all(device, printed, recorded)
    assert network.normalise(device.show()) == network.normalise(config)


@settings(max_examples=60, deadline=None)
@given(before=routes, after=routes)
def test_a_prefix_that_stays_covered_is_covered_after_every_line(ios: Any, acl: Any, before: Any, after: Any) -> None:
    device = model(ios, acl, {}, before, {})
    config, desired = device.show(), wish({}, {**{prefix: [] for prefix in before}, **after}, {})
    probes = [IPv4Address(address) for address in ("10.10.0.10", "10.10.5.5", "198.51.100.20", "203.0.113.9")]

    def best(address: IPv4Address) -> int:
        nets = [IPv4Network(f"{net}/{mask}") for net, mask, _ in device.routes]
        return max((net.prefixlen for net in nets if address in net), default=-1)

    start = {address: best(address) for address in probes}
    seen: list[dict[IPv4Address, int]] = []
    for step in network.steps(config, desired):
        for line in step.lines:
            device.type(line)
            seen.append({address: best(address) for address in probes})
    for address in probes:
        end = best(address)
        assert all(ways[address] >= min(start[address], end) for ways in seen)


def decision(texts: list[str], source: IPv4Address) -> str:
    for text in texts:
        words = text.split()
        if words[0] == "remark":
            continue
        if words[2] == "any":
            return words[0]
        if words[2] == "host":
            if source == IPv4Address(words[3]):
                return words[0]
        elif int(source) & ~int(IPv4Address(words[3])) == int(IPv4Address(words[2])):
            return words[0]
    return "deny" if any(not text.startswith("remark") for text in texts) else "permit"


@example(  # two that go, the upper one hiding the lower: found by taking entries out from the top
    before=[ENTRIES[3], ENTRIES[2], ENTRIES[1]], after=[ENTRIES[4], ENTRIES[1]], numbered=True, version="12.4"
)
@settings(max_examples=150, deadline=None)
@given(
    before=st.lists(st.sampled_from(ENTRIES + REMARKS), max_size=6, unique=True),
    after=entries,
    numbered=st.booleans(),
    version=st.sampled_from(["12.3", "12.4"]),
)
def test_no_packet_is_treated_in_a_third_way(
    ios: Any, acl: Any, before: list[str], after: list[str], numbered: bool, version: str
) -> None:
    """Whatever list the interface names, after every line each packet is treated as before or as after."""
    device = model(ios, acl, {}, {}, {"IN": before}, numbered)
    device.type("interface GigabitEthernet0/0")
    device.type(" ip access-group IN in")
    config = device.show().replace("version 12.4", f"version {version}")
    desired = wish({}, {}, {"IN": after})
    senders = [
        IPv4Address(text)
        for text in ("10.1.1.1", "10.2.3.3", "10.2.9.9", "10.3.3.3", "10.3.9.9", "10.9.9.9", "192.0.2.1")
    ]
    for step in network.steps(config, desired):
        device.context = None
        for line in step.lines:
            device.type(line)
            name = device.interfaces["GigabitEthernet0/0"]["ip access-group in"].split()[2]
            # an interface that names no list, or one without rules, lets everything through
            now = device.acls[name].texts() if name in device.acls else []
            for sender in senders:
                assert decision(now, sender) in (decision(before, sender), decision(after, sender)), (line, sender)
    assert device.acls["IN"].texts() == after
    assert list(device.acls) == ["IN"]
