"""`fellesdrift rehearse` on a twin of the production estate: each step, and how much of it is Ansible itself.

The floor are its playbooks with the same number of tasks on the same hosts, each task an `ansible.builtin.debug`:
what is above it is the product's work and the twin's.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from measure import BIN, PRODUCTION, Cost, Goals, run, table

SECONDS = 45.0
CALLBACKS = Path(__file__).parent / "callbacks"
# the table at the end of a rehearsal: step, result, seconds, remark
STEP = re.compile(r"^ ?(\w[\w ]*?)  +(ok|fail) +(\d+\.\d)\b", re.MULTILINE)


def rehearse(folder: Path) -> tuple[Cost, list[tuple[str, float]], list[list[str]]]:
    """One rehearsal: its cost, its steps with seconds, and what its playbooks did."""
    record = folder / "tasks"
    more = {
        "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
        "ANSIBLE_CALLBACKS_ENABLED": "bench_tasks",
        "FELLESDRIFT_BENCH_TASKS": str(record),
    }
    cost = run([BIN / "fellesdrift", "rehearse", "--out", folder / "twin"], more=more)
    steps = [(title, float(seconds)) for title, _, seconds in STEP.findall(cost.output)]
    if not steps:
        raise SystemExit(f"no table at the end of the rehearsal\n{cost.output}")
    return cost, steps, [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]


def empty_plays(results: Iterable[list[str]]) -> list[dict[str, Any]]:
    """Plays whose tasks do nothing, as many for each host as the results say. Tasks in a row for the same hosts are
    one play."""
    tasks: dict[str, list[str]] = {}
    for task, host in results:
        tasks.setdefault(task, []).append(host)
    return [
        {
            "name": "Nothing",
            "hosts": hosts,
            "gather_facts": False,
            "tasks": [{"name": "Nothing", "ansible.builtin.debug": {"msg": "nothing"}} for _ in same],
        }
        for hosts, same in ((list(key), list(group)) for key, group in groupby(map(sorted, tasks.values())))
    ]


def playbooks(records: list[list[str]]) -> list[tuple[str, list[list[str]]]]:
    """Each playbook that was run, with its results."""
    found: list[tuple[str, list[list[str]]]] = []
    for record in records:
        if len(record) == 1:
            found.append((record[0], []))
        else:
            found[-1][1].append(record)
    return found


def main() -> int:
    """Measure, print, judge."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        cost, steps, records = rehearse(folder)
        floors = []
        for number, (name, results) in enumerate(playbooks(records)):
            path = folder / f"{number}.yml"
            path.write_text(yaml.safe_dump(empty_plays(results)), encoding="utf-8")
            floors.append((name, len(results), run([BIN / "ansible-playbook", "-i", PRODUCTION, path])))
    total = sum(seconds for _, seconds in steps)
    rows = [[title, f"{seconds:.1f}", f"{seconds / total:.0%}"] for title, seconds in steps]
    table("A rehearsal, one run", ["step", "wall s", "share"], [*rows, ["in all", f"{total:.1f}", ""]])
    rows = [[name, str(results), f"{floor.wall:.1f}", f"{floor.cpu:.1f}"] for name, results, floor in floors]
    wall, cpu = sum(floor.wall for _, _, floor in floors), sum(floor.cpu for _, _, floor in floors)
    rows.append(["in all", str(sum(results for _, results, _ in floors)), f"{wall:.1f}", f"{cpu:.1f}"])
    rows.append(["the rehearsal", "", f"{cost.wall:.1f}", f"{cost.cpu:.1f}"])
    rows.append(["share of Ansible itself", "", f"{wall / cost.wall:.0%}", f"{cpu / cost.cpu:.0%}"])
    table("Its playbooks with empty tasks: the floor", ["playbook", "results", "wall s", "CPU s"], rows)

    goals = Goals()
    goals.hold_if_alone(f"a rehearsal in under {SECONDS:g} s", total < SECONDS, f"{total:.1f} s", cost.others)
    return goals.verdict()


if __name__ == "__main__":
    sys.exit(main())
