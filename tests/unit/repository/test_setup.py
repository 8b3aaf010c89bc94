"""scripts/setup on a small project with locks that hold nothing, so that it runs without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "small"
version = "1"
"""
# the least that pip asks of a build backend: a wheel that holds its own description
BACKEND = """
import zipfile
from pathlib import Path

NAMES = ("METADATA", "WHEEL", "RECORD")


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    described = "small-1.dist-info"
    with zipfile.ZipFile(Path(wheel_directory, "small-1-py3-none-any.whl"), "w") as wheel:
        wheel.writestr(f"{described}/METADATA", "Metadata-Version: 2.1\\nName: small\\nVersion: 1\\n")
        wheel.writestr(f"{described}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{described}/RECORD", "".join(f"{described}/{name},,\\n" for name in NAMES))
    return "small-1-py3-none-any.whl"
"""
OLD_PYTHON = "#!/bin/sh\nexit 1\n"


@pytest.fixture(scope="module")
def made(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has been set up once, for the tests to copy: making one takes seconds."""
    project = tmp_path_factory.mktemp("made") / "small project"
    (project / "scripts").mkdir(parents=True)
    (project / "src").mkdir()
    shutil.copy(root / "scripts/setup", project / "scripts/setup")
    (project / "pyproject.toml").write_text(PYPROJECT)
    (project / "backend.py").write_text(BACKEND)
    for name in ("requirements.lock", "requirements-test.lock", "requirements-bench.lock"):
        (project / name).write_text("# nothing\n")
    done = setup(project, "runtime")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "making .venv with Python 3." in done.stdout
    return project


def setup(project: Path, level: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script as a user would, with only this Python to find unless the environment says otherwise."""
    return subprocess.run(
        ["bash", "scripts/setup", level],
        cwd=project,
        env={**os.environ, "FELLESDRIFT_PYTHON": sys.executable, **environment},
        check=False,
        capture_output=True,
        text=True,
    )


def bare(project: Path, tmp_path: Path, *names: str) -> dict[str, str]:
    """An environment in which the only Pythons on PATH are too old, and pyenv has none."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("bash", "dirname", "sort", "cat", "head", "cut", "sha256sum", "rm", "mkdir", "touch", "flock", "grep"):
        found = shutil.which(tool)
        assert found is not None
        (tools / tool).symlink_to(found)
    for name in names:
        (tools / name).write_text(OLD_PYTHON)
        (tools / name).chmod(0o755)
    return {"PATH": str(tools), "FELLESDRIFT_PYTHON": "", "PYENV_ROOT": str(tmp_path / "pyenv"), "HOME": str(tmp_path)}


def inode(project: Path) -> int:
    return (project / ".venv").stat().st_ino


def test_it_does_nothing_when_nothing_changed(made: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in sorted(made.rglob("*"))}
    done = setup(made, "runtime")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {path: path.stat().st_mtime_ns for path in sorted(made.rglob("*"))} == before


def test_a_changed_lock_is_installed_into_the_same_environment(made: Path) -> None:
    before = inode(made)
    with (made / "requirements.lock").open("a") as lock:
        lock.write("# still nothing\n")
    done = setup(made, "runtime")
    assert done.returncode == 0, done.stderr
    assert "installing the runtime dependencies" in done.stdout
    assert inode(made) == before
    assert setup(made, "runtime").stdout == ""


def test_the_set_up_for_tests_serves_the_product_too(made: Path) -> None:
    done = setup(made, "test")
    assert "installing the test dependencies" in done.stdout
    assert setup(made, "runtime").stdout == ""
    assert setup(made, "test").stdout == ""


def test_the_set_up_for_measuring_serves_both(made: Path) -> None:
    done = setup(made, "bench")
    assert "installing the bench dependencies" in done.stdout
    assert [setup(made, level).stdout for level in ("runtime", "test", "bench")] == ["", "", ""]


def test_an_interrupted_set_up_says_so_and_is_made_anew(made: Path) -> None:
    lock = made / "requirements.lock"
    before = lock.read_text()
    lock.write_text("not-a-package-of-anybody==1.0 --hash=sha256:" + "0" * 64 + "\n")
    done = setup(made, "runtime", PIP_NO_INDEX="1")
    assert done.returncode == 1
    assert "not-a-package-of-anybody" in done.stderr
    lock.write_text(before)
    (made / ".venv/left-over").touch()
    done = setup(made, "runtime")
    assert done.returncode == 0, done.stderr
    assert "making .venv" in done.stdout
    assert not (made / ".venv/left-over").exists()
    assert setup(made, "runtime").stdout == ""


def test_an_environment_that_was_moved_is_made_anew(made: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(made, moved, symlinks=True)
    done = setup(moved, "runtime")
    assert done.returncode == 0, done.stderr
    assert "making .venv" in done.stdout


def test_no_python_is_one_clear_message(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "new", ignore=shutil.ignore_patterns(".venv"))
    done = setup(tmp_path / "new", "runtime", **bare(made, tmp_path, "python3", "python3.13"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "no usable Python 3.12 or later was found" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr
    assert not (tmp_path / "new/.venv").exists()


def test_python_is_found_among_the_versions_of_pyenv(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "new", ignore=shutil.ignore_patterns(".venv"))
    environment = bare(made, tmp_path, "python3")
    for version, content in (("3.9.1", OLD_PYTHON), ("3.12.7", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')):
        python = tmp_path / "pyenv/versions" / version / "bin/python3"
        python.parent.mkdir(parents=True)
        python.write_text(content)
        python.chmod(0o755)
    done = setup(tmp_path / "new", "runtime", **environment, PIP_NO_INDEX="1")
    assert "making .venv with Python 3." in done.stdout
    assert sys.base_prefix in done.stdout or sys.executable in done.stdout


def test_an_unknown_level_is_refused(made: Path) -> None:
    done = setup(made, "everything")
    assert done.returncode == 2
    assert "usage: scripts/setup" in done.stderr
