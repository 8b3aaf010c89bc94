"""A private copy of the estate of the tests (tests/fixtures/estate) for every test that changes something."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
ESTATE = PROJECT / "tests" / "fixtures" / "estate"


class Copy:
    """A copy of the estate as inventories/production of a project of its own, with ways to break it."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.inventory = project / "inventories" / "production"
        shutil.copytree(ESTATE, self.inventory)

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace the one place where `old` stands."""
        path = self.inventory / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def append(self, file: str, text: str) -> None:
        path = self.inventory / file
        path.write_text((path.read_text(encoding="utf-8") if path.exists() else "---\n") + text, encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        (self.inventory / file).parent.mkdir(exist_ok=True)
        (self.inventory / file).write_text(text, encoding="utf-8")

    def remove(self, file: str) -> None:
        (self.inventory / file).unlink()

    def forget(self, *folders: str) -> None:
        for folder in folders:
            shutil.rmtree(self.inventory / folder)


@pytest.fixture
def estate_copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path / "project")


@pytest.fixture(scope="session")
def make_copy() -> Callable[[Path], Copy]:
    return Copy
