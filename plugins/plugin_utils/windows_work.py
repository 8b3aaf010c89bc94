"""What is done to one Windows host: for the actions of one host, and for the one that takes all hosts of a stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction, one_line
from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_change import (
    UNTOUCHED,
    narrowed,
    recorded_change,
    refuse_empty,
    still_known,
)
from ansible_collections.fellesdrift.core.plugins.plugin_utils.observed_results import told, verified
from ansible_collections.fellesdrift.core.plugins.plugin_utils.transcripts import in_stage
from ansible_collections.fellesdrift.core.plugins.plugin_utils.typed_results import described, with_what_stays
from ansible_collections.fellesdrift.core.plugins.plugin_utils.windows_change import WindowsChange, refuse_conflicts

from fellesdrift.cutover.windows_gates import WindowsGateInput, answer_gates
from fellesdrift.cutover.windows_verification import verify as verify_host
from fellesdrift.errors import FellesdriftError
from fellesdrift.state.typed.people import public
from fellesdrift.state.windows import KINDS, check, compare, open_host, prepare, read_all, read_host
from fellesdrift.state.windows import narrowed as only_claimed

if TYPE_CHECKING:
    from fellesdrift.session.wsman import WindowsTarget
    from fellesdrift.state.windows import Resources

VARIABLES = frozenset({"fellesdrift_required_services", "fellesdrift_free_megabytes"})
"""What is to be known of a host besides its login."""


def change(action: FellesdriftAction, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
    """By `state`, as windows_host documents it. Raises FellesdriftError."""
    state, arguments = arguments["state"], still_known(arguments)
    desired = narrowed(check(arguments["resources"]), arguments["kinds"])
    target = action.windows_target(task_vars)
    if state == "gathered":
        return _gathered(target, arguments["kinds"])
    if state == "compared":
        return _compared(target, desired)
    if state == "reverted" and arguments["day2"] and not desired:
        change = recorded_change(action, target.host, arguments["day2"], task_vars)
        desired = change.before
        arguments |= {"expected": change.after, "erased": change.erased}
        if not desired:
            return UNTOUCHED
    if not desired and not arguments["purge"] and state != "given_back" and not arguments.get("erased"):
        raise refuse_empty(target.host)
    if action.check_mode and state != "given_back":
        return _planned(target, desired, arguments)
    given = {"purge": arguments["purge"], "passwords": arguments["passwords"]}
    return WindowsChange(action, target, desired, arguments, task_vars, **given).run()


def gate(action: FellesdriftAction, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
    """The answers to `gates`, in one session. Raises FellesdriftError when it cannot be read."""
    target = in_stage(action, action.windows_target(task_vars), arguments["permit"], task_vars)
    desired, answered = check(arguments["resources"]), arguments["answered"]
    with open_host(target) as host:
        given = WindowsGateInput(
            host=host,
            desired=desired,
            services=action.variable("fellesdrift_required_services", task_vars, default=[]),
            free=action.variable("fellesdrift_free_megabytes", task_vars, default=500),
            resumed=arguments["resumed"],
        )
        for result in answer_gates(arguments["gates"], given):
            answered.append(result)
    return told(answered)


def verify(action: FellesdriftAction, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
    """The evidence, in one session. Raises FellesdriftError when it cannot be read."""
    target = in_stage(action, action.windows_target(task_vars), arguments["permit"], task_vars)
    desired = check(arguments["resources"])
    with open_host(target) as host:
        return verified(verify_host(host, desired))


def _planned(target: WindowsTarget, desired: Resources, arguments: dict[str, Any]) -> dict[str, Any]:
    with open_host(target) as host:
        if arguments["state"] == "reverted" and arguments["expected"]:
            refuse_conflicts(host, desired, arguments["expected"])
        plan = prepare(host, desired, purge=arguments["purge"], passwords=arguments["passwords"])
    result = described(KINDS, target.host, plan, "planned" if plan.steps else "unchanged", changed=bool(plan.steps))
    return with_what_stays(result, arguments.get("erased"))


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
    return {"changed": False, "resources": public(KINDS, resources), "summary": counts or "no resources"}


def _compared(target: WindowsTarget, desired: Resources) -> dict[str, Any]:
    """What a host says of these resources now. Without an answer: why."""
    try:
        with open_host(target) as host:
            have = read_host(host, desired)
    except FellesdriftError as error:
        told = {"evidence": one_line(target.host, error), "summary": error.problem}
        return {"changed": False, "status": "unknown"} | told
    differences = len(compare(desired, have))
    present = {
        kind: {key: only_claimed(KINDS[kind], have[kind][key], claim) for key, claim in keys.items()}
        for kind, keys in desired.items()
    }
    text = f"read; {differences} attributes are not as before" if differences else "read; as before"
    return {"changed": False, "status": "unchanged", "present": present, "pending": None, "summary": text}
