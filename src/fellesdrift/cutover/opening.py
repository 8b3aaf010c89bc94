"""Opening a stage and its way back, and deciding by the gates.

Every function checks first and then writes one record, so that a refusal leaves the journal and the devices alone.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from fellesdrift import __version__
from fellesdrift.compose import compose
from fellesdrift.cutover import way_back
from fellesdrift.cutover.next_command import playbook_command
from fellesdrift.cutover.no_return import no_way_back
from fellesdrift.cutover.permit import Direction, Permit
from fellesdrift.cutover.planning import Context, StagePlan, Wave
from fellesdrift.cutover.progress import completed
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from fellesdrift.compose import Resources
    from fellesdrift.cutover.progress import StageProgress
    from fellesdrift.estate import Estate


@dataclass(frozen=True)
class Opened:
    """An opened stage. `direction` is back when the attempt that was found had already failed. `permit` is None in a
    plan. touched: the hosts that an earlier run of it changed. before, after: what is recorded of each host, for the
    way back."""

    plan: StagePlan
    direction: Direction
    permit: Permit | None
    resumed: bool
    reason: str | None = None
    touched: list[str] = field(default_factory=list)
    back_waves: list[Wave] = field(default_factory=list)
    before: dict[str, Resources] = field(default_factory=dict)
    after: dict[str, Resources] = field(default_factory=dict)


def open_stage(context: Context, plan: StagePlan, after_held: Literal["stop", "continue"] = "stop") -> Opened:
    """Open or resume the stage: take the leases, write `opened`. Without a holder: a plan, nothing is written.

    Raises FD610 when somebody else holds a lease, FD625 when the stage is held and no choice was made.
    """
    estate, key = context.estate, (plan.municipality, plan.stage.id)
    present = context.progress().get(key)
    if present and present.state == "held" and after_held == "stop":
        raise FellesdriftError(
            "FD625",
            f"the stage {plan.stage.id} of {plan.municipality} is held",
            host=", ".join(present.held_hosts),
            key=plan.stage.id,
            found=present.reason,
            expected="a choice, once the devices named answer again",
            next_step=f"go on: add -e after_held=continue; go back: {playbook_command(estate, 'rollback', *key)}",
        )
    resumed = present is not None and present.state in ("running", "going back", "held")
    going_back = present is not None and present.state == "going back"
    attempt = present.attempt if present and resumed else uuid.uuid4().hex
    permit = None
    if context.holder is not None:
        journal = context.writable()
        with journal.transaction() as connection:
            token = lease.acquire(connection, leases_of(context.estate, plan), context.holder)
            if not going_back:
                payload = {
                    "title": plan.stage.title,
                    "waves": [wave.as_data() for wave in plan.waves],
                    "resumed": resumed,
                    "version": __version__,
                }
                journal.append(*key, attempt, "", "opened", payload)
        permit = Permit(*key, attempt, token, "back" if going_back else "forward")
    touched = present.touched if present and resumed else []
    opened = Opened(plan, "back" if going_back else "forward", permit, resumed, touched=touched)
    return with_way_back(context, opened, present) if going_back and present else opened


def open_rollback(context: Context, plan: StagePlan) -> Opened:
    """Open the way back of a stage that is done, running, held or already going back.

    Raises FD610 as open_stage, FD628 when the journal knows nothing that could be taken back, FD634 when a later stage
    stands on this one, FD691 past the point of no return.
    """
    key = (plan.municipality, plan.stage.id)
    progress = context.progress()
    present = progress.get(key)
    if present is None or present.state in ("pending", "rolled back"):
        raise FellesdriftError(
            "FD628",
            f"there is nothing to roll back in the stage {plan.stage.id} of {plan.municipality}",
            key=plan.stage.id,
            found=present.state if present else "pending",
            expected="a stage that is done, running or held",
        )
    if error := no_way_back(context.estate, present):
        raise error
    _refuse_buried(context.estate, plan, progress)
    permit = None
    if context.holder is not None:
        journal = context.writable()
        with journal.transaction() as connection:
            token = lease.acquire(connection, leases_of(context.estate, plan), context.holder)
            if present.state != "going back":
                journal.append(*key, present.attempt, "", "rollback_opened", {"reason": f"asked for ({present.state})"})
        permit = Permit(*key, present.attempt, token, "back")
    return with_way_back(context, Opened(plan, "back", permit, present.state == "going back"), present)


def decide_gates(context: Context, permit: Permit | None, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write the gates' answers; gives those that stop the stage. A stage that stops before any device was touched
    is `refused`, and its leases are given back. A resumed stage is never refused: it must be finished or taken back.
    """
    stopping = [result for result in results if result["result"] != "pass"]
    if permit is not None and context.holder is not None:
        journal = context.writable()
        with journal.transaction() as connection:
            lease.check_and_renew(connection, permit.token, context.holder)
            permit.write(journal, "gates", {"results": results})
            if stopping and not context.progress()[permit.key].touched:
                reason = "; ".join(f"{gate['gate']} on {gate['host']}: {gate['result']}" for gate in stopping)
                permit.write(journal, "refused", {"reason": reason})
                lease.release(connection, permit.token)
    return stopping


def leases_of(estate: Estate, plan: StagePlan) -> list[str]:
    """The leases that a stage needs: the municipality's, and the platform's where it touches what all share."""
    shared = any(estate.hosts[host].municipality != plan.municipality for host in plan.locked)
    return [plan.municipality, "platform"] if shared else [plan.municipality]


def _refuse_buried(estate: Estate, plan: StagePlan, progress: dict[tuple[str, str], StageProgress]) -> None:
    """What a later stage of the same municipality stands on is not taken away under it."""
    for stage in reversed(estate.stages):
        later = progress.get((plan.municipality, stage.id))
        if plan.stage.id in stage.requires and later and later.state not in ("pending", "rolled back"):
            raise FellesdriftError(
                "FD634",
                f"a later stage of {plan.municipality} stands on {plan.stage.id}",
                key=f"{stage.id}.requires",
                found=f"{stage.id} is {later.state}",
                expected=f"{stage.id} pending or rolled back",
                next_step=playbook_command(estate, "rollback", plan.municipality, stage.id),
            )


def with_way_back(context: Context, opened: Opened, progress: StageProgress) -> Opened:
    touched = set(progress.touched)
    waves = [
        Wave(wave.name, [host for host in reversed(wave.hosts) if host in touched])
        for wave in reversed(opened.plan.waves)
    ]
    before, after = _targets(context, progress)
    return Opened(
        plan=opened.plan,
        direction=opened.direction,
        permit=opened.permit,
        resumed=opened.resumed,
        reason=progress.reason,
        touched=progress.touched,
        back_waves=[wave for wave in waves if wave.hosts],
        before=before,
        # in the middle of a change a device is neither before nor after; only a finished one can be held against both
        after=after if progress.state == "done" else {},
    )


def _targets(context: Context, progress: StageProgress) -> tuple[dict[str, Resources], dict[str, Resources]]:
    """host -> what it goes back to, and host -> what it should have now."""
    key = (progress.municipality, progress.stage)
    records = context.journal.records() if context.journal else []
    done = completed(context.progress()) - {key}
    before, after = {}, {}
    for host in progress.touched:
        recorded = progress.hosts[host].before
        without = compose(host, context.estate, done, context.roles_path)
        before[host], after[host] = way_back.targets(way_back.History(records, host), key, recorded, without)
    return before, after
