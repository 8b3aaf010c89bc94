"""One part of a stage on all its exchanges at once; the documentation is plugins/modules/pbx_stage.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.modules.pbx_stage import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.family_parts import jobs_of
from ansible_collections.fellesdrift.core.plugins.plugin_utils.lookouts import ReadLookout
from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_work import LOGIN, PbxWork
from ansible_collections.fellesdrift.core.plugins.plugin_utils.stage_of_hosts import StageOfHosts

from fellesdrift.cutover.emergency import Lookout, plan_of
from fellesdrift.cutover.pbx_gates import moving_numbers
from fellesdrift.estate.numbering import Numbering

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_job import Job

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(StageOfHosts):
    """All exchanges of a part."""

    ARGUMENT_SPEC = ARGUMENT_SPEC
    VARIABLES = LOGIN

    def jobs(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> list[Job]:
        """As the part says, with an eye on all exchanges."""
        moving = moving_numbers(arguments["run"].get("desired") or {})
        return jobs_of(arguments, "pbx", PbxWork(self._lookout(arguments, task_vars), moving).change)

    def _lookout(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> Callable[[str], Lookout]:
        """What is known of all exchanges; each of them is read for a part that changes some."""
        run, part = arguments["run"], arguments["part"]
        numbering = run.get("numbering")
        plan = plan_of(numbering) if numbering or part == "apply" else Numbering(extension_length=2)
        if part == "apply" and not self.check_mode:
            return ReadLookout(numbering, {host: self.resolved(host, task_vars) for host in run["exchanges"]}, None)
        blind = Lookout(plan, {}, {})
        return lambda _: blind
