"""What the actions of a Windows host answer: plans, predictions and changes as data, with a summary for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library

from fellesdrift.cutover import conflicts
from fellesdrift.state.windows import check, read_host, three_way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fellesdrift.state.windows import Host, Plan, Resources, Step

require_library()


def described(host: str, plan: Plan, status: str, *, changed: bool) -> dict[str, Any]:
    """A plan, or what was done by it: before, after, steps, a diff, a summary."""
    titles = [f"{number}. {step.title}" for number, step in enumerate(plan.steps, 1)]
    head = f"{status}, {len(plan.steps)} steps" if plan.steps else status
    result = {
        "changed": changed,
        "status": status,
        "before": plan.before,
        "after": plan.after,
        "steps": steps_as_data(plan.steps),
        "summary": "\n".join([head, *titles]),
    }
    return result | ({"diff": diff(host, plan)} if plan.steps else {})


def steps_as_data(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """JSON data, without the secrets that a step needs to be done."""
    return [
        {"kind": step.kind, "key": step.key, "title": step.title, "before": step.before, "after": step.after}
        for step in steps
    ]


def diff(host: str, plan: Plan) -> dict[str, str]:
    """Every attribute that the steps change, before and after."""
    names = {"before_header": f"{host} before", "after_header": f"{host} after"}
    return {"before": _text(plan.before), "after": _text(plan.after)} | names


def refuse_conflicts(host: Host, before: Resources, after: Resources) -> None:
    """FD633 when something is neither what was recorded before a change nor what was recorded after it."""
    made = check(after)
    conflicts.refuse(host.name, three_way(check(before), made, read_host(host, made)))


def _text(resources: Resources) -> str:
    return yaml.safe_dump(resources, allow_unicode=True, default_flow_style=False) if resources else ""
