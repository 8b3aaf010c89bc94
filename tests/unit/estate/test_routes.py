"""Following static routes: what a device of these years does with a packet."""

from __future__ import annotations

import pytest
from support.work import counted

from fellesdrift.estate import snapshots
from fellesdrift.estate.models import Link
from fellesdrift.estate.routes import DeadEnd, Network, number


def device(name, interfaces, routes=()):
    lines = [f"hostname {name}"]
    for interface, address, *more in interfaces:
        lines += [f"interface {interface}", f" ip address {address}", *(f" {line}" for line in more)]
    return snapshots.read("\n".join([*lines, *(f"ip route {route}" for route in routes), "end", ""]))


def link(key, prefix, *ends, kind="lan"):
    """ends: "host interface address"; one word fewer is an external."""
    records = []
    for end in ends:
        words = end.split()
        names = ("host", "interface", "address") if len(words) == 3 else ("external", "address")
        records.append(dict(zip(names, words, strict=True)))
    return Link.model_validate({"key": key, "kind": kind, "prefix": prefix, "zone": "users", "ends": records})


THIRTY, FULL = "255.255.255.252", "255.255.255.0"
LINE = link("line", "10.9.0.0/30", "a S0 10.9.0.1", "b S0 10.9.0.2", kind="leased_line")
FAR = link("far", "10.2.0.0/24", "b E0 10.2.0.1")
B = device("b", [("S0", f"10.9.0.2 {THIRTY}"), ("E0", f"10.2.0.1 {FULL}")])


def follow(*routes, interface=(), others=(), more=None):
    near = device("a", [("S0", f"10.9.0.1 {THIRTY}", *interface)], routes)
    return Network([LINE, FAR, *others], {"a": near, "b": B, **(more or {})}).follow("a", FAR)


@pytest.mark.parametrize(
    "route",
    [
        f"10.2.0.0 {FULL} 10.9.0.2",
        f"10.2.0.0 {FULL} S0 10.9.0.2",
        f"10.2.0.0 {FULL} S0",
        f"10.2.0.0 {FULL} S0 10.9.0.2 250 name way permanent",
        "0.0.0.0 0.0.0.0 10.9.0.2",
        # found by another route
        f"10.2.0.0 {FULL} 10.2.7.7\nip route 10.2.7.0 {FULL} 10.9.0.2",
        # the longest prefix first; what is down is not used
        f"10.2.0.0 255.255.0.0 Null0\nip route 10.2.0.0 {FULL} 10.9.0.2",
        f"10.2.0.0 {FULL} S9 10.9.0.2\nip route 10.2.0.0 255.255.0.0 10.9.0.2",
        # the smallest distance first
        f"10.2.0.0 {FULL} Null0 200\nip route 10.2.0.0 {FULL} 10.9.0.2",
    ],
)
def test_it_arrives(route):
    assert follow(route) is None


@pytest.mark.parametrize(
    ("route", "why"),
    [
        (f"10.3.0.0 {FULL} 10.9.0.2", "it has no route there that can be used"),
        (f"vrf other 10.2.0.0 {FULL} 10.9.0.2", "it has no route there that can be used"),
        (f"10.2.0.0 {FULL} S9 10.9.0.2", "it has no route there that can be used"),
        (f"10.2.0.0 {FULL} 10.77.0.1", "it has no route there that can be used"),
        (f"10.2.0.0 {FULL} 10.2.0.7", "it has no route there that can be used"),
        (f"10.2.0.0 {FULL} 10.2.0.700", "it has no route there that can be used"),
        (f"10.2.0.0 {FULL} 10.9.0.3", f"ip route 10.2.0.0 {FULL} 10.9.0.3: nobody has this address"),
        (f"10.2.0.0 {FULL} Null0", f"ip route 10.2.0.0 {FULL} Null0: it is thrown away"),
    ],
)
def test_it_does_not_arrive(route, why):
    assert follow(route) == DeadEnd(("a",), why)


def test_an_interface_that_is_down_takes_its_routes_with_it():
    dead_end = follow(f"10.2.0.0 {FULL} 10.9.0.2", interface=("shutdown",))
    assert dead_end == DeadEnd(("a",), "it has no route there that can be used")


