"""What a network device answers to a stage's gates, and in a round of its verification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.observed_results import told, verified
from ansible_collections.fellesdrift.core.plugins.plugin_utils.transcripts import in_stage

from fellesdrift.cutover.gates import GateInput, answer_gates
from fellesdrift.cutover.probes import Probe
from fellesdrift.cutover.verification import verify as verify_device
from fellesdrift.session import open_session
from fellesdrift.state.network import check
from fellesdrift.state.network.device import Device

if TYPE_CHECKING:
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction

VARIABLES = frozenset(
    {"ansible_become_password", "fellesdrift_known_hosts", "fellesdrift_ssh_legacy", "fellesdrift_dead_man"}
)
"""What is to be known of a device besides its login."""


def gate(action: FellesdriftAction, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
    """The answers to `gates`, in one session. Raises FellesdriftError when it cannot be read."""
    target = in_stage(action, action.target(task_vars), arguments["permit"], task_vars)
    answered = arguments["answered"]
    with open_session(target) as session:
        device = Device(session)
        given = GateInput(
            device=device,
            reading=device.read(),
            desired=check(arguments["resources"]),
            probes=[Probe(**probe) for probe in arguments["probes"]],
            dead_man=action.variable("fellesdrift_dead_man", task_vars, default="none"),
            changes=bool(arguments["resources"]),
            resumed=arguments["resumed"],
        )
        for result in answer_gates(arguments["gates"], target.host, given):
            answered.append(result)
    return told(answered)


def verify(action: FellesdriftAction, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
    """The evidence, in one session. Raises FellesdriftError when it cannot be read."""
    target = in_stage(action, action.target(task_vars), arguments["permit"], task_vars)
    probes = [Probe(**probe) for probe in arguments["probes"]]
    with open_session(target) as session:
        evidence = verify_device(
            Device(session),
            target.host,
            check(arguments["resources"]),
            [probe for probe in probes if probe.protected or not arguments["only_protected"]],
            arguments["flows"],
            must_be_saved=arguments["must_be_saved"],
        )
    return verified(evidence)
