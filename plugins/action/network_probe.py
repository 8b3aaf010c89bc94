"""Does a device reach what it must; the documentation is plugins/modules/network_probe.py."""

from __future__ import annotations

from typing import Any

from ansible_collections.fellesdrift.core.plugins.modules.network_probe import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction, one_line
from ansible_collections.fellesdrift.core.plugins.plugin_utils.transcripts import in_stage

from fellesdrift.cutover import quorum
from fellesdrift.cutover.permit import Permit, WriteGuard
from fellesdrift.errors import FellesdriftError
from fellesdrift.session import Target, open_session
from fellesdrift.state.network.device import Device

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """All probes of one host in one session."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Each probe's answer. FD631 when one is silent."""
        try:
            left = self._left(arguments["permit"], task_vars)
            if task_vars["inventory_hostname"] in left:
                # named where it was left, and in what the stage ends with: here it is nobody's witness
                return {"changed": False, "probes": [], "summary": "left behind, not asked"}
            arguments["probes"] = quorum.without_left(arguments["probes"], left)
            return self._ask(in_stage(self, self.target(task_vars), arguments["permit"], task_vars), arguments)
        except FellesdriftError as error:
            if arguments["permit"]:
                self._journal_failure(arguments["permit"], error, task_vars)
            raise

    def _left(self, permit: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, str]:
        """The hosts that the stage has left behind."""
        if not permit or self.check_mode:
            return {}
        with self.journal(self.header(task_vars)) as journal:
            return quorum.left_hosts(journal, Permit(**permit).key)

    def _ask(self, target: Target, arguments: dict[str, Any]) -> dict[str, Any]:
        asked = [probe for probe in arguments["probes"] if probe["protected"] or not arguments["only_protected"]]
        with open_session(target) as session:
            device = Device(session)
            answers = [(probe, device.ping(probe["address"], probe["source"])) for probe in asked]
        results = [probe | {"sent": answer.sent, "received": answer.received} for probe, answer in answers]
        silent = [result for result in results if not result["received"]]
        if silent:
            raise FellesdriftError(
                "FD631",
                f"{target.host} no longer reaches what it must",
                host=target.host,
                key=silent[0]["name"],
                found=f"{len(silent)} of {len(results)} silent",
                expected="an answer from each",
                details=[f"{probe['name']} ({probe['address']}) from {probe['source']}" for probe in silent],
            )
        return {"changed": False, "probes": results, "summary": f"{len(results)} of {len(results)} answer"}

    def _journal_failure(self, permit: dict[str, Any], error: FellesdriftError, task_vars: dict[str, Any]) -> None:
        host = str(task_vars["inventory_hostname"])
        with self.journal(self.header(task_vars)) as journal:
            guard = WriteGuard(journal, Permit(**permit), self.holder(), host)
            guard.record("host_failed", {"reason": one_line(host, error)})
