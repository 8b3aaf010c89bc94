"""Made-up regions: whole, of exactly the size asked for, the same each time, and as different as real ones are."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from fellesdrift.cli import app
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import Estate, load_estate
from fellesdrift.regions import Wanted, generate
from fellesdrift.regions.policy import APPLICATIONS, policy
from fellesdrift.regions.services import services
from fellesdrift.regions.sizes import shape, shared_out
from fellesdrift.regions.writing import plan
from fellesdrift.twin.from_estate import topology_of
from fellesdrift.twin.lab import Lab

PROJECT = Path(__file__).parents[3]
ROLES = PROJECT / "roles"
EVERYWHERE = PROJECT / "inventories" / "production" / "group_vars" / "all"


def made(folder: Path, wanted: Wanted) -> Estate:
    return load_estate([generate(folder / "inventories" / "region", wanted)], roles_dirs=[ROLES])


def files(folder: Path) -> dict[str, bytes]:
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert found
    return found


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(2, 4, 1),
        Wanted(2, 5, 2, servers=False),
        Wanted(2, 760, 3),
        Wanted(3, 22, 4, legacy=False),
        Wanted(6, 60, 5),
        Wanted(6, 100, 6, servers=False),
        Wanted(30, 300, 7),
        Wanted(200, 202, 8),
    ],
    ids=lambda wanted: f"{wanted.municipalities}-{wanted.hosts}-{wanted.seed}",
)
def test_a_region_of_that_size_passes_every_check(tmp_path: Path, wanted: Wanted) -> None:
    estate = made(tmp_path, wanted)
    assert (len(estate.municipalities), len(estate.hosts)) == (wanted.municipalities, wanted.hosts)
    if not wanted.servers:
        assert {host.platform for host in estate.hosts.values()} == {"cisco_ios"}
    network = [host for host in estate.hosts.values() if host.platform == "cisco_ios"]
    assert {host.ssh_legacy for host in network} == {wanted.legacy}


@pytest.mark.long
def test_the_largest_regions_pass_every_check(tmp_path: Path) -> None:
    estate = made(tmp_path, Wanted(200, 10_000, 7))
    assert (len(estate.municipalities), len(estate.hosts)) == (200, 10_000)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_region_works_as_a_network(tmp_path: Path, seed: int) -> None:
    """Every device is managed, every service answers those who use it, from the users' own addresses."""
    estate = made(tmp_path, Wanted(4, 40, seed))
    lab = Lab(topology_of(estate))
    assert [name for name in lab.devices if not lab.manageable(name)] == []
    asked = 0
    for host in estate.hosts.values():
        if not {"unit_routers", "town_hall_routers"} & set(host.groups):
            continue
        users = estate.links[f"{host.municipality}_users" if host.site.endswith("_hall") else f"{host.site}_users"]
        for service in estate.services.values():
            if host.municipality in service.used_by:
                assert lab.trace(host.name, service.address, users.gateway).ok, (host.name, service.key)
                asked += 1
    assert asked > 10


def test_the_same_wishes_give_the_same_bytes(tmp_path: Path) -> None:
    first, again, other = (
        files(generate(tmp_path / name, Wanted(3, 30, seed)))
        for name, seed in (("first", 1), ("again", 1), ("other", 2))
    )
    assert first == again
    assert first != other


def test_regions_differ_in_all_that_real_ones_differ_in() -> None:
    regions = [plan(Wanted(5, 60, seed)) for seed in range(40)]
    members = [place.share for region in regions for place in region.members]
    assert {region.shape.cores for region in regions} == {1, 2}
    assert {share.own_exit for share in members} == {True, False}
    assert {bool(share.servers) for share in members} == {True, False}
    assert {share.dark_sites for share in members} >= {0, 1, 3}
    assert len({share.units for share in members}) > 5
    links = [link for region in regions for name, link in region.links.items() if name.endswith("_line")]
    assert {link["kind"] for link in links} == {"leased_line", "fibre"}
    assert len({str(region.shape.plan.base) for region in regions}) == 2
    assert len({region.shape.plan.length for region in regions}) == 3
    assert len({region.host.prefix for region in regions}) > 30
    assert {letter for region in regions for place in region.places for letter in place.name} >= set("æøå")
    assert {"payroll" in services(region) for region in regions} == {True, False}


