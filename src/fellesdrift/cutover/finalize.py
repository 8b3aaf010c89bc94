"""The point of no return: declared by a person for a stage that is done, never by the engine itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fellesdrift.cutover import soak
from fellesdrift.cutover.asking import due
from fellesdrift.cutover.next_command import stage_command, status_command
from fellesdrift.cutover.opening import leases_of
from fellesdrift.cutover.permit import Permit
from fellesdrift.cutover.planning import Context, StagePlan
from fellesdrift.cutover.progress import StageProgress
from fellesdrift.cutover.returning import Opened
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fellesdrift.cutover.holding import Holding
    from fellesdrift.estate import Estate


def open_finalize(context: Context, plan: StagePlan) -> Opened:
    """Take the leases of a stage that is to be finalized. Nothing is written; the permit opens no device.

    FD690 when the stage is not done, was finalized already, or its soak is not in the journal; FD610 when somebody else
    holds a lease.
    """
    if context.holder is None:
        _finalizable(context, plan)
        return Opened(plan, "forward", None, resumed=True)
    with context.writable().transaction() as connection:  # nobody takes it back between the look and the lease
        attempt = _finalizable(context, plan).attempt
        token = lease.acquire(connection, leases_of(context.estate, plan), context.holder)
    permit = Permit(plan.municipality, plan.stage.id, attempt, token, "forward")
    return Opened(plan, "forward", permit, resumed=True)


def _finalizable(context: Context, plan: StagePlan) -> StageProgress:
    key = (plan.municipality, plan.stage.id)
    present = context.progress().get(key)
    why = unfinished(plan, present)
    if why or present is None:
        raise _refused(context.estate, key, why or "pending")
    return present


def finalize(holding: Holding, estate: Estate, reason: str, hosts: Iterable[str], found: Mapping[str, Any]) -> None:
    """Write `finalized` and give the leases back. hosts, found: as `soak.judge` takes them.

    FD690 when a manual step of it was not answered with pass or a host does not verify; the leases are given back then
    too, and the stage stays as it is: done, with its way back.
    """
    journal, permit = holding.journal, holding.permit
    evidence = {host: found.get(host) or {"result": "inconclusive", "found": "it was not asked"} for host in hosts}
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, holding.holder)
        shown = holding.shown()
        waiting = [step.id for _, step in due(estate.stage(permit.stage), "finalize") if not shown.passed(step.id)]
        bad = waiting or not evidence or any(one["result"] != "pass" for one in evidence.values())
        if not bad:
            permit.write(journal, "finalized", {"reason": reason, "hosts": evidence})
        lease.release(connection, permit.token)
    if waiting or not evidence:
        raise _refused(estate, permit.key, f"not answered with pass: {', '.join(waiting)}" if waiting else "no host")
    again = f"the stage stays done, with its way back; mend it, then: {stage_command(estate, 'finalize', *permit.key)}"
    soak.refuse_wrong(evidence, "FD690", "a stage that does not verify is not finalized", permit.stage, again)


def unfinished(plan: StagePlan, progress: StageProgress | None) -> str | None:
    """Why the stage cannot be finalized; None when it can."""
    if progress is None or progress.state != "done":
        return progress.state if progress else "pending"
    if progress.finalized:
        return progress.shown.no_way_back
    if plan.stage.soak and "" not in progress.shown.soaked:
        return "done without its soak"
    return None


def _refused(estate: Estate, key: tuple[str, str], found: str) -> FellesdriftError:
    return FellesdriftError(
        "FD690",
        f"the stage {key[1]} of {key[0]} cannot be finalized",
        key=key[1],
        found=found,
        expected="done, soaked, its manual steps answered with pass, and not finalized yet",
        next_step=status_command(estate),
    )
