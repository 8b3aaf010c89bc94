"""The loader's merge of group and host variables against Ansible's own, on inventories that nobody would think of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.vars.manager import VariableManager
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fellesdrift.estate.inventory.host_variables import HostVariables

GROUPS = ["alfa", "bravo", "charlie", "delta", "echo"]
HOSTS = ["h1", "h2", "h3", "h4"]
NAMES = ["fellesdrift_a", "fellesdrift_b", "role__c", "other", "ansible_local", "playbook_dir", "inventory_hostname"]
VALUES = st.one_of(
    st.integers(0, 9),
    st.sampled_from(["text", "{{ other }}", "", None, True]),
    st.dictionaries(st.sampled_from("xyz"), st.integers(0, 3), max_size=2),
    st.lists(st.integers(0, 3), max_size=2),
)
VARIABLES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4)


@st.composite
def inventories(draw: st.DrawFn) -> dict[str, Any]:
    """Names of files -> what is in them. A group's children come later in GROUPS, so that there is no circle."""
    children = {
        name: draw(st.lists(st.sampled_from(GROUPS[number + 1 :]), unique=True)) if number + 1 < len(GROUPS) else []
        for number, name in enumerate(GROUPS)
    }
    groups: dict[str, Any] = {}
    for name in GROUPS:
        own: dict[str, Any] = {"children": dict.fromkeys(children[name])}
        own["hosts"] = {host: draw(VARIABLES) for host in draw(st.lists(st.sampled_from(HOSTS), unique=True))}
        own["vars"] = draw(VARIABLES)
        if draw(st.booleans()):
            own["vars"]["ansible_group_priority"] = draw(st.integers(1, 3))
        groups[name] = own
    files: dict[str, Any] = {"hosts.yml": {**groups, "ungrouped": {"hosts": {"lonely": draw(VARIABLES)}}}}
    for name in [*GROUPS, "all", "ungrouped"]:
        for place in draw(
            st.lists(st.sampled_from([f"{name}.yml", f"{name}/one.yml", f"{name}/two.yml"]), unique=True)
        ):
            files[f"group_vars/{place}"] = draw(VARIABLES)
    for name in draw(st.lists(st.sampled_from([*HOSTS, "lonely"]), unique=True)):
        files[f"host_vars/{name}.yml"] = draw(VARIABLES)
    return files


def write(folder: Path, files: dict[str, Any]) -> Path:
    """JSON is YAML; a file and a folder of one group at once are read as Ansible reads them."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(data), encoding="utf-8")
    return folder


def ansibles(sources: list[Path]) -> dict[str, dict[str, Any]]:
    loader = DataLoader()
    inventory = InventoryManager(loader=loader, sources=[str(source) for source in sources])
    manager = VariableManager(loader=loader, inventory=inventory)
    return {name: manager.get_vars(host=host, include_hostvars=False) for name, host in inventory.hosts.items()}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(files=inventories(), second=st.one_of(st.none(), inventories()))
def test_every_variable_is_ansibles(
    tmp_path_factory: Any, files: dict[str, Any], second: dict[str, Any] | None
) -> None:
    sources = [write(tmp_path_factory.mktemp("first"), files)]
    if second is not None:
        sources.append(write(tmp_path_factory.mktemp("second"), second))
    ours = HostVariables(sources)
    theirs = ansibles(sources)
    assert list(ours) == list(theirs)
    for host, expected in theirs.items():
        assert _settled(ours[host]) == _settled(expected), host


def _settled(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Ansible walks the children of a group as a set: its order of hosts may differ from one load to the next."""
    return {**variables, "groups": {name: sorted(members) for name, members in variables["groups"].items()}}


def test_with_a_sites_own_plugins_ansible_is_asked_for_each_host(tmp_path: Path, monkeypatch: Any) -> None:
    files = {"hosts.yml": {"alfa": {"hosts": {"h1": {"role__c": 1}, "h2": None}}}, "group_vars/alfa.yml": {"other": 2}}
    source = write(tmp_path / "inventory", files)
    monkeypatch.setattr(constants, "CACHE_PLUGIN", "ansible.builtin.jsonfile")
    monkeypatch.setenv("ANSIBLE_CACHE_PLUGIN_CONNECTION", str(tmp_path / "facts"))
    monkeypatch.setattr(constants, "CACHE_PLUGIN_CONNECTION", str(tmp_path / "facts"), raising=False)
    ours = HostVariables([source])
    assert ours.shared("h1") == {}
    assert {host: dict(ours[host]) for host in ours} == ansibles([source])
