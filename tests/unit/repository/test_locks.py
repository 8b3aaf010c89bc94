"""The locks hold what pyproject.toml asks for, can be checked by hash, and name no index."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-bench.lock")


@pytest.fixture(scope="module")
def pyproject(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def locked(lock: Path) -> dict[str, Requirement]:
    """The pinned requirements of a lock, by canonical name."""
    found = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", " ")):
            requirement = Requirement(line.removesuffix("\\"))
            found[canonicalize_name(requirement.name)] = requirement
    return found


def pin(requirement: Requirement) -> str:
    """The one version that a lock's line allows."""
    (specifier,) = requirement.specifier
    assert specifier.operator == "==", requirement
    return specifier.version


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_a_pinned_package_with_hashes(root: Path, name: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.split("\n", 1)[1].strip())
    assert len(blocks) == len(locked(root / name)) > 20
    for block in blocks:
        first, *hashes = block.splitlines()
        assert re.fullmatch(r"[a-z0-9.-]+==[^ ]+( ; [^\\]+)? \\", first), first
        assert hashes, first
        for line in hashes:
            assert re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line), line


def test_the_locks_hold_what_the_project_asks_for(root: Path, pyproject: dict[str, Any]) -> None:
    groups = pyproject["dependency-groups"]
    runtime = [*pyproject["project"]["dependencies"], *groups["build"]]
    test = [*runtime, *groups["test"]]
    bench = [*test, *groups["bench"]]
    asked = dict(zip(LOCKS, (runtime, test, bench), strict=True))
    for name, lines in asked.items():
        have = locked(root / name)
        for requirement in map(Requirement, lines):
            assert canonicalize_name(requirement.name) in have, f"{name} lacks {requirement}: make lock"
            version = pin(have[canonicalize_name(requirement.name)])
            assert requirement.specifier.contains(version), f"{name}: {requirement.name} {version}: make lock"


def test_the_project_can_be_built_from_the_lock_alone(root: Path, pyproject: dict[str, Any]) -> None:
    have = locked(root / "requirements.lock")
    for requirement in map(Requirement, pyproject["build-system"]["requires"]):
        assert requirement.specifier.contains(pin(have[canonicalize_name(requirement.name)]))


def test_a_lock_only_adds_to_the_one_before_it(root: Path) -> None:
    pins = [{name: pin(line) for name, line in locked(root / lock).items()} for lock in LOCKS]
    for less, more in pairwise(pins):
        assert less.items() <= more.items()


def test_what_it_is_measured_against_is_not_needed_to_test_it(root: Path) -> None:
    assert {"nornir", "nornir-netmiko", "pyinfra"} & locked(root / "requirements-test.lock").keys() == set()


def test_the_tools_that_check_are_not_needed_to_run(root: Path) -> None:
    tools = {"ansible", "ansible-lint", "hypothesis", "molecule", "mypy", "pytest", "ruff", "yamllint"}
    assert tools & locked(root / "requirements.lock").keys() == set()
    assert tools <= locked(root / "requirements-test.lock").keys()
