"""The desired state of a network device; the documentation is plugins/modules/network_device.py.

The engine is fellesdrift.state.network; what is added here is the journal around it, and Ansible's check mode and diff.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.modules.network_device import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.device_change import Change
from ansible_collections.fellesdrift.core.plugins.plugin_utils.device_results import (
    described_plan,
    diff,
    gathered,
    refuse_conflicts,
    rendered,
    to_save,
    with_flows,
)
from ansible_collections.fellesdrift.core.plugins.plugin_utils.draining import compared
from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_change import (
    UNTOUCHED,
    narrowed,
    not_back,
    recorded_change,
    refuse_empty,
)

from fellesdrift.errors import FellesdriftError
from fellesdrift.session import Target, open_session
from fellesdrift.state.network import (
    check,
    compare,
    intend,
    normalise,
    steps,
    touched,
)
from fellesdrift.state.network.apply import (
    plan_of,
)
from fellesdrift.state.network.device import Device

if TYPE_CHECKING:
    from fellesdrift.state.network import Resources

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """One device, brought to what it should be or back to what it was."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """On a way back also what stops a host before it is asked is a result: the others come back, and the settling
        names this one."""
        back = arguments["state"] == "reverted" and arguments["permit"] and not self.check_mode
        try:
            return self._by_state(arguments, task_vars)
        except FellesdriftError as error:
            if back or arguments["best_effort"]:
                return not_back(error)
            raise

    def _by_state(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        desired, state = narrowed(check(arguments["resources"]), arguments["kinds"]), arguments["state"]
        if state == "rendered":
            return rendered(arguments["config"], desired)
        target = self.target(task_vars)
        if state == "gathered":
            return gathered(target, arguments["kinds"], arguments["flows"])
        if state == "compared":
            return compared(target, desired)
        if state == "reverted" and arguments["day2"] and not desired:
            change = recorded_change(self, target.host, arguments["day2"], task_vars)
            desired, arguments["expected"] = change.before, change.after
            if not desired:
                return UNTOUCHED
        if not desired and state != "given_back":
            raise refuse_empty(target.host)
        if self.check_mode and desired:
            return self._planned(target, desired, arguments)
        return Change(self, target, desired, arguments, task_vars).run()

    def _planned(self, target: Target, desired: Resources, arguments: dict[str, Any]) -> dict[str, Any]:
        with open_session(target) as session:
            device = Device(session)
            if arguments["state"] == "saved":
                return to_save(target.host, device.read(), desired, arguments["flows"])
            running = device.read_running()
        if arguments["state"] == "reverted":
            refuse_conflicts(target.host, running, desired, check(arguments["expected"]))
        recorded = touched(running, desired)
        differences = compare(desired, recorded)
        plan = plan_of(desired, recorded, differences, steps(running, desired))
        result = described_plan(plan, "planned" if plan.steps else "unchanged", bool(plan.steps))
        predicted = intend(running, desired)
        if plan.steps:
            result["diff"] = diff(target.host, normalise(running), predicted)
        return with_flows(result, target.host, predicted, arguments["flows"], "predicted")
