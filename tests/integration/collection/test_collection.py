"""fellesdrift.core works where it is installed, and says so when the library does not fit it."""

from __future__ import annotations

import json
import re
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
KINDS = {
    "module": "modules",
    "lookup": "lookup",
    "filter": "filter",
    "inventory": "inventory",
    "callback": "callback",
    "connection": "connection",
}
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))
PRESENT = [kind for kind, folder in KINDS.items() if list((ROOT / "plugins" / folder).glob("*.py"))]

RUNNING = """\
hostname san-rtr1
!
interface GigabitEthernet0/0
 ip address 10.61.1.1 255.255.255.0
!
ip route 0.0.0.0 0.0.0.0 10.61.0.2
end
"""


def test_the_archive_holds_files_and_no_links(installed: Any) -> None:
    with tarfile.open(installed.archive) as archive:
        members = archive.getmembers()
    names = {member.name for member in members}
    assert [member.name for member in members if not (member.isfile() or member.isdir())] == []
    assert [name for name in names if "__pycache__" in name or name.endswith(".pyc")] == []
    assert {f"plugins/modules/{name}.py" for name in MODULES} <= names
    assert {"LICENSE", "CHANGELOG.md", "README.md", "meta/runtime.yml", "MANIFEST.json"} <= names


@pytest.mark.parametrize("kind", PRESENT)
def test_every_plugin_shows_its_documentation(installed: Any, elsewhere: Callable[..., Any], kind: str) -> None:
    stems = sorted(path.stem for path in (ROOT / "plugins" / KINDS[kind]).glob("*.py"))
    names = [f"fellesdrift.core.{stem}" for stem in stems]
    done = elsewhere("ansible-doc", "--json", "--type", kind, *names, collections=installed.collections)
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert shown.keys() == set(names)
    for name in names:
        assert shown[name]["doc"]["short_description"]
        assert str(installed.core) in shown[name]["doc"]["filename"]


def test_every_role_shows_its_arguments(installed: Any, elsewhere: Callable[..., Any]) -> None:
    done = elsewhere(
        "ansible-doc", "--json", "--type", "role", "--list", "fellesdrift.core", collections=installed.collections
    )
    assert done.returncode == 0, done.stderr
    roles = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
    assert roles
    assert json.loads(done.stdout).keys() == {f"fellesdrift.core.{name}" for name in roles}


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_every_playbook_is_found_by_its_full_name(installed: Any, elsewhere: Callable[..., Any], playbook: str) -> None:
    done = elsewhere(
        "ansible-playbook",
        f"fellesdrift.core.{playbook}",
        "--syntax-check",
        "--inventory=localhost,",
        "--extra-vars=municipality=sande",
        collections=installed.collections,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_module_works_by_its_full_name(installed: Any, elsewhere: Callable[..., Any]) -> None:
    arguments = {
        "state": "rendered",
        "config": RUNNING,
        "resources": {
            "route": {"10.10.0.0/16": {"next_hops": [{"next_hop": "10.250.61.1", "distance": 1, "name": None}]}}
        },
    }
    done = elsewhere(
        "ansible",
        "localhost",
        "--inventory=localhost,",
        "--extra-vars=fellesdrift_platform=cisco_ios",
        "--module-name=fellesdrift.core.network_device",
        f"--args={json.dumps(arguments)}",
        collections=installed.collections,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ip route 10.10.0.0 255.255.0.0 10.250.61.1" in done.stdout


def ask_for_status(elsewhere: Callable[..., Any], collections: Path, **environment: str) -> str:
    """Run a module that cannot work here; gives what was shown, on one line, without Ansible's wrapping."""
    done = elsewhere(
        "ansible",
        "localhost",
        "--inventory=localhost,",
        "--module-name=fellesdrift.core.status",
        collections=collections,
        **environment,
    )
    assert done.returncode != 0
    return re.sub(r"(\\n|\s)+", " ", done.stdout + done.stderr)


def test_a_collection_of_another_version_than_the_library_is_one_clear_error(
    installed: Any, elsewhere: Callable[..., Any], tmp_path: Path
) -> None:
    shutil.copytree(installed.collections, tmp_path / "collections")
    manifest = tmp_path / "collections/ansible_collections/fellesdrift/core/MANIFEST.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    version = content["collection_info"]["version"]
    content["collection_info"]["version"] = "7.0.0"
    manifest.write_text(json.dumps(content), encoding="utf-8")
    shown = ask_for_status(elsewhere, tmp_path / "collections")
    assert "FD650" in shown
    assert f"found: fellesdrift {version}" in shown
    assert "expected: fellesdrift 7.0.0" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('__version__ = "6.5.4"\n', "found: fellesdrift 6.5.4"),
        ('raise ImportError("half removed")\n', "found: not importable (half removed)"),
    ],
)
def test_a_library_that_does_not_fit_the_collection_is_one_clear_error(
    installed: Any, elsewhere: Callable[..., Any], tmp_path: Path, content: str, found: str
) -> None:
    (tmp_path / "fellesdrift").mkdir()
    (tmp_path / "fellesdrift/__init__.py").write_text(content)
    shown = ask_for_status(elsewhere, installed.collections, PYTHONPATH=str(tmp_path))
    assert "FD650" in shown
    assert found in shown
    assert "Traceback" not in shown


def test_a_filter_says_so_too(installed: Any, elsewhere: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "fellesdrift").mkdir()
    (tmp_path / "fellesdrift/__init__.py").write_text('__version__ = "6.5.4"\n')
    arguments = "msg={{ '10.61.0.0/16' | fellesdrift.core.ios_mask }}"
    ask = ("ansible", "localhost", "--inventory=localhost,", "--module-name=debug", f"--args={arguments}")
    fits = elsewhere(*ask, collections=installed.collections)
    assert fits.returncode == 0, fits.stdout + fits.stderr
    assert "255.255.0.0" in fits.stdout
    done = elsewhere(*ask, collections=installed.collections, PYTHONPATH=str(tmp_path))
    assert done.returncode != 0
    assert "FD650" in done.stderr
    assert "found:    fellesdrift 6.5.4" in done.stderr


def test_a_wrong_argument_to_any_module_is_found_by_the_linter(elsewhere: Callable[..., Any], tmp_path: Path) -> None:
    """The rule is silently dead for a module whose action does not show it the arguments."""
    tasks = "".join(
        f"    - name: Call {name}\n      fellesdrift.core.{name}:\n        no_such_argument: 1\n" for name in MODULES
    )
    (tmp_path / "wrong.yml").write_text(
        f"---\n- name: Call every module wrongly\n  hosts: all\n  gather_facts: false\n  tasks:\n{tasks}"
    )
    done = elsewhere(
        "ansible-lint",
        f"--config-file={ROOT / '.ansible-lint'}",
        f"--project-dir={tmp_path}",
        "--format=pep8",
        "wrong.yml",
        collections=ROOT / "collections",
        cwd=tmp_path,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    found = {int(line.split(":")[1]) for line in done.stdout.splitlines() if "args[module]" in line}
    lines = (tmp_path / "wrong.yml").read_text(encoding="utf-8").splitlines()
    expected = {name: lines.index(f"    - name: Call {name}") + 1 for name in MODULES}
    assert {name for name, line in expected.items() if line not in found} == set()
