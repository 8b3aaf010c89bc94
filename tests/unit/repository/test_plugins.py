"""Every plugin says what it does, and what it says is what it takes."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from ansible.module_utils import basic
from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import get_docstring

pytestmark = pytest.mark.usefixtures("collection")

# for each kind of plugin, what Ansible shows of it
SHOWN = {
    "modules": ("DOCUMENTATION", "EXAMPLES", "RETURN"),
    "lookup": ("DOCUMENTATION", "EXAMPLES", "RETURN"),
    "filter": ("DOCUMENTATION", "EXAMPLES", "RETURN"),
    "test": ("DOCUMENTATION", "EXAMPLES", "RETURN"),
    "inventory": ("DOCUMENTATION", "EXAMPLES"),
    "callback": ("DOCUMENTATION",),
    "connection": ("DOCUMENTATION",),
    "vars": ("DOCUMENTATION",),
}
# no plugins of their own: the work behind the modules, and what plugins share
BEHIND = ("action", "module_utils", "plugin_utils", "doc_fragments")
COMPARED = ("type", "required", "default", "choices", "elements", "aliases")
IMPLIED: dict[str, Any] = {"type": "str", "required": False, "default": None, "aliases": []}


def plugins_of(kind: str) -> list[Path]:
    folder = Path(__file__).resolve().parents[3] / "plugins" / kind
    return sorted(path for path in folder.glob("*.py") if path.stem != "__init__")


PLUGINS = [pytest.param(kind, path, id=f"{kind}-{path.stem}") for kind in SHOWN for path in plugins_of(kind)]
MODULES = [pytest.param(path, id=path.stem) for path in plugins_of("modules")]
ACTIONS = [pytest.param(path, id=path.stem) for path in plugins_of("action")]
READERS = [
    pytest.param(path, id=f"{kind}-{path.stem}")
    for kind in ("lookup", "connection", "inventory")
    for path in plugins_of(kind)
]


def constants(path: Path) -> dict[str, str]:
    """The texts that a file assigns at its top."""
    found = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            found |= {target.id: node.value.value for target in node.targets if isinstance(target, ast.Name)}
    return found


def documentation(path: Path) -> dict[str, Any]:
    """DOCUMENTATION as Ansible reads it, with the fragments that it names."""
    kind = "module" if path.parent.name == "modules" else path.parent.name
    loaded: dict[str, Any] = get_docstring(
        str(path), fragment_loader, collection_name="fellesdrift.core", plugin_type=kind
    )[0]
    return loaded


def argument_spec(module: Path) -> dict[str, Any]:
    """The arguments that a module hands to AnsibleModule when it is run."""
    seen: dict[str, Any] = {}

    class StoppedError(Exception):
        """Raised to leave main() before it reads its input."""

    def record(argument_spec: dict[str, Any], **options: Any) -> None:
        seen["spec"] = argument_spec
        raise StoppedError

    name = f"checked_{module.stem}"
    spec = importlib.util.spec_from_file_location(name, module)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    with mock.patch.object(basic, "AnsibleModule", record):
        spec.loader.exec_module(loaded)
        with pytest.raises(StoppedError):
            loaded.main()
    found: dict[str, Any] = seen["spec"]
    return found


def differences(documented: dict[str, Any], taken: dict[str, Any], place: str) -> list[str]:
    """Where the documented options and the argument spec disagree, at every depth."""
    found = [f"{place}{name}: taken, not documented" for name in sorted(taken.keys() - documented.keys())]
    found += [f"{place}{name}: documented, not taken" for name in sorted(documented.keys() - taken.keys())]
    for name in sorted(documented.keys() & taken.keys()):
        says, is_ = documented[name], taken[name]
        for key in COMPARED:
            if says.get(key, IMPLIED.get(key)) != is_.get(key, IMPLIED.get(key)):
                found.append(f"{place}{name}.{key}: documented {says.get(key)!r}, taken {is_.get(key)!r}")
        found += differences(says.get("suboptions") or {}, is_.get("options") or {}, f"{place}{name}.")
    return found


def test_there_are_plugins_and_each_is_of_a_known_kind(root: Path) -> None:
    assert MODULES, "plugins/modules holds no module"
    kinds = {path.name for path in (root / "plugins").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert kinds - SHOWN.keys() - set(BEHIND) == set()


@pytest.mark.parametrize(("kind", "path"), PLUGINS)
def test_a_plugin_is_documented(kind: str, path: Path) -> None:
    texts = constants(path)
    assert [name for name in SHOWN[kind] if not texts.get(name, "").strip()] == []
    says = documentation(path)
    assert (says.get("module") or says.get("name")) == path.stem
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(says["version_added"]))
    assert says["author"]
    assert says["description"]
    assert not says["short_description"].endswith(".")


@pytest.mark.parametrize("path", MODULES)
def test_a_module_takes_what_it_documents(path: Path) -> None:
    documented = documentation(path).get("options") or {}
    assert differences(documented, argument_spec(path), "") == []
    assert all(option.get("description") for option in documented.values())


@pytest.mark.parametrize("path", MODULES)
def test_the_examples_of_a_module_use_it_as_documented(path: Path) -> None:
    options = (documentation(path).get("options") or {}).keys()
    name = f"fellesdrift.core.{path.stem}"
    examples = [task for task in yaml.safe_load(constants(path)["EXAMPLES"]) if name in task]
    assert examples, f"no example uses {name}"
    for task in examples:
        assert task["name"][0].isupper()
        assert set(task[name] or {}) <= options, task["name"]


@pytest.mark.parametrize("path", MODULES)
def test_what_a_module_returns_is_described(path: Path) -> None:
    returned = yaml.safe_load(constants(path)["RETURN"])
    assert returned
    assert [name for name, value in returned.items() if not {"description", "returned", "type"} <= value.keys()] == []


@pytest.mark.parametrize("path", ACTIONS)
def test_an_action_is_the_work_of_a_documented_module(path: Path) -> None:
    module = path.parent.parent / "modules" / path.name
    assert module.is_file()
    named = {
        alias.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module == f"ansible_collections.fellesdrift.core.plugins.modules.{path.stem}"
        for alias in node.names
    }
    # one spec for both; and ansible-lint checks a task by the `main` of the file that its name leads to: the action
    assert {"ARGUMENT_SPEC", "main"} <= named


@pytest.mark.parametrize("path", READERS)
def test_a_plugin_reads_the_options_that_it_documents(path: Path) -> None:
    says = documentation(path)
    if "extends_documentation_fragment" in says:
        documented = None  # some of its options are documented, and read, elsewhere
    else:
        documented = {name for name in says.get("options") or {} if not name.startswith("_")}
    read = {
        node.args[0].value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get_option"
        and isinstance(node.args[0], ast.Constant)
    }
    assert documented is None or documented == read


def test_every_filter_file_is_in_the_collection(root: Path) -> None:
    links = {path.name: path for path in plugins_of("filter")}
    sources = {path.name: path for path in (root / "filter_plugins").glob("*.py") if path.stem != "__init__"}
    assert links.keys() == sources.keys()
    for name, link in links.items():
        assert link.is_symlink(), f"plugins/filter/{name} is a copy"
        assert link.resolve() == sources[name]
