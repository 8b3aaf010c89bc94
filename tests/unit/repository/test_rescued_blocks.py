"""What the playbooks must not do because of how Ansible counts failures.

A task with `run_once` that fails is put down to every host by the strategy, and a second time by the rule that one
host's failure is everybody's: a host that stands at such a task itself is then past its rescue, and is not taken back
(seen with ansible-core 2.21: chaos seed 34). In a file that is included the second time changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

PLAYBOOKS = Path(__file__).parents[3] / "playbooks"


def rescued(tasks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every block of these tasks that has a rescue."""
    for task in tasks:
        for part in ("tasks", "pre_tasks", "post_tasks", "block", "rescue", "always"):
            yield from rescued(task.get(part, []))
        if "rescue" in task:
            yield task


def found(text: str) -> list[str]:
    """The names of the tasks that stand in a rescued block and run once."""
    return [task["name"] for block in rescued(yaml.safe_load(text)) for task in block["block"] if task.get("run_once")]


def test_no_rescued_block_has_a_task_that_runs_once() -> None:
    blocks = 0
    for path in PLAYBOOKS.rglob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert found(text) == [], path
        blocks += len(list(rescued(yaml.safe_load(text))))
    assert blocks, "the way back of a stage stands in a rescue"


@pytest.mark.parametrize(("once", "names"), [("true", ["x"]), ("false", [])])
def test_one_is_found(once: str, names: list[str]) -> None:
    text = f"""
- name: outer
  block:
    - name: inner
      block: [{{name: x, run_once: {once}}}]
      rescue: [{{name: y, run_once: true}}]
"""
    assert found(text) == names
