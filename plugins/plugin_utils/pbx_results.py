"""What the actions of an exchange answer: plans, predictions and changes as data, with a summary; no names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library

from fellesdrift.cutover.progress import joined as joined_resources
from fellesdrift.state.pbx import shown, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fellesdrift.state.pbx import Difference, Plan, Resources, Step

require_library()


@dataclass(frozen=True)
class Whole:
    """Several plans, one after the other, as one."""

    before: Resources = field(default_factory=dict, repr=False)
    after: Resources = field(default_factory=dict, repr=False)
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """A difference as people may see it."""

    where: str
    want: str
    have: str


def public(difference: Difference) -> Told:
    """Of a name, only that it is another one."""
    return Told(difference.where, *told(difference))


def joined(plans: Sequence[Plan]) -> Whole:
    """What all of them change together: what the first found, and what the last leaves."""
    before: Resources = {}
    after: Resources = {}
    steps: list[Step] = []
    for plan in plans:
        before, after = joined_resources(plan.before, before), joined_resources(after, plan.after)
        steps += plan.steps
    return Whole(before, after, steps)


def described(host: str, plan: Plan | Whole, status: str, *, changed: bool) -> dict[str, Any]:
    """A plan, or what was done by it: before, after, steps, a diff, a summary."""
    titles = [f"{number}. {step.title}" for number, step in enumerate(plan.steps, 1)]
    before, after = shown(plan.before), shown(plan.after, plan.before)
    result = {
        "changed": changed,
        "status": status,
        "before": before,
        "after": after,
        "steps": [{"kind": step.kind, "key": step.key, "title": step.title} for step in plan.steps],
        "summary": "\n".join([f"{status}, {len(plan.steps)} steps" if plan.steps else status, *titles]),
    }
    if not plan.steps:
        return result
    names = {"before_header": f"{host} before", "after_header": f"{host} after"}
    return result | {"diff": {"before": _text(before), "after": _text(after)} | names}


def _text(resources: Resources) -> str:
    return yaml.safe_dump(resources, allow_unicode=True, default_flow_style=False) if resources else ""
