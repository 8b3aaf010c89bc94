"""The table of the production estate, as lists and as rows: what one side writes the other finds exactly."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.compose import compose
from fellesdrift.cutover.flows import flows_of, verify_flows
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Estate, load_estate
from fellesdrift.policy import zone_lists
from fellesdrift.policy.zones import joined
from fellesdrift.state.network import check, intend

PROJECT = Path(__file__).parents[3]
ROLES = [PROJECT / "roles"]
MEMBERS = ("sande", "royken", "svelvik")
FIREWALL = "drm-fwz1"
Golden = Callable[[str, object], None]


@pytest.fixture(scope="module")
def estate() -> Estate:
    return load_estate([PROJECT / "inventories" / "production"])


def done(members: Sequence[str]) -> set[tuple[str, str]]:
    return {(name, stage) for name in members for stage in ("wan_link", "zone_firewall")}


def predicted(estate: Estate, host: str, members: Sequence[str]) -> str:
    want = compose(host, estate, done(members), ROLES)
    return intend(estate.snapshot(host).read_text(encoding="utf-8"), want)


@pytest.mark.parametrize("members", [group for size in (1, 3) for group in combinations(MEMBERS, size)], ids=str)
def test_what_is_written_is_exactly_the_table(estate: Estate, members: tuple[str, ...]) -> None:
    for host, rows in flows_of(estate, done(members), estate.hosts).items():
        report = verify_flows(host, predicted(estate, host, members), rows)
        assert report.count("permit") > 0
        assert report.count("deny") > 0


def test_it_is_written_in_the_devices_own_form(estate: Estate) -> None:
    """What compose says is found unchanged on the device: a second run has nothing to do."""
    want = check(compose(FIREWALL, estate, done(MEMBERS), ROLES))
    assert check(want) == want
    config = predicted(estate, FIREWALL, MEMBERS)
    assert intend(config, want) == config
    assert not any("any any established" in entry for one in want["access_list"].values() for entry in one["entries"])


def test_who_is_not_moved_keeps_what_crosses_the_border(estate: Estate) -> None:
    [transit] = [found for found in zone_lists(estate.hosts[FIREWALL], estate, ["sande"]) if found.name == "TRANSIT-IN"]
    assert "permit ip 10.62.0.0 0.0.255.255 host 10.10.30.20" in transit.entries
    assert not any("10.62.8.0" in entry for entry in transit.entries)


def test_a_table_that_cannot_be_written(estate: Estate, golden: Golden) -> None:
    rule = estate.policy[-1].model_copy(update={"applications": ["telex"], "destinations": ["open"]})
    with pytest.raises(FellesdriftError) as caught:
        zone_lists(estate.hosts[FIREWALL], estate.model_copy(update={"policy": [rule]}), ["sande"])
    golden("policy/FD801", str(caught.value))


@pytest.mark.parametrize(
    ("code", "line", "instead"),
    [
        ("FD802", " permit tcp 10.61.8.0 0.0.7.255 10.10.40.0 0.0.0.255 eq 1494\n", ""),
        ("FD803", "ip route 0.0.0.0 0.0.0.0 10.10.255.1\n", "ip route 0.0.0.0 0.0.0.0 10.10.255.1 track 1\n"),
    ],
)
def test_the_text(estate: Estate, golden: Golden, code: str, line: str, instead: str) -> None:
    config = predicted(estate, FIREWALL, ["sande"])
    assert config.count(line) == 1
    rows = flows_of(estate, done(["sande"]), [FIREWALL])[FIREWALL]
    with pytest.raises(FellesdriftError) as caught:
        verify_flows(FIREWALL, config.replace(line, instead), rows)
    assert caught.value.code == code
    golden(f"policy/{code}", str(caught.value))


def test_nothing_bound_to_it_shuts_the_old_exit_down(estate: Estate) -> None:
    payroll = estate.services["payroll"].model_copy(update={"keep_on_own_exit": False})
    free = estate.model_copy(update={"services": estate.services | {"payroll": payroll}})
    want = compose("san-fw1", free, done(["sande"]), ROLES)
    assert want["interface"]["FastEthernet0/0"] == {"enabled": False}
    assert not any("198.51.100.20" in entry for entry in want["access_list"]["INSIDE-IN"]["entries"])


def test_a_municipality_without_an_own_exit(estate: Estate) -> None:
    sande = estate.municipalities["sande"].model_copy(update={"exit": None})
    without = estate.model_copy(update={"municipalities": estate.municipalities | {"sande": sande}})
    hops = compose("san-rtr1", without, done(["sande"]), ROLES)["route"]["0.0.0.0/0"]["next_hops"]
    assert [hop["next_hop"] for hop in hops] == ["GigabitEthernet0/2/0 10.250.61.1", "10.251.61.1"]
    assert compose("san-fw1", without, done(["sande"]), ROLES) == {}


NETWORKS = st.lists(st.integers(0, 63), unique=True, min_size=1, max_size=12)


@given(NETWORKS, st.data())
def test_joined_networks_hold_theirs_and_nobody_elses(numbers: list[int], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(numbers)))
    own, others = ([IPv4Network(f"10.61.{number}.0/24") for number in part] for part in (numbers[:cut], numbers[cut:]))
    found = joined(own, others, IPv4Network("10.61.0.0/16"))
    assert all(any(network.subnet_of(wide) for wide in found) for network in own)
    assert not any(network.overlaps(wide) for network in others for wide in found)
    assert len(found) <= len(own)


def test_aerleon_is_loaded_when_a_list_is_written() -> None:
    """It takes a third of a second, which a municipality that is not there yet must not cost."""
    code = "import sys, fellesdrift.compose, fellesdrift.cutover.flows; assert 'aerleon' not in sys.modules"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
