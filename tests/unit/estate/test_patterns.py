"""Host patterns: the same answers as Ansible's own, held against it."""

from __future__ import annotations

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from hypothesis import given, settings
from hypothesis import strategies as st

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import patterns

HOSTS_FILE = """
all:
  children:
    network:
      children:
        core: {hosts: {c1: , c2: }}
        edge: {hosts: {e1: , e2: , e3: }}
    platform: {children: {core: }}
    north: {hosts: {e1: , c2: , "n.dot": }}
    nobody: {}
"""
WORDS = [
    "all",
    "core",
    "edge",
    "platform",
    "north",
    "nobody",
    "network",
    "c1",
    "e2",
    "n.dot",
    "*",
    "e*",
    "c?",
    "~e[13]",
    "no*",
]
SUBSCRIPTS = ["", "", "", "[0]", "[-1]", "[1:]", "[0:1]", "[1:9]"]


@pytest.fixture(scope="module")
def manager(tmp_path_factory):
    path = tmp_path_factory.mktemp("patterns") / "hosts.yml"
    path.write_text(HOSTS_FILE, encoding="utf-8")
    return InventoryManager(loader=DataLoader(), sources=[str(path)])


@st.composite
def _patterns(draw):
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        word = draw(st.sampled_from(WORDS))
        subscript = "" if word.startswith("~") else draw(st.sampled_from(SUBSCRIPTS))
        parts.append(draw(st.sampled_from(["", "", "&", "!"])) + word + subscript)
    return ":".join(parts)


@settings(max_examples=400, deadline=None)
@given(pattern=_patterns())
def test_same_as_ansible(manager, pattern):
    try:
        theirs = [host.name for host in manager.get_hosts(pattern)]
    except Exception:
        # Ansible gives up on a subscript outside; here it is an empty part of the answer.
        return
    groups = {name: list(hosts) for name, hosts in manager.get_groups_dict().items()}
    assert patterns.resolve(groups, list(manager.hosts), pattern) == theirs


GROUPS = {"all": ["a", "b", "c"], "one": ["b", "a"], "two": ["c", "b"]}


def test_patterns_are_resolved_one_by_one_in_the_order_given():
    hosts = ["a", "b", "c"]
    assert patterns.select(GROUPS, hosts, ["two", "one"], "x") == ["c", "b", "a"]
    assert patterns.select(GROUPS, hosts, ["one:&two", "c", "b"], "x") == ["b", "c"]
    assert patterns.select(GROUPS, hosts, ["{municipality}:!two"], "one") == ["a"]
    assert patterns.select(GROUPS, hosts, ["!two"], "x") == ["a"]
    assert patterns.select(GROUPS, hosts, [], "x") == []
    assert patterns.select({}, hosts, ["all"], "x") == hosts


def test_an_empty_intersection_is_an_answer():
    assert patterns.resolve(GROUPS, ["a", "b", "c"], "a:&two") == []


@pytest.mark.parametrize("pattern", ["", ":", "!", "one:&", "onee", "~(", "one:&too"])
def test_what_cannot_be_resolved_is_an_error(pattern):
    with pytest.raises(FellesdriftError) as caught:
        patterns.resolve(GROUPS, ["a", "b", "c"], pattern)
    assert caught.value.code == "FD126"


def test_the_nearest_name_is_suggested():
    with pytest.raises(FellesdriftError) as caught:
        patterns.resolve(GROUPS, ["a", "b", "c"], "onee")
    assert caught.value.next_step == "did you mean 'one'?"
