"""The production estate: it passes its own checks, says what the report says, and agrees with its snapshots."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from fellesdrift.estate import load_estate, snapshots
from fellesdrift.estate.assumptions import assumptions

PRODUCTION = Path(__file__).resolve().parents[3] / "inventories" / "production"


@pytest.fixture(scope="module")
def estate():
    return load_estate([PRODUCTION])


def test_groups_follow_the_work_of_the_hosts(estate):
    assert estate.groups["core_routers"] == ["drm-core1", "drm-core2"]
    network = {"drm-core1", "drm-core2", "drm-fwi1", "drm-fwz1"}
    assert set(estate.groups["platform"]) == {*network, *estate.groups["shared_servers"]}
    assert set(estate.groups["platform"]) & set(estate.groups["managed"]) == network
    assert set(estate.groups["drammen"]) > set(estate.groups["platform"])
    assert set(estate.groups["sande"]) >= {"san-rtr1", "san-fw1", "san-skole-rtr1", "san-sykehjem-rtr1"}
    assert set(estate.groups["managed"]) == set(estate.groups["network"])


def test_the_first_stage_reaches_its_waves_in_order(estate):
    stage = estate.stage("wan_link")
    assert [estate.select(wave.hosts, "sande") for wave in stage.waves] == [
        ["drm-fwi1"],
        ["san-rtr1"],
        ["drm-core1", "drm-core2"],
    ]


def test_services_that_cross_a_border_are_protected(estate):
    protected = {key for key, service in estate.services.items() if service.protected}
    assert protected == {"finance", "case_archive", "culture_school", "nursing_care", "payroll"}
    assert "1.1" in estate.services["finance"].source
    assert "3.4" in estate.services["payroll"].source
    assert estate.services["payroll"].keep_on_own_exit


def test_the_provider_of_payroll_knows_its_customers_by_their_own_addresses(estate):
    edb = estate.externals["internet"].hosts["edb"]
    own = [estate.links[key].prefix for key in ("san_internet", "roy_internet", "svv_internet")]
    assert edb.accepts_from == own
    assert estate.services["payroll"].used_by == ["sande", "royken", "svelvik"]


def test_no_network_reaches_svelvik_outside_its_centre(estate):
    outside = [site for site in estate.sites.values() if site.municipality == "svelvik" and site.kind == "unit"]
    assert outside
    assert not any(site.connected for site in outside)
    places = {host.site for host in estate.hosts.values() if host.municipality == "svelvik"}
    assert places == {"svv_town_hall"}


def test_restarting_is_for_devices_that_nobody_else_depends_on(estate):
    by_reload = {name for name, host in estate.hosts.items() if host.dead_man == "reload"}
    assert by_reload == {*estate.groups["town_hall_firewalls"], *estate.groups["unit_routers"]}
    assert {name for name, host in estate.hosts.items() if host.shared} == set(estate.groups["platform"])


@pytest.mark.parametrize("host", sorted(path.stem for path in (PRODUCTION / "snapshots" / "baseline").glob("*.cfg")))
def test_a_snapshot_is_printed_as_the_device_prints_it(estate, host):
    text = estate.snapshot(host).read_text(encoding="ascii")
    lines = text.splitlines()
    assert lines[0] == "Building configuration..."
    assert lines[2].startswith("Current configuration : ")
    assert lines[-1] == "end"
    assert f"hostname {host}" in lines
    software = estate.hosts[host].software
    assert f"version {software[:4]}" in lines
    assert all(line == line.rstrip() for line in lines)
    assert "ip ssh version 2" in lines
    assert " transport input ssh" in lines
    assert " login local" in lines


def test_every_network_host_has_a_snapshot_and_no_snapshot_is_left_over(estate):
    assert {path.stem for path in (PRODUCTION / "snapshots" / "baseline").glob("*.cfg")} == set(
        estate.groups["network"]
    )


def test_the_address_plan_is_what_the_snapshots_say(estate):
    """The other way round than the checks: every address of every snapshot is in the plan."""
    unlit = {municipality.fibre for municipality in estate.municipalities.values()}
    planned = {
        (end.host, end.interface, end.address)
        for link in estate.links.values()
        for end in link.ends
        if end.host is not None and link.key not in unlit
    }
    network = [estate.hosts[name] for name in estate.groups["network"]]
    loopbacks = {(host.name, "Loopback0", host.management_address) for host in network}
    found = set()
    for host in estate.groups["network"]:
        snapshot = snapshots.read(estate.snapshot(host).read_text(encoding="utf-8"))
        for name, interface in snapshot.interfaces.items():
            if interface.address is not None:
                found.add((host, name, interface.address.partition("/")[0]))
    assert found - loopbacks == planned
    assert {host for host, _, _ in loopbacks - found} == set(estate.groups["town_hall_firewalls"])


@pytest.mark.parametrize("key", ["san_fibre", "roy_fibre", "svv_fibre"])
def test_the_fibre_is_mounted_and_unlit(estate, key):
    for end in estate.links[key].ends:
        interface = snapshots.read(estate.snapshot(end.host).read_text(encoding="utf-8")).interfaces[end.interface]
        assert interface.address is None
        assert not interface.enabled


def test_gateways_of_the_pair_are_virtual_addresses_of_both(estate):
    for key in ("drm_management", "drm_transit", "drm_users"):
        link = estate.links[key]
        for end in link.ends:
            if end.host.startswith("drm-core"):
                text = estate.snapshot(end.host).read_text(encoding="utf-8")
                assert link.gateway in snapshots.read(text).interfaces[end.interface].virtual


@pytest.mark.parametrize("key", ["sande", "royken", "svelvik"])
def test_each_leaves_by_its_own_exit_and_reaches_finance_by_its_line(estate, key):
    """The baseline routes of the report's 2005: own exit to the Internet, a line to Drammen."""
    member = estate.municipalities[key]
    router = estate.snapshot(member.town_hall_router).read_text(encoding="utf-8")
    uplink = estate.links[member.uplink].other_end(member.town_hall_router)
    assert f"ip route 0.0.0.0 0.0.0.0 {member.exit.next_hop}\n" in router
    assert f"ip route 10.10.0.0 255.255.0.0 {uplink.address}\n" in router


def test_assumptions_are_listed_with_their_reasons(estate):
    listed = {(entry.kind, entry.name): entry.reason for entry in assumptions(estate)}
    assert ("link", "san_drm_line") in listed
    assert ("external host", "edb") in listed
    assert ("service", "payroll") in listed
    assert ("host", "san-rtr1") in listed
    assert all(len(reason) > 20 for reason in listed.values())
    assert ("zone", "transit") not in listed


def test_no_password_is_written_down():
    for path in PRODUCTION.rglob("*.yml"):
        for name, value in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            if "password" in name:
                assert "lookup('ansible.builtin.env'" in value, f"{path.name}: {name}"
