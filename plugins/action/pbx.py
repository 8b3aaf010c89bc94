"""The desired state of an exchange; the documentation is plugins/modules/pbx.py.

The engine is fellesdrift.state.pbx; what is added is the journal around it, and Ansible's check mode and diff.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.fellesdrift.core.plugins.modules.pbx import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_named import work

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """One exchange, brought to what it should be or back to what it was."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """By the state."""
        return work(self, arguments, task_vars)
