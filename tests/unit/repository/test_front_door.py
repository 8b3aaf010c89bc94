"""make, and what it calls."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest


def make(root: Path, *arguments: str) -> str:
    """What make prints; a make above this one, which runs these tests, would have it print more."""
    above = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    environment = {name: value for name, value in os.environ.items() if name not in above}
    done = subprocess.run(["make", *arguments], cwd=root, env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def test_make_alone_lists_every_target(root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert targets is not None
    listed = [line.split()[0] for line in make(root).splitlines()[1:]]
    assert sorted(listed) == sorted(targets.group(1).split())


def test_the_rehearsal_asks_for_the_municipality_and_for_no_test_dependency(root: Path) -> None:
    plan = make(root, "--dry-run", "rehearse", "MUNICIPALITY=svelvik")
    assert "scripts/setup runtime" in plan
    assert "scripts/setup test" not in plan
    assert "system-packages" not in plan
    assert "fellesdrift rehearse --municipality svelvik" in plan
    assert "--municipality sande" in make(root, "--dry-run", "rehearse")


def test_make_test_runs_every_kind_of_check(root: Path) -> None:
    plan = make(root, "--dry-run", "test")
    assert "scripts/setup test" in plan
    assert plan.strip().endswith("scripts/check.py packages molecule lint types wine measured played")


def test_an_unknown_part_is_refused(root: Path) -> None:
    done = subprocess.run(
        [root / ".venv/bin/python", root / "scripts/check.py", "everything"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "everything" in done.stderr


@pytest.mark.parametrize("root_user", [True, False])
def test_missing_system_packages_are_installed_by_root_and_named_to_others(
    root: Path, tmp_path: Path, *, root_user: bool
) -> None:
    log = tmp_path / "log"
    programs = {
        "id": f"echo {0 if root_user else 1000}",
        "sudo": "exit 1",
        "apt-get": f'echo "$*" >> {log}',
    }
    for name in ("chromium", "git", "make", "ssh", "systemd-analyze"):
        programs[name] = "exit 0"
    for name, body in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["/bin/bash", root / "scripts/system-packages"],
        env={**os.environ, "PATH": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )
    if root_user:
        assert done.returncode == 0, done.stderr
        assert log.read_text().split() == ["install", "--yes", "--no-install-recommends", "--quiet=2", "graphviz"]
    else:
        assert done.returncode == 1
        assert "  sudo apt-get install --yes --no-install-recommends graphviz\n" in done.stderr
        assert not log.exists()


def test_every_script_can_be_started(root: Path) -> None:
    scripts = [root / ".ci/run", *(path for path in (root / "scripts").iterdir() if path.is_file())]
    assert len(scripts) > 5
    for path in scripts:
        assert os.access(path, os.X_OK), path.name
        assert path.read_text(encoding="utf-8").startswith("#!"), path.name
