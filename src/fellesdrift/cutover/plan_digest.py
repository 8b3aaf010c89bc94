"""What a plan is made of, as digests: a stage is resumed by the plan that it was opened with, or not at all.

A stage that was cut off half way and is finished with other waves, other desired state or other code is neither the
stage that somebody approved nor the one that was rehearsed. The way back needs none of this: it goes by what the
journal has recorded.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from fellesdrift import __version__
from fellesdrift.cutover.next_command import playbook_command
from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fellesdrift.cutover.planning import Context, StagePlan
    from fellesdrift.cutover.progress import StageProgress

_OF_NO_CONSEQUENCE = {"id", "title", "owner", "role", "municipalities", "requires"}


def digest_plan(context: Context, plan: StagePlan) -> dict[str, str]:
    """Part of the plan -> SHA-256: waves, desired (with the zone policy's flows), probes, steps (what the stage says of
    gates, people, soak and deadlines), code (every file of its role)."""
    return {
        "waves": _digest([wave.as_data() for wave in plan.waves]),
        "desired": _digest([plan.desired, plan.flows]),
        "probes": _digest({host: [probe.as_data() for probe in probes] for host, probes in plan.probes.items()}),
        "steps": _digest(plan.stage.model_dump(mode="json", exclude=_OF_NO_CONSEQUENCE)),
        "code": _digest_role(context.roles_path, plan.stage.role_name),
    }


def refuse_other_plan(context: Context, plan: StagePlan, present: StageProgress) -> None:
    """FD657 when an unfinished stage would be resumed by another version of the code, or by another plan."""
    digests = digest_plan(context, plan)
    differ = sorted(name for name in digests if present.plan.get(name) != digests[name])
    if present.version == __version__ and not differ:
        return
    key = (plan.municipality, plan.stage.id)
    version = present.version or "an unknown version"
    estate = context.estate
    raise FellesdriftError(
        "FD657",
        f"the stage {plan.stage.id} of {plan.municipality} was begun with another plan",
        key=plan.stage.id,
        found=f"begun by {version}, resumed by {__version__}; different: {', '.join(differ) or 'the version only'}",
        expected="the version and the plan that it was begun with",
        next_step=f"see the new plan: {playbook_command(estate, 'plan', *key)}",
        details=[
            f"go on with it: {playbook_command(estate, 'cutover', *key)} -e new_plan=yes",
            f"go back:       {playbook_command(estate, 'rollback', *key)}",
        ],
    )


def refuse_dropped(context: Context, plan: StagePlan, present: StageProgress) -> None:
    """FD657 when a plan leaves out a host that the stage has changed: it would end with that one half way."""
    dropped = [host for host in present.touched if host not in plan.hosts]
    if dropped:
        key = (plan.municipality, plan.stage.id)
        raise FellesdriftError(
            "FD657",
            f"the stage {plan.stage.id} of {plan.municipality} has changed hosts that the new plan leaves out",
            host=", ".join(dropped),
            key=plan.stage.id,
            found=f"hosts of the new plan: {', '.join(plan.hosts)}",
            expected="every host that the stage has changed, or the stage taken back first",
            next_step=f"go back: {playbook_command(context.estate, 'rollback', *key)}",
        )


def _digest(data: Any) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _digest_role(roles_path: Sequence[Path], role: str) -> str:
    """The names and bytes of every file of the role, where it is found first."""
    found = hashlib.sha256()
    for folder in [path / role for path in roles_path if (path / role).is_dir()][:1]:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(f"{path.relative_to(folder)}\0".encode())
                found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
