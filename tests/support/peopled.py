"""A copy of the production estate whose first stage has people, a canary and a soak in it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from support.lab import PRODUCTION

ANSWERS = {"reserve_power": "pass", "first_site": "pass", "test_call": "pass"}


def estate(folder: Path) -> Path:
    """The inventory of the copy."""
    copy = folder / "inventories" / "production"
    shutil.copytree(PRODUCTION, copy)
    path = copy / "group_vars" / "all" / "stages.yml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    stage = data["fellesdrift_stages"][0]
    stage["waves"][0] |= {"canary": True, "soak": 10}
    # on a twin two thirds of a second, and a verification, for each of three rounds
    stage["soak"] = {"minutes": 60, "every": 20}
    stage["steps"] = [
        _step("reserve_power", "before", evidence="what the gauge shows"),
        _step("first_site", "canary"),
        _step("test_call", "after"),
        _step("acceptance", "finalize"),
    ]
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return copy


def answers(folder: Path, **given: str) -> list[str]:
    """The arguments of a run whose steps are answered by a file; a step for which None is given is left out."""
    path = folder / "answers.yml"
    entries = [
        {"step": step, "answer": answer, "name": "duty operator", "note": "27.2 V"} for step, answer in given.items()
    ]
    path.write_text(yaml.safe_dump(entries), encoding="utf-8")
    return ["-e", f"answers={path}"]


def _step(name: str, when: str, **more: Any) -> dict[str, Any]:
    title = name.replace("_", " ")
    step = {"id": name, "title": title, "instruction": f"do it: {title}", "role": "duty_operator", "when": when}
    return step | {"minutes": 1} | more
