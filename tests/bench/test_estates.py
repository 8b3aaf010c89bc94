"""The generated estates that the benchmarks measure are whole, and the same each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.estates import FEWEST, MOST, generate

from fellesdrift.estate import load_estate
from fellesdrift.twin.from_estate import topology_of
from fellesdrift.twin.lab import Lab

ROLES = Path(__file__).parents[2] / "roles"


def files(inventory: Path) -> dict[str, str]:
    """Everything that was written."""
    found = {str(path.relative_to(inventory)): path.read_text() for path in inventory.rglob("*") if path.is_file()}
    assert found
    return found


@pytest.mark.parametrize("devices", [FEWEST, 22, 23, 60])
def test_an_estate_of_that_size_passes_every_check_and_works(tmp_path: Path, devices: int) -> None:
    estate = load_estate([generate(tmp_path, devices)], roles_dirs=[ROLES])
    assert len(estate.hosts) == devices
    lab = Lab(topology_of(estate))
    assert [name for name in lab.devices if not lab.manageable(name)] == []
    units = [host for host in estate.hosts if "unit" in host]
    assert units
    for unit in units:
        assert lab.trace(unit, "10.10.20.20").ok
        assert lab.trace(unit, "198.51.100.53", estate.links[f"{estate.hosts[unit].site}_users"].gateway).ok


def test_the_same_size_and_seed_give_the_same_estate(tmp_path: Path) -> None:
    first, again, other = (
        files(generate(tmp_path / name, 10, seed=seed)) for name, seed in (("first", 1), ("again", 1), ("other", 2))
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize("devices", [FEWEST - 1, MOST + 1])
def test_a_size_without_room_in_the_plan_is_refused(tmp_path: Path, devices: int) -> None:
    with pytest.raises(ValueError, match=f"{devices} devices; the plan has room for {FEWEST} to {MOST}"):
        generate(tmp_path, devices)
