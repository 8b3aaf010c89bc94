"""Who stands on the LANs of an estate, and what the watch asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from fellesdrift.estate import Estate, load_estate
from fellesdrift.estate.models import Host, Service
from fellesdrift.twin.end_hosts import end_hosts, flows
from fellesdrift.twin.from_estate import SIMULATED, topology_of
from fellesdrift.twin.net.topology import from_plain, to_plain

PRODUCTION = Path(__file__).parents[3] / "inventories" / "production"


@pytest.fixture(scope="module")
def estate() -> Estate:
    return load_estate([PRODUCTION])


def server(estate: Estate, name: str, address: str, link: str | None) -> Estate:
    """The estate with one more Windows server."""
    host = Host(
        name=name,
        municipality="drammen",
        site="drm_ops",
        platform="windows_2003",
        management_address=address,
        link=link,
    )
    return estate.model_copy(update={"hosts": {**estate.hosts, name: host}})


def test_only_what_is_simulated_becomes_a_device(estate: Estate):
    topology = topology_of(server(estate, "drm-test1", "10.10.20.77", "drm_open"))
    assert {device.name for device in topology.devices} == {
        host.name for host in estate.hosts.values() if host.platform in SIMULATED
    }
    ends = {endpoint.name: endpoint for endpoint in topology.endpoints}
    assert (ends["drm-test1"].address, ends["drm-test1"].link) == ("10.10.20.77", "drm_open")
    assert ends["controller"].address == estate.controller.address
    assert from_plain(to_plain(topology)) == topology


def test_a_service_and_the_server_that_runs_it_are_one_end_host(estate: Estate):
    finance: Service = estate.services["finance"]
    ends, _ = end_hosts(server(estate, "drm-test1", finance.address, finance.link), [], SIMULATED)
    assert [name for end in ends if end.address == finance.address for name in (end.name, *end.aliases)].count(
        "finance"
    ) == 1
    named = next(end for end in ends if "finance" in (end.name, *end.aliases))
    assert "drm-test1" in (named.name, *named.aliases)


def test_a_host_on_no_lan_is_not_there(estate: Estate):
    ends, _ = end_hosts(server(estate, "drm-test1", "10.10.20.77", None), [], SIMULATED)
    assert "drm-test1" not in {end.name for end in ends}


def test_every_users_network_has_a_workstation_at_its_highest_free_address(estate: Estate):
    _, users = end_hosts(estate, [], SIMULATED)
    assert set(users) == {link.key for link in estate.links.values() if link.zone == "users" and link.kind == "lan"}
    assert (users["san_users"].name, users["san_users"].address) == ("san_users_pc", "10.61.1.254")
    taken = server(estate, "drm-test1", "10.61.1.254", "san_users")
    _, users = end_hosts(taken, ["ip access-list extended X\n permit ip host 10.61.1.253 any\n"], SIMULATED)
    assert users["san_users"].address == "10.61.1.252"


def test_the_watch_asks_for_what_each_municipality_uses(estate: Estate):
    _, users = end_hosts(estate, [], SIMULATED)
    asked = flows(estate, users)
    assert {(flow.municipality, flow.service) for flow in asked} == {
        (municipality, service.key)
        for service in estate.services.values()
        for municipality in service.used_by
        if any(flow.municipality == municipality for flow in asked)
    }
    sande = [flow for flow in asked if flow.municipality == "sande" and flow.service == "finance"]
    assert {flow.origin for flow in sande} == {"san_users_pc", "san_skole_users_pc", "san_sykehjem_users_pc"}
    assert all(flow.protected and flow.address == estate.services["finance"].address for flow in sande)