def test_a_lan_does_not_say_to_whom():
    lan = link("lan", "10.8.0.0/24", "a E1 10.8.0.1", "b E1 10.8.0.2", "c E1 10.8.0.3")
    near = device("a", [("E1", f"10.8.0.1 {FULL}")], [f"10.2.0.0 {FULL} E1"])
    dead_end = Network([lan, FAR], {"a": near, "b": B}).follow("a", FAR)
    assert dead_end == DeadEnd(("a",), f"ip route 10.2.0.0 {FULL} E1: it does not say to whom")


def test_what_is_handed_to_others_is_gone():
    out = link("out", "192.0.2.0/30", "a F0 192.0.2.2", "internet 192.0.2.1", kind="internet")
    near = device("a", [("F0", f"192.0.2.2 {THIRTY}")], ["0.0.0.0 0.0.0.0 192.0.2.1"])
    assert Network([out, FAR], {"a": near, "b": B}).follow("a", FAR) == DeadEnd(
        ("a",), "it is handed to external internet"
    )


def pair(second):
    """`a` sends to the virtual address of b and c."""
    lan = link("lan", "10.8.0.0/24", "a E1 10.8.0.1", "b E1 10.8.0.2", "c E1 10.8.0.3")
    near = device("a", [("E1", f"10.8.0.1 {FULL}")], ["0.0.0.0 0.0.0.0 10.8.0.9"])
    found = {
        "a": near,
        "b": device("b", [("E1", f"10.8.0.2 {FULL}", "standby 1 ip 10.8.0.9"), ("E0", f"10.2.0.1 {FULL}")]),
        "c": device("c", [("E1", f"10.8.0.3 {FULL}", "standby 1 ip 10.8.0.9")], second),
    }
    return Network([lan, FAR], found).follow("a", FAR)


def test_each_router_of_a_pair_must_lead_there():
    assert pair([f"10.2.0.0 {FULL} 10.8.0.2"]) is None
    assert pair([]) == DeadEnd(("a", "c"), "it has no route there that can be used")
    assert pair([f"10.2.0.0 {FULL} 10.8.0.1"]) == DeadEnd(("a", "c", "a"), "the way goes in a circle")
    assert pair([f"10.2.0.0 {FULL} 10.8.0.3"]) == DeadEnd(("a", "c", "c"), "the way goes in a circle")


def test_a_device_without_a_snapshot_is_unknown_not_fine():
    lan = link("lan", "10.8.0.0/24", "a E1 10.8.0.1", "d E1 10.8.0.4")
    near = device("a", [("E1", f"10.8.0.1 {FULL}")], ["0.0.0.0 0.0.0.0 10.8.0.4"])
    assert Network([lan, FAR], {"a": near}).follow("a", FAR) == DeadEnd(("a", "d"), "nothing is known of its routes")


@pytest.mark.parametrize("text", ["", "10.0.0", "10.0.0.256", "10.0.0.x", "1.2.3.4.5"])
def test_what_is_no_address(text):
    with pytest.raises(ValueError, match=r".*"):
        number(text)


def test_the_cost_is_that_of_the_links():
    """Five times as many LANs behind one core take about five times as long, not 25 times."""

    def measured(count):
        links, found, core = [], {}, []
        for index in range(count):
            high, low = divmod(index, 250)
            near, far, lan = f"172.{16 + high}.{low}.1", f"172.{16 + high}.{low}.2", f"10.{high}.{low}.0"
            links.append(
                link(f"w{index}", f"172.{16 + high}.{low}.0/30", f"core S{index} {near}", f"r{index} S0 {far}")
            )
            links.append(link(f"l{index}", f"{lan}/24", f"r{index} E0 {lan[:-1]}1"))
            core.append(((f"S{index}", f"{near} {THIRTY}"), f"{lan} {FULL} {far}"))
            found[f"r{index}"] = device(
                f"r{index}", [("S0", f"{far} {THIRTY}"), ("E0", f"{lan[:-1]}1 {FULL}")], [f"0.0.0.0 0.0.0.0 {near}"]
            )
        found["core"] = device("core", [each[0] for each in core], [each[1] for each in core])
        with counted() as work:
            network = Network(links, found)
            assert all(network.follow("core", each) is None for each in links)
        return work.calls

    small, large = measured(200), measured(1000)
    assert large < 6 * small, (small, large)
