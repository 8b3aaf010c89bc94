"""What the actions of a network device answer: plans, predictions and changes as data, with a summary for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_change import narrowed

from fellesdrift.cutover import conflicts
from fellesdrift.cutover.flows import described, verify_flows
from fellesdrift.session import Target, open_session
from fellesdrift.state.network import compare, read_resources, steps, three_way, touched
from fellesdrift.state.network.apply import ApplyPlan, ApplyResult, plan_of
from fellesdrift.state.network.device import Device

if TYPE_CHECKING:
    from fellesdrift.state.network import Resources, Step
    from fellesdrift.state.network.device import Reading


def rendered(config: str, desired: Resources) -> dict[str, Any]:
    planned = steps(config, desired)
    lines = sum(len(step.lines) for step in planned)
    return {"changed": False, "steps": steps_as_data(planned), "summary": f"{len(planned)} steps, {lines} lines"}


def gathered(target: Target, kinds: list[str] | None, flows: list[dict[str, Any]]) -> dict[str, Any]:
    with open_session(target) as session:
        running = Device(session).read_running()
    resources = narrowed(read_resources(running), kinds)
    counts = ", ".join(f"{len(keys)} {kind}" for kind, keys in resources.items())
    result = {"changed": False, "resources": resources, "summary": counts or "no resources"}
    return with_flows(result, target.host, running, flows)


def with_flows(
    result: dict[str, Any], host: str, config: str, flows: list[dict[str, Any]], configuration: str = "running"
) -> dict[str, Any]:
    """The result with what the configuration does with the zone policy's flows. FD802, FD803."""
    if not flows:
        return result
    report = verify_flows(host, config, flows)
    lines = [*result.get("summary", "").splitlines(), described(report, configuration)]
    return result | {"flows": report.as_data(), "summary": "\n".join(lines)}


def refuse_conflicts(host: str, running: str, before: Resources, after: Resources) -> None:
    conflicts.refuse(host, three_way(before, after, touched(running, before)))


def to_save(host: str, reading: Reading, desired: Resources, flows: list[dict[str, Any]]) -> dict[str, Any]:
    """What `saved` would do: nothing, save, or refuse because the device is not as desired."""
    differences = len(compare(desired, touched(reading.running, desired)))
    if differences:
        text = f"not as desired yet ({differences} attributes); to be saved when it is"
    else:
        text = "as desired, and saved" if reading.saved else "as desired; the startup configuration would be saved"
    changed = bool(differences) or not reading.saved
    result = {"changed": changed, "status": "planned" if changed else "unchanged", "summary": text, "steps": []}
    # before the device is as desired its flows are not as the policy says either: the prediction is judged instead
    return result if differences else with_flows(result, host, reading.running, flows)


def steps_as_data(planned: list[Step]) -> list[dict[str, Any]]:
    return [{"title": step.title, "phase": str(step.phase), "lines": list(step.lines)} for step in planned]


def described_plan(plan: ApplyPlan, status: str, changed: bool) -> dict[str, Any]:
    titles = [f"{number}. {step.title}" for number, step in enumerate(plan.steps, 1)]
    head = f"{status}, {len(plan.steps)} steps" if plan.steps else status
    return {
        "changed": changed,
        "status": status,
        "before": plan.before,
        "after": plan.after,
        "steps": steps_as_data(plan.steps),
        "summary": "\n".join([head, *titles]),
    }


def applied_result(host: str, result: ApplyResult) -> dict[str, Any]:
    plan = plan_of(result.recorded_after, result.recorded_before, result.differences, result.steps)
    described = described_plan(plan, result.status, result.status == "changed")
    if result.steps:
        described["diff"] = diff(host, result.before, result.after or "")
    return described


def diff(host: str, before: str, after: str) -> dict[str, str]:
    names = {"before_header": f"{host} running configuration", "after_header": f"{host} running configuration"}
    return {"before": before, "after": after} | names