def test_an_address_plan_keeps_to_its_base() -> None:
    for seed in range(40):
        region = plan(Wanted(12, 100, seed))
        base = region.shape.plan.base
        ours = [link["prefix"] for link in region.links.values() if link["kind"] != "internet"]
        assert all(IPv4Network(prefix).subnet_of(base) for prefix in ours)


@pytest.mark.parametrize(
    ("total", "weights", "most"), [(0, [1.0], 3), (7, [1.0, 2.0, 0.5], 5), (9, [0.0, 1.0, 0.0], 4)]
)
def test_what_is_shared_out_is_all_there(total: int, weights: list[float], most: int) -> None:
    parts = shared_out(total, weights, most)
    assert sum(parts) == total
    assert max(parts) <= most


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("one_municipality", Wanted(1, 100)),
        ("too_many_municipalities", Wanted(201, 10_000)),
        ("too_few_hosts", Wanted(5, 6)),
        ("too_many_hosts", Wanted(2, 10_000)),
    ],
)
def test_a_size_that_no_region_has_is_refused(name: str, wanted: Wanted, golden: Callable[[str, object], None]) -> None:
    with pytest.raises(FellesdriftError) as caught:
        shape(wanted)
    golden(f"regions/{name}", caught.value)


def test_the_bounds_are_what_the_error_says(tmp_path: Path) -> None:
    with pytest.raises(FellesdriftError) as caught:
        shape(Wanted(2, 10_000))
    most = int((caught.value.expected or "").split()[2])
    assert sum(len(list(plan(Wanted(2, hosts)).names())) for hosts in (most, 4)) == most + 4
    assert generate(tmp_path / "region", Wanted(2, 4)).is_dir()


def test_a_region_is_not_written_over_something_else(tmp_path: Path, golden: Callable[[str, object], None]) -> None:
    (tmp_path / "kept").write_text("mine\n", encoding="utf-8")
    with pytest.raises(FellesdriftError) as caught:
        generate(tmp_path, Wanted(2, 4))
    golden("regions/not_empty", str(caught.value).replace(str(tmp_path), "REGION"))
    assert files(tmp_path) == {"kept": b"mine\n"}


def test_the_command_says_what_to_do_next(tmp_path: Path) -> None:
    out = tmp_path / "region"
    asked = ["estate", "generate", "--municipalities", "2", "--hosts", "6", "--seed", "3", "--out", str(out)]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0
    assert f"fellesdrift estate check -i {out}" in result.output
    assert files(out) == files(generate(tmp_path / "again", Wanted(2, 6, 3)))


def test_the_policy_and_the_stages_are_those_of_the_production_estate(tmp_path: Path) -> None:
    """What a region tries is what is done in earnest: only titles, reasons and municipalities differ. Its servers have
    no baseline, so that nothing can be said of what they should be, and it has no numbering plan: both stages are
    left out."""
    rows = yaml.safe_load((EVERYWHERE / "policy.yml").read_text(encoding="utf-8"))["fellesdrift_policy"]
    assert [without_words(row) for row in policy()] == [without_words(row) for row in rows]
    known = yaml.safe_load((EVERYWHERE / "applications.yml").read_text(encoding="utf-8"))["fellesdrift_applications"]
    assert {name: app["ports"] for name, app in APPLICATIONS.items()} == {n: app["ports"] for n, app in known.items()}
    estate, production = made(tmp_path, Wanted(3, 20, 1)), load_estate([EVERYWHERE.parents[1]])
    moved = [stage for stage in production.stages if stage.role not in ("windows_server", "telephony")]
    for ours, theirs in zip(estate.stages, moved, strict=True):
        assert (ours.id, ours.role, ours.requires, ours.gates) == (
            theirs.id,
            theirs.role,
            theirs.requires,
            theirs.gates,
        )
        assert [wave.hosts for wave in ours.waves] == [wave.hosts for wave in theirs.waves]
    assert estate.zones.keys() == production.zones.keys()


def without_words(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in ("title", "assumed", "reason")}
