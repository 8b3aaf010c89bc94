"""All hosts of a stage asked at once; the documentation is plugins/modules/stage_observe.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.modules.stage_observe import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils import network_work, pbx_work, windows_work
from ansible_collections.fellesdrift.core.plugins.plugin_utils.lookouts import ReadLookout
from ansible_collections.fellesdrift.core.plugins.plugin_utils.observed_labels import of_gates
from ansible_collections.fellesdrift.core.plugins.plugin_utils.observed_parts import Observers, gate_jobs, verify_jobs
from ansible_collections.fellesdrift.core.plugins.plugin_utils.stage_of_hosts import StageOfHosts

from fellesdrift.cutover.pbx_gates import moving_numbers

if TYPE_CHECKING:
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_job import Job

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it

_TIMEOUT = {"gate": "gates", "verify": "verify"}


class ActionModule(StageOfHosts):
    """The hosts of all families, each in a thread of its own."""

    ARGUMENT_SPEC = ARGUMENT_SPEC
    VARIABLES = network_work.VARIABLES | windows_work.VARIABLES | pbx_work.LOGIN

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """All answers, under what they are answers to."""
        label = of_gates(arguments["run"]) if arguments["part"] == "gate" else arguments["label"]
        return super().work(arguments, task_vars) | {"label": label}

    def jobs(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> list[Job]:
        """As the part says."""
        run, part = arguments["run"], arguments["part"]
        asked = run["observers"] if part == "gate" else arguments["hosts"]
        exchanges = run["exchanges"] if "pbx" in {run["families"].get(host) for host in asked} else []
        # half of an exchange's time is for reading all of them, the other half for what it is asked itself
        lookout = ReadLookout(
            run["numbering"],
            {host: self.resolved(host, task_vars) for host in exchanges},
            run["timeouts"][_TIMEOUT[part]] / 2,
        )
        pbx = pbx_work.PbxWork(lookout, moving_numbers(run["desired"]))
        families = {
            "network": Observers(network_work.gate, network_work.verify),
            "windows": Observers(windows_work.gate, windows_work.verify),
            "pbx": Observers(pbx.gate, pbx.verify),
        }
        return gate_jobs(run, families) if part == "gate" else verify_jobs(arguments, families)
