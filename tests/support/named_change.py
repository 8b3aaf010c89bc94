"""Runs of the work behind a module that changes one host under a name, over one journal."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fellesdrift.journal import Journal, personal
from support.action import Action

type Work = Callable[[Action, dict[str, Any], dict[str, Any]], dict[str, Any]]


@dataclass
class Task:
    """Runs the work, and keeps the journal.

    path     of the journal, which is made
    action   a new action over the journal: keywords of `Action`
    work     the module's work, and the specification of its arguments: asked for when it is run, as a collection that
             a fixture provides
    """

    path: Path
    action: Callable[..., Action]
    work: Callable[[], tuple[Work, dict[str, dict[str, Any]]]]

    def __post_init__(self) -> None:
        Journal.create(self.path, "test").close()

    def __call__(self, *, check: bool = False, **arguments: Any) -> dict[str, Any]:
        work, specification = self.work()
        action = self.action(path=self.path, name="test", municipality="sande")
        action.check_mode = check
        return work(action, {name: spec.get("default") for name, spec in specification.items()} | arguments, {})

    def events(self) -> list[str]:
        with Journal.open(self.path, "test") as journal:
            return [record.event.removeprefix("day2_") for record in journal.records(stage="")]

    def public(self) -> str:
        """Everything that the journal keeps for good."""
        with Journal.open(self.path, "test") as journal:
            return json.dumps([record.payload for record in journal.records(stage="")], ensure_ascii=False)

    def erase(self) -> None:
        """Everything that it does not."""
        with Journal.open(self.path, "test") as journal:
            personal.erase(journal, personal.due(journal, -1), "a test")
