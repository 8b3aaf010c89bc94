"""One part of a stage on all its Windows hosts at once; the documentation is plugins/modules/windows_stage.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.modules.windows_stage import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.family_parts import jobs_of
from ansible_collections.fellesdrift.core.plugins.plugin_utils.stage_of_hosts import StageOfHosts
from ansible_collections.fellesdrift.core.plugins.plugin_utils.windows_work import VARIABLES, change

if TYPE_CHECKING:
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_job import Job

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(StageOfHosts):
    """All Windows hosts of a part."""

    ARGUMENT_SPEC = ARGUMENT_SPEC
    VARIABLES = VARIABLES

    def jobs(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> list[Job]:
        """As the part says."""
        return jobs_of(arguments, "windows", change)
