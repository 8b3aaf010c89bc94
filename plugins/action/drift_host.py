"""What a drift run found on one host; the documentation is plugins/modules/drift_host.py."""

from __future__ import annotations

from typing import Any

from ansible_collections.fellesdrift.core.plugins.modules.drift_host import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction

from fellesdrift.drift.model import HostResult
from fellesdrift.drift.telling import host_lines

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """Tell it, and fail: this host needs somebody."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The lines; `failed`, so that a run of the playbook alone does not end with 0."""
        found = HostResult.model_validate(arguments["result"])
        # Ansible shows the diff of a task that went well only
        diff = found.diff if self._task.diff else []
        return {"changed": False, "failed": True, "summary": "\n".join([*host_lines(found), *diff])}
