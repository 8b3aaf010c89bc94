"""What interfaces that share a prefix say about the network; and nothing that a device prints stops it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.configurations import CONFIGS, mutated

from fellesdrift.snapshots import inference


def device(*interfaces: tuple[str, str], more: tuple[str, ...] = (), name: str = "x") -> str:
    """interfaces: (name, "address mask")."""
    lines = [line for interface, address in interfaces for line in (f"interface {interface}", f" ip address {address}")]
    return "\n".join([f"hostname {name}", *lines, *more, "end", ""])


NET, HALF, LINE = "255.255.255.0", "255.255.255.128", "255.255.255.252"


def only(configs: dict[str, str]) -> inference.LinkFound:
    network = inference.network_of(configs)
    assert network.notes == []
    (link,) = network.links.values()
    return link


def test_two_serial_ends_are_a_line() -> None:
    link = only({"a": device(("Serial0/0", f"10.1.0.1 {LINE}")), "b": device(("Serial1/0", f"10.1.0.2 {LINE}"))})
    assert (link.key, link.kind, link.prefix) == ("net_10_1_0_0_30", "leased_line", "10.1.0.0/30")
    assert [(port.host, port.name) for port in link.ports] == [("a", "Serial0/0"), ("b", "Serial1/0")]


def test_a_line_whose_other_end_was_not_read_leads_beyond() -> None:
    link = only({"a": device(("Serial0/0", f"10.1.0.1 {LINE}"))})
    assert (link.kind, link.far) == ("leased_line", "10.1.0.2")


def test_a_line_to_nowhere_is_told() -> None:
    network = inference.network_of({"a": device(("Serial0/0", f"10.1.0.1 {NET}"))})
    assert network.links == {}
    assert network.notes == ["10.1.0.0/24 of a Serial0/0 is left out: the other end of the line is not known"]


def test_ethernet_is_a_lan_with_its_gateway() -> None:
    assert only({"a": device(("GigabitEthernet0/0", f"10.1.1.1 {NET}"))}).gateway == "10.1.1.1"
    standby = (" standby 1 ip 10.1.1.1",)
    two = {
        "a": device(("GigabitEthernet0/0", f"10.1.1.2 {NET}"), more=standby),
        "b": device(("GigabitEthernet0/0", f"10.1.1.3 {NET}"), more=standby),
    }
    link = only(two)
    assert (link.kind, link.gateway, len(link.ports)) == ("lan", "10.1.1.1", 2)
    assert only({name: text.replace(*standby, "") for name, text in two.items()}).gateway == ""


@pytest.mark.parametrize(
    ("address", "route", "kind"),
    [
        ("192.0.2.2", "ip route 0.0.0.0 0.0.0.0 192.0.2.1", "internet"),
        ("192.0.2.2", "ip route 0.0.0.0 0.0.0.0 FastEthernet0/0 192.0.2.1", "internet"),
        ("10.1.1.2", "ip route 0.0.0.0 0.0.0.0 10.1.1.1", "internet"),
        ("192.0.2.2", "ip route 10.0.0.0 255.0.0.0 192.0.2.1", "internet"),
        ("10.1.1.2", "ip route 10.9.0.0 255.255.0.0 10.1.1.1", "lan"),
        ("192.0.2.2", "ip route 0.0.0.0 0.0.0.0 10.1.1.1", "lan"),
        ("192.0.2.2", "ip route 0.0.0.0 0.0.0.0 192.0.2.2", "lan"),
    ],
)
def test_a_way_out_is_where_a_next_hop_is_nobodys(address: str, route: str, kind: str) -> None:
    link = only({"a": device(("FastEthernet0/0", f"{address} {NET}"), more=(route,))})
    assert link.kind == kind
    assert bool(link.far) == (kind == "internet")


def test_two_routers_at_one_provider_are_a_lan_with_its_address() -> None:
    route = ("ip route 0.0.0.0 0.0.0.0 192.0.2.1",)
    configs = {name: device(("FastEthernet0/0", f"192.0.2.{n} {NET}"), more=route) for name, n in (("a", 2), ("b", 3))}
    link = only(configs)
    assert (link.kind, link.far, link.gateway) == ("lan", "192.0.2.1", "")


def test_what_is_dark_or_virtual_is_no_link() -> None:
    text = device(
        ("Loopback0", "10.1.1.1 255.255.255.255"), ("GigabitEthernet0/1", f"10.2.2.1 {NET}"), more=(" shutdown",)
    )
    network = inference.network_of({"a": text})
    assert (network.links, network.notes) == ({}, [])


@pytest.mark.parametrize(
    ("other", "note"),
    [
        (("Fa0", f"10.1.1.1 {NET}"), "b Fa0 is left out: a GigabitEthernet0/0 has 10.1.1.1/24 already"),
        (("Fa0", f"10.1.1.129 {HALF}"), "10.1.1.128/25 of b Fa0 is left out: 10.1.1.0/24 has the same addresses"),
        (("Fa0", f"10.1.1.255 {NET}"), "b Fa0 is left out: 10.1.1.255/24 is no address for a host"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_and_left_out(other: tuple[str, str], note: str) -> None:
    network = inference.network_of({"a": device(("GigabitEthernet0/0", f"10.1.1.1 {NET}")), "b": device(other)})
    assert [port.host for link in network.links.values() for port in link.ports] == ["a"]
    assert network.notes == [note]


def test_where_a_device_is_logged_in_to() -> None:
    ports = inference.ports_of("a", device(
        ("FastEthernet0/0", f"192.0.2.2 {NET}"), ("FastEthernet0/1", f"10.1.1.1 {NET}"),
        ("Loopback0", "10.1.254.1 255.255.255.255"),
    ))  # fmt: skip
    assert inference.management_address("192.0.2.2", ports) == "192.0.2.2"
    assert inference.management_address("127.0.0.1", ports) == "10.1.254.1"
    assert inference.management_address("127.0.0.1", ports[:2]) == "10.1.1.1"
    assert inference.management_address("127.0.0.1", []) is None


@pytest.mark.parametrize(
    ("prefixes", "covered"),
    [
        (["10.1.1.0/24", "10.1.2.0/24"], "10.1.0.0/22"),
        (["10.1.1.0/24", "192.0.2.0/29"], "10.1.1.0/24"),
        (["10.1.1.0/24", "10.2.1.0/24", "192.168.1.0/24"], "10.0.0.0/14"),
        (["192.0.2.0/29"], "192.0.2.0/29"),
        ([], "10.0.0.0/8"),
    ],
)
def test_the_prefix_over_all(prefixes: list[str], covered: str) -> None:
    assert inference.covering(prefixes) == covered


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0))
def test_no_configuration_stops_it_and_what_it_gives_is_consistent(seed: int) -> None:
    chance = random.Random(seed)
    configs = {name: mutated(text, chance) for name, text in CONFIGS.items()}
    network = inference.network_of(configs)
    inference.covering(link.prefix for link in network.links.values())
    seen = set()
    for link in network.links.values():
        ends = [*((port.host, port.name) for port in link.ports), *((link.far,) if link.far else ())]
        assert len(ends) == 2 or link.kind == "lan"
        assert not seen & set(ends)
        seen |= {end for end in ends if isinstance(end, tuple)}
        addresses = [str(port.address.ip) for port in link.ports] + [link.far] * bool(link.far)
        assert len(addresses) == len(set(addresses))
    for name, text in configs.items():
        inference.management_address("127.0.0.1", inference.ports_of(name, text))
