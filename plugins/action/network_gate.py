"""May a stage begin; the gates are fellesdrift.cutover.gates, the documentation is plugins/modules/network_gate.py."""

from __future__ import annotations

from typing import Any

from ansible_collections.fellesdrift.core.plugins.modules.network_gate import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.deadline import deadline
from ansible_collections.fellesdrift.core.plugins.plugin_utils.gate_results import told
from ansible_collections.fellesdrift.core.plugins.plugin_utils.transcripts import transcribed

from fellesdrift.cutover.gates import GateInput, GateResult, answer_gates, unanswered
from fellesdrift.cutover.probes import Probe
from fellesdrift.errors import FellesdriftError
from fellesdrift.session import open_session
from fellesdrift.state.network import check
from fellesdrift.state.network.device import Device

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """All gates of one host in one session."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The answers; a device that cannot be read is inconclusive, not failed."""
        target, gates = self.target(task_vars), arguments["gates"]
        if not self.check_mode:
            target = transcribed(target, self.header(task_vars), arguments["permit"])
        results: list[GateResult] = []
        try:
            with deadline(target.host, arguments["deadline"]), open_session(target) as session:
                device = Device(session)
                given = GateInput(
                    device=device,
                    reading=device.read(),
                    desired=check(arguments["resources"]),
                    probes=[Probe(**probe) for probe in arguments["probes"]],
                    dead_man=self.variable("fellesdrift_dead_man", task_vars, default="none"),
                    changes=bool(arguments["resources"]),
                    resumed=arguments["resumed"],
                )
                for result in answer_gates(gates, target.host, given):
                    results.append(result)  # one by one: a deadline may end the next
        except FellesdriftError as error:
            results += unanswered(gates, target.host, error, results)
        return told(results)
