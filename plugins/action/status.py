"""Where each stage stands; the work is fellesdrift.cutover.status, the documentation is plugins/modules/status.py."""

from __future__ import annotations

from typing import Any

from ansible_collections.fellesdrift.core.plugins.modules.status import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction

from fellesdrift.cutover.status import status_rows
from fellesdrift.journal import Journal

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """Read the journal, once for all hosts."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The rows, and the same as lines."""
        estate = self.estate(task_vars)
        with Journal.reading(estate.journal, estate.name) as journal:
            rows = status_rows(estate, journal)
        lines = [f"{row.municipality}  {row.stage}  {row.state}  since {row.since}  next: {row.next}" for row in rows]
        return {"changed": False, "rows": [row.as_data() for row in rows], "summary": "\n".join(lines) or "no stages"}
