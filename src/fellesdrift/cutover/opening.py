"""Opening a stage and its way back, and deciding by the gates.

Every function checks first and then writes one record, so that a refusal leaves the journal and the devices alone.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fellesdrift import __version__
from fellesdrift.cutover import ending, quorum, stopping, windows
from fellesdrift.cutover.next_command import next_command, playbook_command, stage_command, status_command
from fellesdrift.cutover.no_return import no_way_back
from fellesdrift.cutover.permit import Permit
from fellesdrift.cutover.plan_digest import digest_plan, refuse_dropped, refuse_other_plan
from fellesdrift.cutover.planning import Context, StagePlan
from fellesdrift.cutover.progress import completed, unfinished_on
from fellesdrift.cutover.returning import Key, Opened, refuse_buried, refuse_drained, with_way_back
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from fellesdrift.cutover.progress import StageProgress
    from fellesdrift.estate import Estate


def open_stage(context: Context, plan: StagePlan, *, new_plan: bool = False) -> Opened:
    """Open or resume the stage: take the leases, write `opened`. Without a holder: a plan, nothing is written. A stage
    that is done but for hosts that were left behind is opened to take them in.

    new_plan   somebody has seen that the plan is another one than the stage was begun with, and wants it
    Raises FD610 when somebody else holds a lease, FD625 when the stage is held and nobody has reconciled it, FD642 when
    another run was faster, FD643 when another stage is unfinished on one of its hosts, FD653 after a stop was asked
    for, FD657 when it would be resumed by another plan, or by a new one that leaves out what it has changed.
    """
    if context.holder is None:
        return _open_stage(context, plan, None, new_plan=new_plan)
    if stopping.signals():
        key = (plan.municipality, plan.stage.id)
        raise stopping.StopAskedError(plan.stage.id, playbook_command(context.estate, "cutover", *key))
    with context.writable().transaction() as connection:  # what the journal says now, and nobody writes meanwhile
        token = lease.acquire(connection, leases_of(context.estate, plan), context.holder)
        return _open_stage(context, plan, token, new_plan=new_plan)


def _open_stage(context: Context, plan: StagePlan, token: str | None, *, new_plan: bool) -> Opened:
    """token: of the leases; None in a plan."""
    key, progress = (plan.municipality, plan.stage.id), context.progress()
    present = progress.get(key)
    _refuse_held(context.estate, present)
    resumed = present is not None and present.state in ("running", "stopped", "going back", "held")
    going_back = present is not None and present.takes_back
    # a run that takes somebody in stays one when it is cut off: others may stand on the stage already
    taking_in = (list(present.left) if present.state == "done" else list(present.taking_in)) if present else []
    if present is not None and present.state == "done" and not taking_in:
        raise _overtaken(context.estate, key, f"{key[1]} of {key[0]} is done")
    known = present if present and (resumed or taking_in) else None
    if known and going_back:
        known = replace(known, state="going back")
    attempt = known.attempt if known else uuid.uuid4().hex
    permit = None
    if token is not None:
        if not going_back:
            _refuse_outdated(context.estate, plan, progress)
            _refuse_unfinished(context.estate, plan, progress)
            if present and resumed:
                (refuse_dropped if new_plan else refuse_other_plan)(context, plan, present)
            payload = {
                "title": plan.stage.title,
                "waves": [wave.as_data() for wave in plan.waves],
                "resumed": resumed,
                "version": __version__,
                "plan": digest_plan(context, plan),
                "new_plan": bool(new_plan and resumed),
                "taking_in": taking_in,
                "window": windows.recorded(context.estate, *key),
            }
            context.writable().append(*key, attempt, "", "opened", payload)
        else:
            _resume_way_back(context, key, attempt)
        permit = Permit(*key, attempt, token, "back" if going_back else "forward")
    opened = Opened(
        plan,
        "back" if going_back else "forward",
        permit,
        resumed,
        touched=known.in_hand if known else [],
        drained=known.drained if known else [],
    )
    return with_way_back(context, opened, known) if going_back and known else opened


def _refuse_outdated(estate: Estate, plan: StagePlan, progress: dict[Key, StageProgress]) -> None:
    """What all share is written as the plan has it: one that was made before another stage ended would cut that one's
    work out of it."""
    now = completed(progress)
    if plan.completed is not None and plan.completed != now:
        others = ", ".join(f"{stage} of {name}" for name, stage in sorted(plan.completed ^ now))
        raise _overtaken(estate, (plan.municipality, plan.stage.id), f"done, or taken back, meanwhile: {others}")


def _refuse_unfinished(estate: Estate, plan: StagePlan, progress: dict[Key, StageProgress]) -> None:
    """FD643 when another stage is unfinished on a host of this one: nobody else's plan knows what it has brought, and
    would take it out under users who may be on it already."""
    key = (plan.municipality, plan.stage.id)
    for host in plan.locked:
        for other in sorted(unfinished_on(progress, host) - {key}):
            raise FellesdriftError(
                "FD643",
                f"the stage {key[1]} of {key[0]} would change a host on which another stage is not finished",
                host=host,
                key=key[1],
                found=f"{other[1]} of {other[0]} is {progress[other].state}",
                expected=f"{other[1]} of {other[0]} done or rolled back",
                next_step=next_command(estate, progress[other]),
            )


def _overtaken(estate: Estate, key: Key, found: str) -> FellesdriftError:
    return FellesdriftError(
        "FD642",
        f"another run was faster than this one with the stage {key[1]} of {key[0]}",
        key=key[1],
        found=found,
        expected="a stage that is not done, and a journal as it was when this run planned it",
        next_step=playbook_command(estate, "cutover", *key),
    )


def _refuse_held(estate: Estate, present: StageProgress | None) -> None:
    if present is not None and present.state == "held" and present.reconciled != "continue":
        key = (present.municipality, present.stage)
        raise FellesdriftError(
            "FD625",
            f"the stage {present.stage} of {present.municipality} is held",
            host=", ".join(present.held_hosts),
            key=present.stage,
            found=present.reason,
            expected="the devices named mended, and a choice made",
            next_step=stage_command(estate, "reconcile", *key),
        )


def open_rollback(context: Context, plan: StagePlan) -> Opened:
    """Open the way back of a stage that is done, running, held or already going back.

    Raises FD610 as open_stage, FD628 when the journal knows nothing that could be taken back, FD634 when another stage
    stands on this one, FD643 when another one has drained a host of this one, FD653 after a stop was asked for, FD691
    past the point of no return.
    """
    if context.holder is None:
        return _open_rollback(context, plan, None)
    if stopping.signals():
        key = (plan.municipality, plan.stage.id)
        raise stopping.StopAskedError(plan.stage.id, playbook_command(context.estate, "rollback", *key))
    with context.writable().transaction() as connection:
        token = lease.acquire(connection, leases_of(context.estate, plan), context.holder)
        return _open_rollback(context, plan, token)


def _open_rollback(context: Context, plan: StagePlan, token: str | None) -> Opened:
    key, progress = (plan.municipality, plan.stage.id), context.progress()
    present = progress.get(key)
    if present is None or present.state in ("pending", "rolled back"):
        raise FellesdriftError(
            "FD628",
            f"there is nothing to roll back in the stage {plan.stage.id} of {plan.municipality}",
            key=plan.stage.id,
            found=present.state if present else "pending",
            expected="a stage that is done, running, stopped or held",
            next_step=status_command(context.estate),
        )
    all_of_it = present.state != "going back" or bool(present.taking_in)  # and no run is gone on with
    present = replace(present, taking_in=[], asked_back=all_of_it or present.asked_back)
    if error := no_way_back(context.estate, present):
        raise error
    refuse_buried(context.estate, key, progress)
    refuse_drained(context.estate, key, present.touched, progress)
    permit = None
    if token is not None:
        if all_of_it:
            reason = f"asked for ({present.state})"
            context.writable().append(*key, present.attempt, "", "rollback_opened", {"reason": reason})
        else:
            _resume_way_back(context, key, present.attempt)
        permit = Permit(*key, present.attempt, token, "back")
    return with_way_back(context, Opened(plan, "back", permit, not all_of_it), present)


def _resume_way_back(context: Context, key: Key, attempt: str) -> None:
    """A stop that was asked of the run before this one, which was killed, is not asked of this one."""
    context.writable().append(*key, attempt, "", "way_back_resumed", {"version": __version__})


def decide_gates(context: Context, permit: Permit | None, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write the gates' answers; gives those that stop the stage. A stage that stops before any device was touched or
    drained is `refused`, and its leases are given back. A resumed stage is never refused: it must be finished or taken
    back. What was overridden stands in the record with its own answer, and stops nothing.
    A host that answers nothing stops no stage whose quorum is met without it: its wave asks it again, and names it.
    """
    failing = [result for result in results if result["result"] != "pass" and "overridden" not in result]
    if permit is not None and context.holder is not None:
        journal = context.writable()
        with journal.transaction() as connection:
            lease.check_and_renew(connection, permit.token, context.holder)
            present = context.progress()[permit.key]
            excused = quorum.excused(present.waves, results)
            failing = [result for result in failing if result["host"] not in excused]
            permit.write(journal, "gates", {"results": results})
            if failing and not present.in_hand:
                reason = "; ".join(
                    f"{gate['gate']} {'on' if gate['host'] else 'of'} {gate['host'] or 'the estate'}: {gate['result']}"
                    for gate in failing
                )
                ending.refuse(journal, permit, present, reason)
                lease.release(connection, permit.token)
    return failing


def leases_of(estate: Estate, plan: StagePlan) -> list[str]:
    """The leases that a stage needs: the municipality's, and the platform's where it touches what all share."""
    shared = any(estate.hosts[host].municipality != plan.municipality for host in plan.locked)
    return [plan.municipality, "platform"] if shared else [plan.municipality]
