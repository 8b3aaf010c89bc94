"""May a stage begin: fellesdrift.cutover.windows_gates; the documentation is plugins/modules/windows_gate.py."""

from __future__ import annotations

from typing import Any

from ansible_collections.fellesdrift.core.plugins.modules.windows_gate import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.deadline import deadline
from ansible_collections.fellesdrift.core.plugins.plugin_utils.gate_results import told
from ansible_collections.fellesdrift.core.plugins.plugin_utils.transcripts import transcribed

from fellesdrift.cutover.gates import GateResult, unanswered
from fellesdrift.cutover.windows_gates import WindowsGateInput, answer_gates
from fellesdrift.errors import FellesdriftError
from fellesdrift.state.windows import check, open_host

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """All gates of one host in one session."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The answers; a host that cannot be read is inconclusive, not failed."""
        target, gates = self.windows_target(task_vars), arguments["gates"]
        if not self.check_mode:
            target = transcribed(target, self.header(task_vars), arguments["permit"])
        results: list[GateResult] = []
        try:
            desired = check(arguments["resources"])
            with deadline(target.host, arguments["deadline"]), open_host(target) as host:
                given = WindowsGateInput(
                    host=host,
                    desired=desired,
                    services=self.variable("fellesdrift_required_services", task_vars, default=[]),
                    free=self.variable("fellesdrift_free_megabytes", task_vars, default=500),
                    resumed=arguments["resumed"],
                )
                for result in answer_gates(gates, given):
                    results.append(result)  # one by one: a deadline may end the next
        except FellesdriftError as error:
            results += unanswered(gates, target.host, error, results)
        return told(results)
