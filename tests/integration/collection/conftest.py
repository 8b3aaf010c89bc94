"""The collection as somebody else has it: built, installed in another place, used from a folder that holds nothing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BIN = ROOT / ".venv" / "bin"

Run = Callable[..., subprocess.CompletedProcess[str]]


@dataclass(frozen=True)
class Installed:
    """The built archive and the collections folder that it was installed into."""

    archive: Path
    collections: Path

    @property
    def core(self) -> Path:
        """The installed collection."""
        return self.collections / "ansible_collections/fellesdrift/core"


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a program of .venv in an empty folder, without any Ansible setting of the caller's or of the clone's."""
    folder = tmp_path_factory.mktemp("elsewhere")

    def run(
        program: str, *arguments: str | Path, collections: Path, cwd: Path = folder, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        return subprocess.run(
            [BIN / program, *arguments],
            cwd=cwd,
            env={
                **kept,
                "ANSIBLE_COLLECTIONS_PATH": str(collections),
                "ANSIBLE_HOME": str(folder / "home"),
                "ANSIBLE_NOCOLOR": "1",
                "NO_COLOR": "1",
                "PATH": f"{BIN}{os.pathsep}{kept['PATH']}",
                **environment,
            },
            check=False,
            capture_output=True,
            text=True,
        )

    return run


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, elsewhere: Run) -> Installed:
    """The collection, built by the project's own script and installed by ansible-galaxy."""
    folder = tmp_path_factory.mktemp("collection")
    built = subprocess.run(
        [ROOT / "scripts/build-collection", folder / "dist"], check=False, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (archive,) = (folder / "dist").glob("fellesdrift-core-*.tar.gz")
    collections = folder / "collections"
    done = elsewhere(
        "ansible-galaxy", "collection", "install", "--offline", "-p", collections, archive, collections=collections
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Installed(archive, collections)
