"""One part of a stage on all its exchanges at once; the documentation is plugins/modules/pbx_stage.py."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.modules.pbx_stage import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.family_parts import jobs_of
from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_work import LOGIN, PbxWork, read_dialled
from ansible_collections.fellesdrift.core.plugins.plugin_utils.stage_of_hosts import StageOfHosts
from ansible_collections.fellesdrift.core.plugins.plugin_utils.together import together

from fellesdrift.cutover.emergency import Lookout, plan_of
from fellesdrift.estate.numbering import Numbering

if TYPE_CHECKING:
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_job import Job

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(StageOfHosts):
    """All exchanges of a part."""

    ARGUMENT_SPEC = ARGUMENT_SPEC
    VARIABLES = LOGIN

    def jobs(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> list[Job]:
        """As the part says, with an eye on all exchanges."""
        return jobs_of(arguments, "pbx", PbxWork(self._lookout(arguments, task_vars)).change)

    def _lookout(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> Lookout:
        """What is known of all exchanges. Before any of them is changed, the others are read too: each has one session
        at a time."""
        run, part = arguments["run"], arguments["part"]
        numbering = run.get("numbering")
        plan = plan_of(numbering) if numbering or part == "apply" else Numbering(extension_length=2)
        if part != "apply" or self.check_mode:
            return Lookout(plan, {}, {})
        variables = {host: self.resolved(host, task_vars) for host in run["exchanges"]}
        found = together({host: partial(read_dialled, each) for host, each in variables.items()}, None)
        states = {host: each["resources"] for host, each in found.items() if "resources" in each}
        return Lookout(plan, states, {host: each["unread"] for host, each in found.items() if "unread" in each})
