"""One version, said the same everywhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

import fellesdrift


@pytest.fixture(scope="module")
def pyproject(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def collection(root: Path, name: str) -> dict[str, Any]:
    path = root / "collections/ansible_collections/fellesdrift/core" / name
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def test_the_package_the_collection_and_the_changelog_agree(root: Path, pyproject: dict[str, Any]) -> None:
    version = pyproject["project"]["version"]
    newest = re.search(r"^## \[([^]]+)\]", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert {
        "src/fellesdrift/__init__.py": fellesdrift.__version__,
        "galaxy.yml": collection(root, "galaxy.yml")["version"],
        "CHANGELOG.md": newest.group(1),
    } == dict.fromkeys(("src/fellesdrift/__init__.py", "galaxy.yml", "CHANGELOG.md"), version)


def test_the_readme_of_the_collection_names_this_version(root: Path, pyproject: dict[str, Any]) -> None:
    readme = root / "collections/ansible_collections/fellesdrift/core/README.md"
    named = set(re.findall(r"fellesdrift(?:-core)?-(\d+\.\d+\.\d+)", readme.read_text(encoding="utf-8")))
    assert named == {pyproject["project"]["version"]}


def test_the_collection_and_the_roles_ask_for_the_ansible_that_is_locked(root: Path, pyproject: dict[str, Any]) -> None:
    bound = next(
        Requirement(line).specifier for line in pyproject["project"]["dependencies"] if line.startswith("ansible-core")
    )
    lowest = next(part.version for part in bound if part.operator == ">=")
    highest = next(part.version for part in bound if part.operator == "<")
    assert collection(root, "meta/runtime.yml")["requires_ansible"] == f">={lowest}.0,<{highest}.0"
    roles = sorted((root / "roles").glob("*/meta/main.yml"))
    assert roles, "no role has a meta/main.yml"
    for meta in roles:
        galaxy_info = yaml.safe_load(meta.read_text(encoding="utf-8"))["galaxy_info"]
        assert galaxy_info["min_ansible_version"] == lowest, meta.parent.parent.name
