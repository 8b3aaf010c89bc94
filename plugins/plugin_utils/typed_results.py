"""What the actions of a host answer whose state is typed resources (a Windows host, an exchange): plans, predictions
and changes as data, with a summary for people. Nothing of a person is in it: that a name differs, not what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import yaml
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library

from fellesdrift.state.typed.people import public, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from fellesdrift.state.typed.kinds import Resources, TypedKind

require_library()


class _Step(Protocol):
    """What is told of a step."""

    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...


class _Plan(Protocol):
    """What is told of a plan."""

    @property
    def before(self) -> Resources: ...
    @property
    def after(self) -> Resources: ...
    @property
    def steps(self) -> Sequence[_Step]: ...


def described(kinds: Mapping[str, TypedKind], host: str, plan: _Plan, status: str, *, changed: bool) -> dict[str, Any]:
    """A plan, or what was done by it: before, after, steps, a diff, a summary. kinds: the catalogue of the host.

    `before` is desired data that leads back, but for what is of a person: that is only in the journal."""
    titles = [f"{number}. {step.title}" for number, step in enumerate(plan.steps, 1)]
    result = {
        "changed": changed,
        "status": status,
        "before": public(kinds, plan.before),
        "after": public(kinds, plan.after),
        "steps": [{"kind": step.kind, "key": step.key, "title": step.title} for step in plan.steps],
        "summary": "\n".join([f"{status}, {len(plan.steps)} steps" if plan.steps else status, *titles]),
    }
    if not plan.steps:
        return result
    names = {"before_header": f"{host} before", "after_header": f"{host} after"}
    before, after = shown(kinds, plan.before), shown(kinds, plan.after, plan.before)
    return result | {"diff": {"before": _text(before), "after": _text(after)} | names}


def with_what_stays(result: dict[str, Any], erased: Collection[str] | None) -> dict[str, Any]:
    """The same, saying of which resources a name stays because nobody knows any more what it was."""
    if not erased:
        return result
    told = f"the names of {', '.join(erased)} stay as they are: retention has erased what they were"
    return result | {"summary": f"{result['summary']}\n{told}"}


def _text(resources: Resources) -> str:
    return yaml.safe_dump(resources, allow_unicode=True, default_flow_style=False) if resources else ""
