"""Where each stage stands; the work is fellesdrift.cutover.status, the documentation is plugins/modules/status.py."""

from __future__ import annotations

from typing import Any

from ansible_collections.fellesdrift.core.plugins.modules.status import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction

from fellesdrift.cutover import no_journal
from fellesdrift.cutover.local_time import local_time
from fellesdrift.cutover.status import read_status
from fellesdrift.cutover.status_view import view_of
from fellesdrift.journal import Journal

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """Read the journal, once for all hosts."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The status, and the same as lines."""
        estate = self.estate(task_vars)
        with Journal.reading(estate.journal, estate.name) as journal:
            found = read_status(view_of(estate), journal)
        lines = no_journal.told(found, estate.inventory_dir)
        for row in found.rows:
            since = local_time(row.since, estate.time_zone)
            lines.append(f"{row.municipality}  {row.stage}  {row.state}  since {since}  next: {row.next}")
            lines += [f"    {one}" for one in row.why_not]
        lines += [
            f"{step.municipality}  {step.stage}  waits for the {step.role}: {step.title}, "
            f"until {local_time(step.deadline, estate.time_zone)}"
            for step in found.steps
        ]
        return {"changed": False, **found.as_data(), "summary": "\n".join(lines) or "no stages"}
