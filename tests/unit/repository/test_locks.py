"""The locks hold what pyproject.toml asks for, can be checked by hash, and name no index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ("requirements.lock", "requirements-test.lock")


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
    asked = {"requirements.lock": runtime, "requirements-test.lock": [*runtime, *groups["test"]]}
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


def test_the_second_lock_only_adds_to_the_first(root: Path) -> None:
    runtime, test = (locked(root / name) for name in LOCKS)
    assert {name: pin(requirement) for name, requirement in runtime.items()}.items() <= {
        name: pin(requirement) for name, requirement in test.items()
    }.items()


def test_the_tools_that_check_are_not_needed_to_run(root: Path) -> None:
    tools = {"ansible", "ansible-lint", "hypothesis", "molecule", "mypy", "pytest", "ruff", "yamllint"}
    assert tools & locked(root / "requirements.lock").keys() == set()
    assert tools <= locked(root / "requirements-test.lock").keys()
