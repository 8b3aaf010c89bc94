"""The steps of the first stage as they will be typed, both ways; what is refused; what never gets cut."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fellesdrift.errors import FellesdriftError
from fellesdrift.state import network
from fellesdrift.state.network.plan import Step

Golden = Callable[[str, object], None]
BASELINE = Path(__file__).parents[3] / "inventories/production/snapshots/baseline"
CONTROLLER = "10.10.0.10"
FIBRE = "GigabitEthernet0/2/0 10.250.61.1"  # by the interface: gone when that is down
SANDE = {
    "interface": {
        "GigabitEthernet0/2/0": {"description": "Fibre to Drammen", "ip_address": "10.250.61.2/30", "enabled": True}
    },
    "route": {
        "198.51.100.20/32": {"next_hops": [{"next_hop": "10.61.0.2"}]},
        "0.0.0.0/0": {"next_hops": [{"next_hop": FIBRE}, {"next_hop": "10.61.0.2", "distance": 250}]},
        "10.10.0.0/16": {"next_hops": [{"next_hop": FIBRE}, {"next_hop": "10.251.61.1", "distance": 250}]},
    },
}
FIREWALL = {
    "access_list": {
        "INSIDE-IN": {
            "type": "extended",
            "entries": [
                "remark Drammen's own networks",
                "permit ip 10.10.0.0 0.0.255.255 any",
                "remark Ping of this firewall from anywhere inside",
                "permit icmp 10.0.0.0 0.255.255.255 host 10.10.254.3",
                "remark Sande",
                "permit ip 10.61.0.0 0.0.255.255 any",
                "deny ip any any log",
            ],
        },
        "NAT-INSIDE": {"type": "standard", "entries": ["permit 10.10.0.0 0.0.255.255", "permit 10.61.0.0 0.0.255.255"]},
    }
}


def baseline(host: str) -> str:
    return (BASELINE / f"{host}.cfg").read_text(encoding="utf-8")


def shown(steps: list[Step]) -> str:
    return "\n".join(
        f"{step.phase}: {step.title}\n" + "\n".join(f"    {line}" for line in step.lines) for step in steps
    )


@pytest.mark.parametrize(("host", "desired"), [("san-rtr1", SANDE), ("drm-fwi1", FIREWALL)])
def test_the_first_stage_both_ways(host: str, desired: dict[str, Any], golden: Golden) -> None:
    config = baseline(host)
    there = network.steps(config, desired)
    after = network.intend(config, desired)
    back = network.steps(after, network.touched(config, desired))
    golden(f"state/steps_{host}", f"{shown(there)}\n\n-- and back\n\n{shown(back)}")
    assert network.intend(after, network.touched(config, desired)) == network.normalise(config)
    assert network.management_cuts(config, there, CONTROLLER) == []
    assert network.management_cuts(after, back, CONTROLLER) == []
    assert not network.loses_controller(config, there, CONTROLLER)


SMALL = """version {version}
hostname r1
interface GigabitEthernet0/0
 ip address 10.0.0.1 255.255.255.0
 ip access-group IN in
interface GigabitEthernet0/1
 no ip address
 ip address 10.0.9.1 255.255.255.0 secondary
interface GigabitEthernet0/2
 description odd ?
 bandwidth 64
ip route 10.9.0.0 255.255.0.0 10.0.0.9 track 3
ip route 10.8.0.0 255.255.0.0 Null0
ip route 10.7.0.0 255.255.0.0 Serial0 10.1.1.1 5 name x
ip nat inside source list NAT interface GigabitEthernet0/1 overload
ip access-list standard NAT
 permit 10.1.0.0 0.0.255.255
 permit 10.2.0.0 0.0.255.255
ip access-list extended IN
 permit tcp any any eq 22
 deny ip 10.9.0.0 0.0.255.255 any
 permit ip any any
ip access-list extended ODD
 evaluate REFLECTED
ip access-list extended FREE
 permit ip any any
line vty 0 4
 access-class 10 in
