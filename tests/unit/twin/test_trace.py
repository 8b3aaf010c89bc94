"""Packets between simulated devices go where the configurations say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from fellesdrift.twin.lab import Lab
from fellesdrift.twin.net.addresses import number
from fellesdrift.twin.net.network import Node
from fellesdrift.twin.net.packet import Entry, Packet, judge
from fellesdrift.twin.net.trace import exchange

Make = Callable[..., Lab]


def configure(lab: Lab, device: str, *lines: str) -> None:
    said = lab.devices[device].console(list(lines))
    assert not any(said), said


def reason(lab: Lab, origin: str, target: str, source: str | None = None) -> str:
    return lab.trace(origin, target, source).reason


def connects(lab: Lab, origin: str, target: str, port: int, protocol: str = "tcp") -> bool:
    endpoint = lab.network.endpoints[origin]
    packet = Packet(number(endpoint.address), number(target), protocol, sport=40000, dport=port)
    return exchange(lab.network, Node("endpoint", origin), packet).ok


def test_everybody_reaches_everybody_at_first(lab: Lab):
    for origin, target in (
        ("controller", "10.0.2.1"),
        ("south", "10.0.1.20"),
        ("second", "10.0.255.2"),
        ("server", "10.0.1.3"),
    ):
        assert reason(lab, origin, target) == "answered"


@pytest.mark.parametrize(("device", "interface"), [("north", "Serial0/0/0"), ("south", "Serial0/0")])
def test_a_line_is_up_only_when_both_ends_are(lab: Lab, device: str, interface: str):
    configure(lab, device, f"interface {interface}", "shutdown")
    assert "Serial0/0/0" not in lab.network.up("north")
    assert "Serial0/0" not in lab.network.up("south")
    assert not lab.manageable("south")
    configure(lab, device, f"interface {interface}", "no shutdown")
    assert lab.manageable("south")


def test_a_cut_wire_and_a_mended_one(lab: Lab):
    lab.network.set_cut("line", True)
    assert "nobody" in reason(lab, "south", "10.0.1.20") or "no route" in reason(lab, "south", "10.0.1.20")
    lab.network.set_cut("line", False)
    assert reason(lab, "south", "10.0.1.20") == "answered"


def test_the_answer_needs_a_way_too(lab: Lab):
    configure(lab, "north", "no ip route 10.0.2.0 255.255.255.0 10.0.9.2")
    assert reason(lab, "south", "10.0.1.20", "10.0.2.1").startswith("back: ")


def test_a_next_hop_must_live_on_that_wire(lab: Lab):
    configure(lab, "north", "no ip route 0.0.0.0 0.0.0.0 203.0.113.1", "ip route 0.0.0.0 0.0.0.0 203.0.113.5")
    assert "nobody answers for 203.0.113.5 on provider" in reason(lab, "north", "198.51.100.53")


def test_a_loop_ends_with_the_last_hop_count(lab: Lab):
    configure(lab, "north", "ip route 10.8.0.0 255.255.0.0 10.0.9.2")
    assert "expired" in reason(lab, "server", "10.8.0.1")


def test_the_virtual_router_moves_to_the_second_router(lab: Lab):
    assert lab.trace("server", "10.0.255.2").there.hops[0].node.name == "north"
    configure(lab, "north", "interface gi0/0", "standby 1 priority 90")
    assert lab.trace("server", "10.0.255.2").there.hops[0].node.name == "second"
    configure(lab, "second", "interface gi0/0", "shutdown")
    assert lab.trace("server", "10.0.255.2").there.hops[0].node.name == "north"
    assert reason(lab, "server", "10.0.1.1") == "answered"


def test_a_floating_route_takes_over_and_gives_back(lab: Lab):
    configure(lab, "south", "ip route 0.0.0.0 0.0.0.0 10.0.2.99 250")
    lab.network.set_cut("line", True)
    assert lab.network.table("south").lookup(1).distance == 250
    lab.network.set_cut("line", False)
    assert lab.network.table("south").lookup(1).distance == 1


def test_a_route_over_itself_is_not_installed(lab: Lab):
    configure(
        lab,
        "south",
        "no ip route 0.0.0.0 0.0.0.0 10.0.9.1",
        "ip route 10.20.0.0 255.255.0.0 10.20.0.1",
        "ip route 10.30.0.0 255.255.0.0 10.0.9.1",
        "ip route 10.40.0.0 255.255.0.0 10.30.0.9",
    )
    prefixes = {key[0] for key in lab.network.table("south").routes}
    assert number("10.20.0.0") not in prefixes
    assert number("10.40.0.0") in prefixes


def test_equal_routes_share(lab: Lab):
    configure(lab, "south", "ip route 0.0.0.0 0.0.0.0 Serial0/0")
    route = lab.network.table("south").lookup(number("10.0.1.20"))
    assert route is not None
    assert len(route.paths) == 2
    assert reason(lab, "south", "10.0.1.20") == "answered"


def test_null_discards(lab: Lab):
    configure(lab, "south", "ip route 10.0.1.20 255.255.255.255 Null0")
    assert "discarded on Null0" in reason(lab, "south", "10.0.1.20")


def test_an_inbound_list_judges_first_match_first(lab: Lab):
    configure(
        lab,
        "north",
        "ip access-list extended LINE-IN",
        "permit tcp any any established",
        "deny tcp any host 10.0.1.20 eq www",
        "permit tcp any any range 20 100",
        "permit icmp any any echo",
        "interface Serial0/0/0",
        "ip access-group LINE-IN in",
    )
    packet = Packet(number("10.0.2.1"), number("10.0.1.20"), "tcp", sport=40000)

    def let_through(port: int) -> bool:
        return exchange(lab.network, Node("device", "south"), replace(packet, dport=port)).ok

    assert [let_through(port) for port in (22, 80, 100, 101)] == [True, False, True, False]
    assert reason(lab, "south", "10.0.1.20") == "answered"
    assert connects(lab, "server", "10.0.2.1", 22)
    assert "LINE-IN in on Serial0/0/0" in reason(lab, "controller", "10.0.2.1")


def test_an_outbound_list_spares_the_routers_own_packets(lab: Lab):
    configure(lab, "north", "access-list 101 deny icmp any any", "access-list 101 permit ip any any")
    configure(lab, "north", "interface Serial0/0/0", "ip access-group 101 out")
    assert reason(lab, "north", "10.0.9.2") == "answered"
    assert "101 out on Serial0/0/0" in reason(lab, "server", "10.0.9.2")


def test_a_list_that_does_not_exist_lets_everything_through(lab: Lab):
    configure(lab, "north", "interface Serial0/0/0", "ip access-group NOWHERE in", "ip access-group ALSO out")
    assert reason(lab, "south", "10.0.1.20") == "answered"


def test_inspection_lets_answers_in_and_nothing_else(lab: Lab):
    assert reason(lab, "south", "198.51.100.53", "10.0.2.1") == "answered"
    configure(lab, "north", "interface gi0/1", "no ip inspect EXIT out")
    assert "FROM-OUTSIDE in" in reason(lab, "south", "198.51.100.53", "10.0.2.1")
    configure(lab, "north", "interface Serial0/0/0", "ip inspect EXIT in")
    assert reason(lab, "south", "198.51.100.53", "10.0.2.1") == "answered"


def test_the_routers_own_packets_are_inspected_only_when_told_so(lab: Lab):
    assert "FROM-OUTSIDE" in reason(lab, "north", "198.51.100.53")
    configure(lab, "north", "ip inspect name EXIT icmp router-traffic")
    assert reason(lab, "north", "198.51.100.53") == "answered"


def test_a_private_sender_dies_on_the_internet_unless_translated(lab: Lab):
    assert reason(lab, "south", "198.51.100.53", "10.0.2.1") == "answered"
    configure(lab, "north", "no ip nat inside source list INSIDE interface GigabitEthernet0/1 overload")
    assert "private address on the Internet" in reason(lab, "south", "198.51.100.53", "10.0.2.1")


def test_the_translation_list_decides_who_is_translated(lab: Lab):
    assert "private" in reason(lab, "south", "198.51.100.53", "10.0.255.2")
    configure(lab, "north", "ip access-list standard INSIDE", "permit 10.0.255.2")
    assert reason(lab, "south", "198.51.100.53", "10.0.255.2") == "answered"


def test_a_static_translation_works_both_ways(lab: Lab):
    configure(lab, "north", "ip nat inside source static 10.0.2.1 203.0.113.2")
    assert reason(lab, "south", "198.51.100.53", "10.0.2.1") == "answered"


def test_an_external_host_accepts_whom_it_wants(lab: Lab):
    assert "picky does not accept 203.0.113.2" in reason(lab, "south", "198.51.100.20", "10.0.2.1")
    assert "no route" in reason(lab, "south", "198.51.100.99", "10.0.2.1")
    assert reason(lab, "south", "203.0.113.1", "10.0.2.1") == "answered"


def test_a_server_without_a_gateway_stays_at_home(lab: Lab):
    links = tuple(replace(link, gateway=None) for link in lab.topology.links)
    lost = Lab(replace(lab.topology, links=links), 1000, lab.credentials)
    assert "no gateway" in reason(lost, "server", "10.0.2.1")
    assert reason(lost, "server", "10.0.1.2") == "answered"


def test_a_sub_interface_lives_on_its_parents_wire(make: Make, lab: Lab):
    config = lab.topology.devices[1].config.replace(
        "interface FastEthernet0/0\n ip address 10.0.2.1 255.255.255.0",
        "interface FastEthernet0/0\n"
        "interface FastEthernet0/0.20\n encapsulation dot1Q 20\n ip address 10.0.2.1 255.255.255.0",
    )
    tagged = make(south=config)
    assert reason(tagged, "server", "10.0.2.1") == "answered"
    configure(tagged, "south", "interface fa0/0", "shutdown")
    assert "FastEthernet0/0.20" not in tagged.network.up("south")


@pytest.mark.parametrize(
    ("line", "through"),
    [
        ("permit ip any any", True),
        ("permit tcp any any", False),
        ("permit icmp any any echo", True),
        ("permit icmp any any echo-reply", False),
        ("permit icmp host 10.0.0.1 10.0.0.0 0.0.0.255", True),
        ("deny icmp any any", False),
        ("permit 1 any any", True),
        ("permit icmp 10.0.0.2 0.0.0.253 any", False),
    ],
)
def test_one_line_of_a_list(make: Make, line: str, through: bool):
    lab = make()
    configure(lab, "north", "ip access-list extended ONE", line)
    packet = Packet(number("10.0.0.1"), number("10.0.0.9"))
    assert lab.network.views["north"].judge("ONE", packet)[0] is through


@pytest.mark.parametrize(
    ("line", "port", "through"),
    [
        ("permit udp any any eq ntp", 123, True),
        ("permit udp any any eq ntp", 124, False),
        ("permit udp any any neq domain", 53, False),
        ("permit udp any any neq domain", 54, True),
        ("permit udp any any gt 1023", 1024, True),
        ("permit udp any any gt 1023", 1023, False),
        ("permit udp any any lt 1024", 1023, True),
        ("permit udp any any lt 1024", 1024, False),
        ("permit udp any range 10 20 any range tftp 70", 69, True),
        ("permit udp any range 10 20 any range tftp 70", 71, False),
    ],
)
def test_ports_of_a_list(make: Make, line: str, port: int, through: bool):
    lab = make()
    configure(lab, "north", "ip access-list extended ONE", line)
    packet = Packet(1, 2, "udp", sport=15, dport=port)
    assert lab.network.views["north"].judge("ONE", packet)[0] is through


def test_the_end_of_a_list_denies():
    entries = (Entry(True, "permit icmp any any", "icmp"),)
    assert judge(entries, Packet(1, 2, "tcp")) == (False, "deny   ip any any (implicit)")
    assert judge((), Packet(1, 2, "tcp"))[0]
