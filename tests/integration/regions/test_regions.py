"""Made-up regions go the whole way with no change of code, as the production estate does: check, twin, plan, cutover.

A region of the smallest size in every run; more seeds and sizes in `make test-long`. Each
run of a playbook takes some seconds, which is Ansible's: no smaller test shows that the playbooks know no region.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.lab import PROJECT, Lab

from fellesdrift import twin
from fellesdrift.cutover.progress import StageProgress, read_progress
from fellesdrift.estate import Estate, load_estate
from fellesdrift.regions import Wanted, generate

SPEED = 5.0
"""The dead man's switch (5 minutes) acts after one: hundreds of lines are typed by then, on a busy machine too."""
FEW = [Wanted(2, 4, 1)]
MANY = [
    *(Wanted(2, hosts, seed) for hosts, seed in ((5, 1), (6, 2), (9, 3))),
    Wanted(3, 9, 4),
    *(Wanted(6, 40, seed) for seed in (1, 4, 7)),
    *(Wanted(30, 120, seed) for seed in (2, 5)),
]


def name(wanted: Wanted) -> str:
    return f"{wanted.municipalities}-{wanted.hosts}-{wanted.seed}"


def standing(lab: Lab) -> dict[tuple[str, str], str]:
    """(municipality, stage) -> state, of all that is in the journal."""
    found: dict[tuple[str, str], StageProgress] = read_progress(lab.records())
    return {key: progress.state for key, progress in found.items()}


def stages_of(estate: Estate, municipality: str) -> set[tuple[str, str]]:
    return {(municipality, stage.id) for stage in estate.stages if municipality in stage.municipalities}


def moved_on_a_twin(folder: Path, wanted: Wanted, count: int) -> None:
    """Plan the first of those who are moved, then move `count` of them, one after the other."""
    inventory = generate(folder / "inventories" / "region", wanted)
    estate = load_estate([inventory], roles_dirs=[PROJECT / "roles"])
    # Those who have the longest way first.
    everybody = sorted(
        (key for key in estate.municipalities if stages_of(estate, key)), key=lambda key: -len(stages_of(estate, key))
    )
    lab = Lab(folder / "inventories" / "twin", of_stage="")
    twin.up(inventory, lab.out, speed=SPEED)
    try:
        before = lab.configs()
        plan = lab.play("plan.yml", "-e", f"municipality={everybody[0]}")
        assert plan.code == 0, plan.output
        assert lab.configs() == before
        assert lab.records() == []
        done: set[tuple[str, str]] = set()
        for municipality in everybody[:count]:
            run = lab.play("cutover.yml", "-e", f"municipality={municipality}")
            assert run.code == 0, run.output
            done |= stages_of(estate, municipality)
            assert standing(lab) == dict.fromkeys(done, "done"), run.output
        after = lab.configs()
        changed = {host for host in before if after[host] != before[host]}
        assert {estate.hosts[host].municipality for host in changed} == {
            estate.host_municipality,
            *everybody[:count],
        }
    finally:
        twin.down(lab.out)


@pytest.mark.parametrize("wanted", FEW, ids=name)
def test_a_region_is_moved(tmp_path: Path, wanted: Wanted) -> None:
    moved_on_a_twin(tmp_path, wanted, 1)


@pytest.mark.long
@pytest.mark.parametrize("wanted", MANY, ids=name)
def test_more_regions_are_moved_two_municipalities_each(tmp_path: Path, wanted: Wanted) -> None:
    moved_on_a_twin(tmp_path, wanted, min(2, wanted.municipalities - 1))
