"""Each dependency is declared, is used, and has a line that says what it earns its place with."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

NOT_IMPORTED = "not imported"
# a package that is a part of another one, with the same authors and versions
PART_OF = {"pydantic-core": "pydantic"}


@pytest.fixture(scope="module")
def pyproject(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def explained(root: Path) -> dict[str, str]:
    """docs/dependencies.md: the name of each package listed there, and its line."""
    text = (root / "docs/dependencies.md").read_text(encoding="utf-8")
    return {canonicalize_name(name): line for name, line in re.findall(r"^- `([^`]+)`:? (.+)$", text, re.MULTILINE)}


def names(lines: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in lines}


@cache
def imported(root: Path) -> dict[str, str]:
    """Distributions that src/ and the plugins import, and one file that does so."""
    owners = packages_distributions()
    found: dict[str, str] = {}
    for folder in ("src", "plugins", "filter_plugins"):
        for path in sorted((root / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                modules = []
                if isinstance(node, ast.Import):
                    modules = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                    modules = [node.module]
                for module in modules:
                    top = module.split(".")[0]
                    if top in sys.stdlib_module_names or top in ("fellesdrift", "ansible_collections", "__future__"):
                        continue
                    owner = canonicalize_name(owners.get(top, [top])[0])
                    found.setdefault(PART_OF.get(owner, owner), f"{path.relative_to(root)} imports {module}")
    assert found, "nothing is imported anywhere: the search is broken"
    return found


def test_every_import_is_a_declared_dependency(root: Path, pyproject: dict[str, Any]) -> None:
    declared = names(pyproject["project"]["dependencies"])
    assert {name: place for name, place in imported(root).items() if name not in declared} == {}


def test_every_dependency_is_imported_or_says_why_not(
    root: Path, pyproject: dict[str, Any], explained: dict[str, str]
) -> None:
    unused = names(pyproject["project"]["dependencies"]) - imported(root).keys()
    assert {name for name in unused if NOT_IMPORTED not in explained.get(name, "")} == set()


def test_every_dependency_has_its_line_and_no_other_package_has_one(
    pyproject: dict[str, Any], explained: dict[str, str]
) -> None:
    groups = pyproject["dependency-groups"]
    listed = [line for group in ("build", "test", "bench") for line in groups[group]]
    assert explained.keys() == names([*pyproject["project"]["dependencies"], *listed])
