"""The desired state of a Windows host; the documentation is plugins/modules/windows_host.py.

The engine is fellesdrift.state.windows; what is added here is the journal around it, and Ansible's check mode and diff.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.modules.windows_host import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction, one_line
from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_change import (
    UNTOUCHED,
    narrowed,
    recorded_change,
    refuse_empty,
)
from ansible_collections.fellesdrift.core.plugins.plugin_utils.windows_change import WindowsChange
from ansible_collections.fellesdrift.core.plugins.plugin_utils.windows_results import described, refuse_conflicts

from fellesdrift.errors import FellesdriftError
from fellesdrift.state.windows import KINDS, check, compare, open_host, prepare, read_all, read_host, refuse_unknown

if TYPE_CHECKING:
    from fellesdrift.session.wsman import WindowsTarget
    from fellesdrift.state.windows import Resources

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it


class ActionModule(FellesdriftAction):
    """One host, brought to what it should be or back to what it was."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Dispatch on the state."""
        refuse_unknown("kinds", arguments["kinds"] or ())
        desired, state = narrowed(check(arguments["resources"]), arguments["kinds"]), arguments["state"]
        target = self.windows_target(task_vars)
        if state == "gathered":
            return _gathered(target, arguments["kinds"])
        if state == "compared":
            return _compared(target, desired)
        if state == "reverted" and arguments["day2"] and not desired:
            change = recorded_change(self, target.host, arguments["day2"], task_vars)
            desired, arguments["expected"] = change.before, change.after
            if not desired:
                return UNTOUCHED
        if not desired and not arguments["purge"] and state != "given_back":
            raise refuse_empty(target.host)
        if self.check_mode and state != "given_back":
            return _planned(target, desired, arguments)
        given = {"purge": arguments["purge"], "passwords": arguments["passwords"]}
        return WindowsChange(self, target, desired, arguments, task_vars, **given).run()


def _planned(target: WindowsTarget, desired: Resources, arguments: dict[str, Any]) -> dict[str, Any]:
    with open_host(target) as host:
        if arguments["state"] == "reverted" and arguments["expected"]:
            refuse_conflicts(host, desired, arguments["expected"])
        plan = prepare(host, desired, purge=arguments["purge"], passwords=arguments["passwords"])
    return described(target.host, plan, "planned" if plan.steps else "unchanged", changed=bool(plan.steps))


def _gathered(target: WindowsTarget, kinds: list[str] | None) -> dict[str, Any]:
    """All of the kinds; by default of every one that can be listed."""
    names = [name for name in (KINDS if kinds is None else kinds) if kinds is not None or KINDS[name].listable]
    unlisted = [name for name in names if name not in KINDS or not KINDS[name].listable]
    if unlisted:
        raise FellesdriftError(
            "FD446",
            "this kind cannot be gathered",
            host=target.host,
            key="kinds",
            found=", ".join(unlisted),
            expected=f"one of {', '.join(name for name, kind in KINDS.items() if kind.listable)}",
        )
    with open_host(target) as host:
        resources = read_all(host, names)
    counts = ", ".join(f"{len(keys)} {kind}" for kind, keys in resources.items())
    return {"changed": False, "resources": resources, "summary": counts or "no resources"}


def _compared(target: WindowsTarget, desired: Resources) -> dict[str, Any]:
    """What a host says of these resources now. Without an answer: why."""
    try:
        with open_host(target) as host:
            present = read_host(host, desired)
    except FellesdriftError as error:
        told = {"evidence": one_line(target.host, error), "summary": error.problem}
        return {"changed": False, "status": "unknown"} | told
    differences = len(compare(desired, present))
    text = f"read; {differences} attributes are not as before" if differences else "read; as before"
    return {"changed": False, "status": "unchanged", "present": present, "pending": None, "summary": text}
