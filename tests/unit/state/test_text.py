"""One canonical form, no volatile lines, no secrets, and no guess about half a configuration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fellesdrift.errors import FellesdriftError
from fellesdrift.state import network

Golden = Callable[[str, object], None]
BASELINE = Path(__file__).parents[3] / "inventories/production/snapshots/baseline"
CONFIG = """Building configuration...

Current configuration : 1234 bytes
!
! Last configuration change at 09:12:40 CEST Wed Oct 14 2009 by fellesdrift
version 12.4
hostname san-rtr1
!
banner motd ^C
! kept
  Sande kommune
^C
interface GigabitEthernet0/0
 duplex auto
 shutdown
 ip nat inside
 ip virtual-reassembly
 ip address 10.0.0.1 255.255.255.0
 ip address 10.0.1.1 255.255.255.0 secondary
 description Users
!
ip route vrf MGMT 0.0.0.0 0.0.0.0 10.9.9.9
ip route 10.61.12.0 255.255.255.0 10.61.255.6
ip route 0.0.0.0 0.0.0.0 10.61.0.2 250 name exit
ip route 0.0.0.0 0.0.0.0 Dialer1 permanent
!
access-list 10 permit 10.10.0.0 0.0.255.255
access-list 10 deny   any
access-list 700 permit 0000.0000.0001 0000.0000.0000
ip access-list extended B
 deny   ip any any
ntp clock-period 17179738
end
"""


def test_the_canonical_form(golden: Golden) -> None:
    golden("state/normalised", network.normalise(CONFIG))


@pytest.mark.parametrize("path", sorted(BASELINE.glob("*.cfg")), ids=lambda path: path.stem)
def test_normalising_twice_changes_nothing(path: Path) -> None:
    config = path.read_text(encoding="utf-8")
    once = network.normalise(config)
    assert network.normalise(once) == once
    assert network.read_resources(once) == network.read_resources(config)
    assert "bytes" not in once
    assert "!" not in once


def test_a_banner_is_no_configuration() -> None:
    once = network.normalise(CONFIG)
    assert "! kept\n  Sande kommune\n^C" in once
    assert network.normalise(once) == once
    one_line = CONFIG.replace("banner motd ^C\n! kept\n  Sande kommune\n^C\n", "banner motd ^Cshort^C\n")
    assert "banner motd ^Cshort^C\ninterface" in network.normalise(one_line)


@pytest.mark.parametrize(
    "line",
    [
        "Using 2889 out of 245752 bytes",
        "Using 2889 out of 245752 bytes, uncompressed size = 9 bytes",
        "! NVRAM config last updated at 09:12:58 CEST Wed Oct 14 2009 by fellesdrift",
        "! No configuration change since last restart",
        "ntp clock-period 17180152",
    ],
)
def test_a_volatile_line_makes_no_difference(line: str) -> None:
    assert network.normalise(CONFIG.replace("version 12.4", f"{line}\nversion 12.4")) == network.normalise(CONFIG)
    assert all(volatile.reason for volatile in network.VOLATILE)


def test_windows_newlines_make_no_difference() -> None:
    assert network.normalise(CONFIG.replace("\n", "\r\n")) == network.normalise(CONFIG)


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("empty", ""),
        ("only_volatile", "!\n\nBuilding configuration...\n"),
        ("no_host_name", "version 12.4\nend\n"),
        ("cut_short", CONFIG[:400]),
        ("cut_in_a_secret", "hostname x\nenable secret 5 $1$abc"),
        ("an_error", "% Invalid input detected at '^' marker.\n"),
    ],
)
def test_half_a_configuration_is_none(name: str, config: str, golden: Golden) -> None:
    with pytest.raises(FellesdriftError) as caught:
        network.normalise(config)
    assert caught.value.code == "FD402"
    golden(f"state/unreadable_{name}", caught.value)


def test_resources_of_a_configuration() -> None:
    found = network.read_resources(CONFIG)
    assert found["interface"] == {
        "GigabitEthernet0/0": {
            "description": "Users",
            "bandwidth": None,
            "ip_address": "10.0.0.1/24",
            "access_group_in": None,
            "access_group_out": None,
            "nat": "inside",
            "enabled": False,
        }
    }
    # the permanent route by a dialler and the one of another table cannot be held by the data
    assert found["route"] == {
        "0.0.0.0/0": {"next_hops": [{"next_hop": "10.61.0.2", "distance": 250, "name": "exit"}]},
        "10.61.12.0/24": {"next_hops": [{"next_hop": "10.61.255.6", "distance": 1, "name": None}]},
    }
    assert found["access_list"] == {
        "10": {"type": "standard", "entries": ["permit 10.10.0.0 0.0.255.255", "deny any"]},
        "B": {"type": "extended", "entries": ["deny ip any any"]},
    }
