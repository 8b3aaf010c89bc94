"""The portions in which an exchange is changed, told as one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library

from fellesdrift.cutover.progress import joined as joined_resources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fellesdrift.state.pbx import Plan, Resources, Step

require_library()


@dataclass(frozen=True)
class Whole:
    """Several plans, one after the other, as one."""

    before: Resources = field(default_factory=dict, repr=False)
    after: Resources = field(default_factory=dict, repr=False)
    steps: list[Step] = field(default_factory=list)


def joined(plans: Sequence[Plan]) -> Whole:
    """What all of them change together: what the first found, and what the last leaves."""
    before: Resources = {}
    after: Resources = {}
    steps: list[Step] = []
    for plan in plans:
        before, after = joined_resources(plan.before, before), joined_resources(after, plan.after)
        steps += plan.steps
    return Whole(before, after, steps)
