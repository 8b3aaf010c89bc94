"""Is a host what a stage made of it: fellesdrift.cutover.windows_verification; documented in plugins/modules."""

from __future__ import annotations

from typing import Any

from ansible_collections.fellesdrift.core.plugins.modules.windows_verify import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.deadline import deadline
from ansible_collections.fellesdrift.core.plugins.plugin_utils.transcripts import transcribed

from fellesdrift.cutover.verification import unverified
from fellesdrift.cutover.windows_verification import verify
from fellesdrift.errors import FellesdriftError
from fellesdrift.state.windows import check, open_host

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """One host's verification in one session."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The evidence; a host that cannot be read is inconclusive, not failed."""
        target = self.windows_target(task_vars)
        if not self.check_mode:
            target = transcribed(target, self.header(task_vars), arguments["permit"])
        try:
            desired = check(arguments["resources"])
            with deadline(target.host, arguments["deadline"]), open_host(target) as host:
                evidence = verify(host, desired)
        except FellesdriftError as error:
            evidence = unverified(error)
        text = evidence["found"] if evidence["result"] == "pass" else f"{evidence['result']}: {evidence['found']}"
        return {"changed": False, "verified": evidence, "label": arguments["label"], "summary": text}
