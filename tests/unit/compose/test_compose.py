"""compose(): data in, data out; the errors of a fragment name the role and the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.compose import compose, compose_claims
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Estate, Stage, load_estate

PROJECT = Path(__file__).parents[3]
ROLES = [PROJECT / "roles"]
MOVED = {("sande", "wan_link")}
Golden = Callable[[str, object], None]


@pytest.fixture(scope="module")
def estate() -> Estate:
    return load_estate([PROJECT / "inventories" / "production"])


def test_nothing_completed_claims_nothing(estate: Estate) -> None:
    assert {host: compose(host, estate, set(), ROLES) for host in estate.hosts} == {host: {} for host in estate.hosts}


def test_sande_on_the_fibre(estate: Estate) -> None:
    desired, claims = compose_claims("san-rtr1", estate, MOVED, ROLES)
    assert desired["interface"]["GigabitEthernet0/2/0"]["ip_address"] == "10.250.61.2/30"
    hops = {hop["next_hop"]: hop["distance"] for hop in desired["route"]["0.0.0.0/0"]["next_hops"]}
    assert hops == {"GigabitEthernet0/2/0 10.250.61.1": 1, "10.61.0.2": 250}
    assert desired["route"]["198.51.100.20/32"]["next_hops"][0]["next_hop"] == "10.61.0.2"
    assert set(claims.values()) == {"wan_link"}
    assert compose("san-fw1", estate, MOVED, ROLES) == {}


def test_the_same_inventory_gives_the_same_answer(estate: Estate) -> None:
    assert compose("drm-core1", estate, MOVED, ROLES) == compose("drm-core1", estate, MOVED, ROLES)


def with_roles(estate: Estate, *roles: str) -> Estate:
    """The estate with one stage for each role, all of Sande's."""
    first = estate.stages[0]
    stages = [
        Stage(id=f"s{n}", title="t", role=role, waves=first.waves, municipalities=["sande"])
        for n, role in enumerate(roles)
    ]
    return estate.model_copy(update={"stages": stages})


def fragment(roles: Path, role: str, text: str, group: str = "town_hall_routers") -> None:
    (roles / role / "fragments").mkdir(parents=True, exist_ok=True)
    (roles / role / "fragments" / f"{group}.yml.j2").write_text(text, encoding="utf-8")


def composed(estate: Estate, roles: Path, *names: str) -> dict[str, object]:
    completed = {("sande", f"s{number}") for number in range(len(names))}
    return compose("san-rtr1", with_roles(estate, *names), completed, [roles])


def test_two_roles_may_share_a_resource(estate: Estate, tmp_path: Path) -> None:
    fragment(tmp_path, "one", "interface: {Gi0/0: {description: til Røyken, enabled: true}}")
    fragment(tmp_path, "two", "interface: {Gi0/0: {bandwidth: 10, enabled: true}}")
    desired = composed(estate, tmp_path, "one", "two")
    assert desired == {"interface": {"Gi0/0": {"description": "til Røyken", "enabled": True, "bandwidth": 10}}}


def test_a_conflict_names_both_roles(estate: Estate, tmp_path: Path, golden: Golden) -> None:
    fragment(tmp_path, "one", "interface: {Gi0/0: {enabled: true}}")
    fragment(tmp_path, "two", "interface: {Gi0/0: {enabled: false}}")
    with pytest.raises(FellesdriftError) as caught:
        composed(estate, tmp_path, "one", "two")
    golden("compose/conflict", caught.value)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("undefined", "interface: {Gi0/0: {description: '{{ hosst.name }}'}}", "FD202"),
        ("template", "{% for x in %}", "FD202"),
        ("yaml", "interface: [", "FD202"),
        ("list", "- interface", "FD203"),
        ("kind_not_a_mapping", "interface: Gi0/0", "FD203"),
        ("key_not_a_mapping", "interface: {Gi0/0: up}", "FD203"),
    ],
)
def test_a_fragment_that_cannot_be_used(
    estate: Estate, tmp_path: Path, golden: Golden, name: str, text: str, code: str
) -> None:
    fragment(tmp_path, "one", text)
    with pytest.raises(FellesdriftError) as caught:
        composed(estate, tmp_path, "one")
    assert (caught.value.code, caught.value.host) == (code, "san-rtr1")
    golden(f"compose/{name}", caught.value)


def test_a_role_that_is_not_there(estate: Estate, tmp_path: Path) -> None:
    with pytest.raises(FellesdriftError) as caught:
        composed(estate, tmp_path, "nowhere")
    assert caught.value.code == "FD204"


def test_a_role_of_a_collection_may_be_named_in_full(estate: Estate, tmp_path: Path) -> None:
    fragment(tmp_path, "one", "interface: {Gi0/0: {enabled: true}}")
    assert composed(estate, tmp_path, "our.collection.one")


def test_role_variables_overlay_the_defaults(estate: Estate, tmp_path: Path) -> None:
    fragment(tmp_path, "one", "interface: {Gi0/0: {bandwidth: {{ one__width }}, description: {{ one__text }}}}")
    (tmp_path / "one" / "defaults").mkdir()
    (tmp_path / "one" / "defaults" / "main.yml").write_text("one__width: 1\none__text: default\n", encoding="utf-8")
    host = estate.hosts["san-rtr1"].model_copy(update={"variables": {"one__width": 2}})
    altered = estate.model_copy(update={"hosts": estate.hosts | {"san-rtr1": host}})
    desired = composed(altered, tmp_path, "one")
    assert desired == {"interface": {"Gi0/0": {"bandwidth": 2, "description": "default"}}}


def test_an_empty_kind_is_no_claim(estate: Estate, tmp_path: Path) -> None:
    fragment(tmp_path, "one", "interface:\n{% for x in [] %}\n  never: {}\n{% endfor %}\nroute: {}\n")
    assert composed(estate, tmp_path, "one") == {}


@given(completed=st.sets(st.sampled_from([("sande", "wan_link"), ("drammen", "wan_link"), ("sande", "other")])))
def test_only_the_estates_own_stages_count(estate: Estate, completed: set[tuple[str, str]]) -> None:
    assert compose("san-rtr1", estate, completed, ROLES) == compose("san-rtr1", estate, completed & MOVED, ROLES)