end
"""
NEW = SMALL.format(version="12.4")
OLD = SMALL.format(version="12.3")


def a_list(name: str, entries: list[str], list_type: str | None = "extended") -> dict[str, Any]:
    return {"access_list": {name: {"type": list_type, "entries": entries}}}


SWAPPED = ["permit 10.2.0.0 0.0.255.255", "permit 10.1.0.0 0.0.255.255"]
REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "no_interface": ("FD403", {"interface": {"GigabitEthernet0/9": {"enabled": True}}}),
    "no_list": ("FD403", {"interface": {"GigabitEthernet0/1": {"access_group_in": "NOWHERE"}}}),
    "secondary": ("FD404", {"interface": {"GigabitEthernet0/1": {"ip_address": None}}}),
    "odd_description": ("FD404", {"interface": {"GigabitEthernet0/2": {"description": "x"}}}),
    "tracked_route": ("FD404", {"route": {"10.9.0.0/16": {"next_hops": []}}}),
    "odd_entry": ("FD404", a_list("ODD", ["permit ip any any"])),
    "list_in_use": ("FD405", a_list("IN", [], None)),
    "nat_list_reordered": ("FD405", a_list("NAT", SWAPPED, "standard")),
    "overlap": ("FD416", {"interface": {"GigabitEthernet0/2": {"ip_address": "10.0.0.2/24"}}}),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_done_is_refused_before_anything_is_typed(name: str, golden: Golden) -> None:
    code, desired = REFUSED[name]
    with pytest.raises(FellesdriftError) as caught:
        network.steps(NEW, desired)
    assert caught.value.code == code
    golden(f"state/refused_{name}", caught.value)


def lines_of(config: str, desired: dict[str, Any]) -> list[str]:
    return [line for step in network.steps(config, desired) for line in step.lines]


def test_an_entry_goes_in_by_number_where_the_version_has_them() -> None:
    wanted = ["permit tcp any any eq 22", "permit ip 10.9.1.0 0.0.0.255 any", "permit ip any any"]
    assert lines_of(NEW, a_list("IN", wanted)) == [
        "ip access-list resequence IN 10 10",
        "ip access-list extended IN",
        " 14 permit ip 10.9.1.0 0.0.0.255 any",
        " no 20",
    ]


def test_numbers_leave_room_for_all_new_entries() -> None:
    new = [f"permit ip host 10.9.1.{n} any" for n in range(12)]
    wanted = [*new, "permit tcp any any eq 22", "deny ip 10.9.0.0 0.0.255.255 any", "permit ip any any"]
    found = lines_of(NEW, a_list("IN", wanted))
    assert found[0] == "ip access-list resequence IN 100 100"
    assert [line.split()[0] for line in found[2:]] == [str(88 + n) for n in range(12)]


@pytest.mark.parametrize("config", [OLD, NEW], ids=["12.3", "12.4"])
def test_a_stand_in_where_numbers_do_not_help(config: str) -> None:
    wanted = ["deny ip 10.9.0.0 0.0.255.255 any", "permit tcp any any eq 22", "permit ip any any"]
    found = lines_of(config, a_list("IN", wanted))
    assert found == [
        "ip access-list extended STAND-IN-IN",
        *(f" {entry}" for entry in wanted),
        "interface GigabitEthernet0/0",
        " ip access-group STAND-IN-IN in",
        "no ip access-list extended IN",
        "ip access-list extended IN",
        *(f" {entry}" for entry in wanted),
        "interface GigabitEthernet0/0",
        " ip access-group IN in",
        "no ip access-list extended STAND-IN-IN",
    ]


def test_a_list_that_nobody_uses_is_written_anew() -> None:
    assert lines_of(NEW, a_list("FREE", ["deny ip any any"])) == [
        "no ip access-list extended FREE",
        "ip access-list extended FREE",
        " deny ip any any",
    ]
    assert lines_of(NEW, a_list("FREE", [], None)) == ["no ip access-list extended FREE"]
    assert network.steps(NEW, a_list("ABSENT", [], None)) == []


def test_a_number_is_only_a_list_where_a_list_can_stand() -> None:
    # `access-class 10` uses it, `ip route ... 10`, `bandwidth 64` do not
    with pytest.raises(FellesdriftError, match="access-class 10 in"):
        network.steps(NEW, a_list("10", ["permit any"], "standard"))
    assert lines_of(NEW, a_list("64", ["permit any"], "standard")) == ["ip access-list standard 64", " permit any"]


def test_another_type_needs_a_stand_in() -> None:
    found = lines_of(NEW, a_list("IN", ["permit any"], "standard"))
    assert "no ip access-list extended IN" in found
    assert found[0] == "ip access-list standard STAND-IN-IN"


def test_a_remark_that_stands_twice_cannot_be_taken_out_by_its_text() -> None:
    config = NEW.replace(" permit tcp any any eq 22\n", " remark same\n permit tcp any any eq 22\n remark same\n")
    rules = ["permit tcp any any eq 22", "deny ip 10.9.0.0 0.0.255.255 any", "permit ip any any"]
    assert "STAND-IN-IN" in lines_of(config, a_list("IN", rules))[0]
    tail = NEW.replace(" permit ip any any\n", " remark same\n deny ip any any\n remark same\n", 1)
    wanted = [rules[0], "permit udp any any", "remark same", rules[1], "deny ip any any"]
    assert "STAND-IN-IN" in lines_of(tail, a_list("IN", wanted))[0]


def test_an_address_by_dhcp_is_in_nobodys_way() -> None:
    config = NEW.replace(" description odd ?\n", " ip address dhcp\n")
    desired = {"interface": {"GigabitEthernet0/0": {"ip_address": "10.5.0.1/24"}}}
    assert lines_of(config, desired) == ["interface GigabitEthernet0/0", " ip address 10.5.0.1 255.255.255.0"]
    back = {"interface": {"GigabitEthernet0/2": {"ip_address": "10.6.0.1/24"}}}
    assert network.touched(config, back) == {"interface": {"GigabitEthernet0/2": {"ip_address": "dhcp"}}}
    after = network.intend(config, back)
    assert lines_of(after, network.touched(config, back)) == ["interface GigabitEthernet0/2", " ip address dhcp"]


def test_without_a_version_nothing_is_numbered() -> None:
    config = NEW.replace("version 12.4\n", "")
    wanted = ["permit tcp any any eq 22", "permit udp any any", "deny ip 10.9.0.0 0.0.255.255 any", "permit ip any any"]
    assert lines_of(config, a_list("IN", wanted))[0] == "ip access-list extended STAND-IN-IN"


def test_a_network_moves_in_one_step() -> None:
    desired = {
        "interface": {
            "GigabitEthernet0/0": {"ip_address": None},
            "GigabitEthernet0/2": {"ip_address": "10.0.0.1/24", "enabled": True},
        }
    }
    [step] = network.steps(NEW, desired)
    assert step.title == "Move the network of GigabitEthernet0/0 to GigabitEthernet0/2"
    assert step.lines == (
        "interface GigabitEthernet0/0",
        " no ip address",
        "interface GigabitEthernet0/2",
        " ip address 10.0.0.1 255.255.255.0",
    )


def test_an_interface_is_shut_before_it_loses_its_address_and_that_before_its_filter() -> None:
    desired = {"interface": {"GigabitEthernet0/0": {"ip_address": None, "enabled": False, "access_group_in": None}}}
    [step] = network.steps(NEW, desired)
    assert step.lines == (
        "interface GigabitEthernet0/0",
        " shutdown",
        " no ip address 10.0.0.1 255.255.255.0",
        " no ip access-group IN in",
    )


def test_other_forms_of_routes() -> None:
    assert lines_of(NEW, {"route": {"10.7.0.0/16": {"next_hops": []}, "10.8.0.0/16": {"next_hops": []}}}) == [
        "no ip route 10.7.0.0 255.255.0.0 Serial0 10.1.1.1 5 name x",
        "no ip route 10.8.0.0 255.255.0.0 Null0",
    ]


# -- the way to the controller


def step(*lines: str) -> Step:
    return Step("by hand", "routes_removed", lines)


def test_a_plan_in_the_wrong_order_is_seen() -> None:
    config = baseline("san-rtr1")
    wrong = [
        step("no ip route 10.10.0.0 255.255.0.0 10.251.61.1"),
        step("interface GigabitEthernet0/2/0", " ip address 10.250.61.2 255.255.255.252", " no shutdown"),
        step("ip route 10.10.0.0 255.255.0.0 10.250.61.1"),
    ]
    cuts = network.management_cuts(config, wrong, CONTROLLER)
    # the default route is left, towards the Internet: that is no way to Drammen
    assert [cut.line for cut in cuts] == [line.strip() for one in wrong[:2] for line in one.lines]
    assert {(cut.found, cut.expected) for cut in cuts} == {("0.0.0.0/0", "10.10.0.0/16 or better")}


def test_a_route_by_an_interface_that_goes_down_is_no_way() -> None:
    config = baseline("san-rtr1")
    off = [step("interface Serial0/0/0", " shutdown"), step("interface Serial0/0/0", " no shutdown")]
    assert [cut.line for cut in network.management_cuts(config, off, CONTROLLER)] == [
        "shutdown",
        "interface Serial0/0/0",
    ]


def test_a_plan_that_ends_without_a_way() -> None:
    config = baseline("san-skole-rtr1")
    away = [step("interface Serial0/0", " no ip address")]
    assert network.loses_controller(config, away, CONTROLLER)
    assert not network.loses_controller(config, [], CONTROLLER)
    assert not network.loses_controller(NEW, away, "203.0.113.7")


def test_lines_about_other_things_change_no_way() -> None:
    config = baseline("san-rtr1")
    other = [
        step("ip access-list extended X", " permit ip any any", "interface Serial9/9", " shutdown", "line vty 0 4"),
        step("no ip route 10.10.0.0 255.255.0.0 10.251.61.1 track 1", "ip route 10.0.0.0 255.0.255.0 10.9.9.9"),
    ]
    assert network.management_cuts(config, other, CONTROLLER) == []


def test_routes_that_point_at_each_other_are_no_way() -> None:
    config = NEW.replace(
        "ip nat inside source",
        "ip route 10.10.0.0 255.255.0.0 10.11.0.1\nip route 10.11.0.0 255.255.0.0 10.10.0.1\nip nat inside source",
    )
    assert not network.loses_controller(config, [], CONTROLLER)
    assert network.management_cuts(config, [step("ip route 10.10.0.0 255.255.255.0 Null0")], CONTROLLER) == []


# -- comparing


def test_a_missing_interface_differs_in_all_that_is_claimed() -> None:
    [found] = network.compare({"interface": {"Gone0": {"enabled": True}}}, network.read_resources(NEW))
    assert (found.kind, found.key, found.attribute, found.want, found.have) == (
        "interface",
        "Gone0",
        "enabled",
        True,
        None,
    )


def test_absent_is_absent() -> None:
    wish = {"route": {"10.99.0.0/16": {"next_hops": []}}, "access_list": {"NONE": {"type": None, "entries": []}}}
    assert network.compare(wish, network.read_resources(NEW)) == []


def test_three_ways() -> None:
    before = {"route": {"0.0.0.0/0": {"next_hops": [1]}}, "interface": {"A": {"enabled": False, "description": "a"}}}
    after = {"route": {"0.0.0.0/0": {"next_hops": [2]}}, "interface": {"A": {"enabled": True, "description": "b"}}}
    assert network.three_way(before, after, after) == []
    assert network.three_way(before, after, before) == []
    mixed = {"route": {"0.0.0.0/0": {"next_hops": [3]}}, "interface": {"A": {"enabled": True, "description": "a"}}}
    [conflict] = network.three_way(before, after, mixed)
    assert (conflict.key, conflict.before, conflict.after, conflict.present) == ("0.0.0.0/0", [1], [2], [3])
