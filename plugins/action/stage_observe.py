"""All hosts of a stage asked at once; the documentation is plugins/modules/stage_observe.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.modules.stage_observe import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils import network_work, windows_work
from ansible_collections.fellesdrift.core.plugins.plugin_utils.observed_labels import of_gates, of_verification
from ansible_collections.fellesdrift.core.plugins.plugin_utils.observed_parts import Observers, gate_jobs, verify_jobs
from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_observed import PbxObserved
from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_work import LOGIN
from ansible_collections.fellesdrift.core.plugins.plugin_utils.shared_lookout import SharedLookout
from ansible_collections.fellesdrift.core.plugins.plugin_utils.stage_of_hosts import StageOfHosts

from fellesdrift.cutover.pbx_gates import moving_numbers

if TYPE_CHECKING:
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_job import Job

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it

_TIMEOUT = {"gate": "gates", "verify": "verify"}


class ActionModule(StageOfHosts):
    """The hosts of all families, each in a thread of its own."""

    ARGUMENT_SPEC = ARGUMENT_SPEC
    VARIABLES = network_work.VARIABLES | windows_work.VARIABLES | LOGIN
    AT_ONCE = None  # exchanges wait for each other

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """All answers, under what they are answers to."""
        run, gate = arguments["run"], arguments["part"] == "gate"
        label = of_gates(run) if gate else of_verification(run, arguments["label"])
        return super().work(arguments, task_vars) | {"label": label}

    def jobs(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> list[Job]:
        """As the part says."""
        run, part = arguments["run"], arguments["part"]
        hosts = run["observers"] if part == "gate" else arguments["hosts"]
        if "pbx" in {run["families"].get(host) for host in hosts}:
            # what one exchange is asked takes what all of them say, whoever is judged
            hosts = list(dict.fromkeys([*hosts, *run["exchanges"]]))
        # half of an exchange's time is for waiting until all of them have been read
        lookout = SharedLookout(run["numbering"], run["exchanges"], run["timeouts"][_TIMEOUT[part]] / 2)
        pbx = PbxObserved(lookout, moving_numbers(run["desired"]))
        families = {
            "network": Observers(network_work.gate, network_work.verify),
            "windows": Observers(windows_work.gate, windows_work.verify),
            "pbx": Observers(pbx.gate, pbx.verify),
        }
        return gate_jobs(run, hosts, families) if part == "gate" else verify_jobs(arguments, hosts, families)
