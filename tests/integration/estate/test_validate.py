"""With an error in the estate no playbook does anything else, however it is called.

Runs of ansible-playbook (a second or two each): that no later play runs is decided by Ansible's own executor.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from support.lab import ANSIBLE_PLAYBOOK, PROJECT, Run

ESTATE = PROJECT / "tests" / "fixtures" / "estate"
SANDE = ("-e", "municipality=sande")
PLAYBOOKS = PROJECT / "playbooks"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An estate with two errors; its journal is not there, so whatever looks for it says so with another code."""
    inventory = tmp_path_factory.mktemp("broken") / "inventories" / "production"
    shutil.copytree(ESTATE, inventory)
    services = inventory / "group_vars" / "all" / "services.yml"
    services.write_text(services.read_text(encoding="utf-8").replace("zone: open", "zone: opne"), encoding="utf-8")
    (inventory / "snapshots" / "baseline" / "san-fw1.cfg").unlink()
    return inventory


# the module by itself, and then what must hold of its result
TASKS = """- hosts: all
  gather_facts: false
  tasks:
    - fellesdrift.core.estate_check: {arguments}
      run_once: true
      register: told
    - ansible.builtin.assert: {{that: [{holds}]}}
      run_once: true
"""


def play(playbook: Path, inventory: Path, *arguments: str) -> Run:
    """Run a playbook to its end."""
    done = subprocess.run(
        [str(ANSIBLE_PLAYBOOK), str(playbook), "-i", str(inventory), *arguments],
        cwd=PROJECT,
        env=os.environ | {"ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg"), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    return Run(done.returncode, done.stdout)


@pytest.mark.parametrize(
    ("playbook", "arguments"),
    [
        ("validate.yml", ()),
        ("status.yml", ()),
        ("plan.yml", SANDE),
        ("cutover.yml", SANDE),
        ("cutover.yml", (*SANDE, "--limit", "san-rtr1", "--tags", "anything")),
        ("cutover.yml", (*SANDE, "--check", "--diff")),
        ("rollback.yml", (*SANDE, "-e", "stage=wan_link")),
    ],
)
def test_a_broken_estate_ends_the_run(broken: Path, playbook: str, arguments: tuple[str, ...]) -> None:
    run = play(PLAYBOOKS / playbook, broken, *arguments)
    assert run.code == 2, run.output
    assert re.findall(r"^PLAY \[(.*?)\]", run.output, re.MULTILINE) == ["Validate"]
    # all errors at once, each with its place
    assert set(re.findall(r"\bFD\d{3}\b", run.output)) == {"FD112", "FD131"}
    assert re.search(r"inventories/production/group_vars/all/services\.yml:\d+", run.output)


@pytest.mark.parametrize(
    "arguments", [("--skip-tags", "always"), ("--start-at-task", "Take each stage in its order")], ids=lambda it: it[0]
)
def test_what_leaves_the_check_out_leaves_the_stages_out_too(broken: Path, arguments: tuple[str, ...]) -> None:
    run = play(PLAYBOOKS / "cutover.yml", broken, *SANDE, *arguments)
    assert run.code in (2, 3), run.output
    assert "ok=0 changed=0" in run.text() or "ok=" not in run.text()


def _first_of_ours(path: Path) -> str:
    """The first task of a playbook that is one of our actions, by its name; "validate.yml" for that import."""
    for play_or_import in yaml.safe_load(path.read_text(encoding="utf-8")):
        if "ansible.builtin.import_playbook" in play_or_import:
            return str(play_or_import["ansible.builtin.import_playbook"])
        for task in play_or_import["tasks"]:
            for name in task:
                if name.startswith("fellesdrift.core."):
                    return str(name).rpartition(".")[2]
    return "nothing"


@pytest.mark.parametrize("path", sorted(PLAYBOOKS.glob("*.yml")), ids=lambda path: path.stem)
def test_every_playbook_begins_with_a_check_of_the_estate(path: Path) -> None:
    """drift_sweep checks the estate itself before it asks a device: once is enough for many hosts."""
    assert _first_of_ours(path) in {"validate.yml", "estate_check", "drift_sweep"}


def test_hosts_that_nothing_describes(tmp_path: Path) -> None:
    """Before the first import: an error, unless the run is the one that imports."""
    inventory = tmp_path / "hosts.yml"
    inventory.write_text("all: {hosts: {one: , two: }}\n", encoding="utf-8")
    book = tmp_path / "check.yml"
    book.write_text(
        TASKS.format(arguments="{allow_empty: true}", holds="told.empty, told.hosts == 0"), encoding="utf-8"
    )
    run = play(book, inventory)
    assert run.code == 0, run.output
    assert "FD164" in play(PLAYBOOKS / "validate.yml", inventory).output


def test_the_run_that_takes_snapshots_does_not_ask_for_them(broken: Path, tmp_path: Path) -> None:
    book = tmp_path / "check.yml"
    book.write_text(TASKS.format(arguments="{snapshots: false}", holds="false"), encoding="utf-8")
    run = play(book, broken)
    assert run.code == 2
    assert set(re.findall(r"\bFD\d{3}\b", run.output)) == {"FD112"}
