"""A named change outside every stage: made, saved, taken back by its name, and honest when it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.lab import Lab, Run

PLAY = """
- hosts: san-rtr1,san-skole-rtr1
  gather_facts: false
  tasks:
    - fellesdrift.core.network_device:
        state: STATE
        day2: endring 17
        resources: RESOURCES
"""
NAMED = "{interface: {GigabitEthernet0/0: {description: Brukere i raadhuset}}}"


@pytest.fixture
def change(lab: Lab, tmp_path: Path):
    """change("applied"): the change, or a part of it, on one host."""

    def play(state: str, *arguments: str, resources: str = NAMED, name: str = "endring 17") -> Run:
        playbook = tmp_path / f"{state}.yml"
        text = PLAY.replace("STATE", state).replace("RESOURCES", resources).replace("endring 17", name)
        playbook.write_text(text, encoding="utf-8")
        return lab.play(str(playbook), *(arguments or ("--limit", "san-rtr1")))

    return play


def test_it_is_made_saved_and_taken_back_by_its_name(lab: Lab, change) -> None:
    before = lab.configs()
    assert change("applied").code == 0
    told = change("saved", "--limit", "san-rtr1", "--check")
    assert "would be saved" in told.text()
    assert change("saved").code == 0
    records = len(lab.records())
    assert "changed=0" in change("saved").output
    assert len(lab.records()) == records  # nothing was saved, so there is nothing to tell

    told = change("reverted", "--limit", "san-rtr1", "--check", resources="{}")
    assert (told.code, "planned" in told.output) == (0, True), told.output
    assert lab.configs() != before

    an_unknown_name_is_an_error_and_not_nothing_to_do(change)
    a_device_that_cannot_be_brought_back_is_an_error(lab, change)
    what_somebody_else_changed_meanwhile_stops_it(lab, change)

    back = change("reverted", "--limit", "all", resources="{}")  # on both hosts
    assert back.code == 0, back.output
    assert "not touched by that change" in back.text()
    assert lab.configs() == before
    records = len(lab.records())
    again = change("reverted", resources="{}")
    assert (again.code, "changed=0" in again.output) == (0, True), again.output
    assert len(lab.records()) == records


def an_unknown_name_is_an_error_and_not_nothing_to_do(change) -> None:
    run = change("reverted", resources="{}", name="endring 71")
    assert run.code == 2
    assert "FD628" in run.output


def a_device_that_cannot_be_brought_back_is_an_error(lab: Lab, change) -> None:
    between = lab.configs()
    lab.do("fault", device="san-rtr1", kind="refuse_login")
    run = change("reverted", resources="{}")
    assert run.code != 0, run.output
    assert "failed=1" in run.output or "unreachable=1" in run.output
    lab.do("heal")
    assert lab.configs() == between


def what_somebody_else_changed_meanwhile_stops_it(lab: Lab, change) -> None:
    lab.do("console", device="san-rtr1", lines=["interface GigabitEthernet0/0", "description somebody else"])
    between = lab.configs()
    run = change("reverted", resources="{}")
    assert run.code == 2
    assert "FD633" in run.output
    assert lab.configs() == between
    lines = ["interface GigabitEthernet0/0", "description Brukere i raadhuset", "do write memory"]
    lab.do("console", device="san-rtr1", lines=lines)
