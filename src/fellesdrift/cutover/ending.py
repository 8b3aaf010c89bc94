"""How a stage ends: done, failed and going back, rolled back or held.

Every function checks first, the lease too, and then writes one record. Nobody is taken at their word: the journal has
to show it. Who has lost the lease writes nothing into what another run has taken over (FD611).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fellesdrift.cutover.next_command import playbook_command
from fellesdrift.cutover.opening import Opened, with_way_back
from fellesdrift.cutover.permit import Permit
from fellesdrift.cutover.planning import Context, plan_stage
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from collections.abc import Collection

    from fellesdrift.cutover.progress import StageProgress
    from fellesdrift.estate import Stage


def fail_stage(context: Context, permit: Permit, reason: str) -> Opened:
    """The stage failed: from now on it goes back. Gives the way back. Past its point of no return it is held instead,
    and the way back is empty."""
    journal = context.writable()
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, context.acting())
        state = context.progress()[permit.key]
        told = "; ".join(state.failures) or "; ".join(line.strip() for line in reason.splitlines())
        if state.state == "running" and state.shown.no_way_back:
            permit.write(journal, "held", _past_return(context, state, told))
        elif state.state == "running":
            permit.write(journal, "failed", {"reason": told})
    present = context.progress()[permit.key]
    plan = plan_stage(context, permit.municipality, permit.stage)
    back = Permit(permit.municipality, permit.stage, permit.attempt, permit.token, "back")
    opened = Opened(plan, "back", back, resumed=False, reason=present.reason)
    return opened if present.state == "held" else with_way_back(context, opened, present)


def _past_return(context: Context, state: StageProgress, reason: str) -> dict[str, Any]:
    """What is recorded of a stage that failed where nothing may be taken back any more."""
    return {
        "hosts": state.touched,
        "last_confirmed": {name: (state.hosts[name].confirmed or ["none"])[-1] for name in state.touched},
        "reason": f"{reason}; no way back: {state.shown.no_way_back}",
        "next": playbook_command(context.estate, "cutover", state.municipality, state.stage)
        + " -e after_held=continue",
    }


def close_stage(context: Context, permit: Permit) -> None:
    """The stage is done, and its leases are given back. FD629 when the journal does not show every host of it
    verified and saved, its soak ended and its manual steps passed in this attempt: nobody is taken at their word."""
    journal = context.writable()
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, context.acting())
        progress = context.progress()[permit.key]
        plan = plan_stage(context, permit.municipality, permit.stage)
        open_ends = [host for host in plan.hosts if host not in progress.hosts or not progress.hosts[host].saved]
        unshown = _unshown(plan.stage, progress)
        if progress.state != "running" or open_ends or unshown:
            raise FellesdriftError(
                "FD629",
                f"the stage {permit.stage} of {permit.municipality} cannot be called done",
                host=", ".join(open_ends) or None,
                key=permit.stage,
                found=f"the stage is {progress.state}; not verified and saved: {', '.join(open_ends) or 'none'}"
                + (f"; not shown: {', '.join(unshown)}" if unshown else ""),
                expected="a running stage with every host verified and saved, soaked, and its manual steps passed",
            )
        permit.write(journal, "done", {"verified": plan.hosts})
        lease.release(connection, permit.token)


def _unshown(stage: Stage, progress: StageProgress) -> list[str]:
    """What the attempt has not shown yet of its soaks and manual steps. A wave without hosts is never begun."""
    shown = progress.shown
    soaks = [wave.name for wave in stage.waves if wave.soak and wave.name in shown.waves] + [""] * bool(stage.soak)
    missing = [f"soak of {name or 'the stage'}" for name in soaks if name not in shown.soaked]
    steps = [step for step in stage.steps if step.when in ("before", "after")]
    steps += [step for step in stage.steps if step.when == "canary" and _has_canary(stage, shown.waves)]
    return missing + [f"manual step {step.id}" for step in steps if not shown.passed(step.id)]


def _has_canary(stage: Stage, waves: Collection[str]) -> bool:
    return any(wave.canary and wave.name in waves for wave in stage.waves)


def settle(context: Context, permit: Permit) -> StageProgress:
    """After the way back: `rolled_back` when every touched host is back, else `held`. Gives the leases back."""
    journal = context.writable()
    key = permit.key
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, context.acting())
        progress = context.progress()[key]
        if progress.state == "held":
            pass  # nothing was taken back, and the record of why is written
        elif progress.touched:
            last = {name: (progress.hosts[name].confirmed or ["none"])[-1] for name in progress.touched}
            payload = {
                "hosts": progress.touched,
                "last_confirmed": last,
                "reason": "; ".join(f"{name}: not back, last confirmed step: {step}" for name, step in last.items()),
                "next": playbook_command(context.estate, "rollback", *key),
            }
            permit.write(journal, "held", payload)
        else:
            permit.write(journal, "rolled_back", {"reason": progress.reason})
        lease.release(connection, permit.token)
    return context.progress()[key]
