"""Is a device what a stage made of it; the work is fellesdrift.cutover.verification."""

from __future__ import annotations

from typing import Any

from ansible_collections.fellesdrift.core.plugins.modules.network_verify import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.deadline import deadline
from ansible_collections.fellesdrift.core.plugins.plugin_utils.transcripts import transcribed

from fellesdrift.cutover.probes import Probe
from fellesdrift.cutover.verification import unverified, verify
from fellesdrift.errors import FellesdriftError
from fellesdrift.session import open_session
from fellesdrift.state.network import check
from fellesdrift.state.network.device import Device

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """One host's verification in one session."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The evidence; a device that cannot be read is inconclusive, not failed."""
        target = self.target(task_vars)
        if not self.check_mode:
            target = transcribed(target, self.header(task_vars), arguments["permit"])
        probes = [Probe(**probe) for probe in arguments["probes"]]
        try:
            with deadline(target.host, arguments["deadline"]), open_session(target) as session:
                evidence = verify(
                    Device(session),
                    target.host,
                    check(arguments["resources"]),
                    [probe for probe in probes if probe.protected or not arguments["only_protected"]],
                    arguments["flows"],
                    must_be_saved=arguments["must_be_saved"],
                )
        except FellesdriftError as error:
            evidence = unverified(error)
        text = evidence["found"] if evidence["result"] == "pass" else f"{evidence['result']}: {evidence['found']}"
        if "flows" in evidence:
            text += "; flows of the zone policy as computed from the running configuration"
        return {"changed": False, "verified": evidence, "label": arguments["label"], "summary": text}
