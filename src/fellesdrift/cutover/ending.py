"""How a stage ends: done, failed and going back, rolled back or held.

Every function checks first, the lease too, and then writes one record. Nobody is taken at their word: the journal has
to show it. Who has lost the lease writes nothing into what another run has taken over (FD611).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.cutover.next_command import playbook_command
from fellesdrift.cutover.opening import Opened, with_way_back
from fellesdrift.cutover.permit import Permit
from fellesdrift.cutover.planning import Context, plan_stage
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from fellesdrift.cutover.progress import StageProgress


def fail_stage(context: Context, permit: Permit, reason: str) -> Opened:
    """The stage failed: from now on it goes back. Gives the way back."""
    journal = context.writable()
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, context.acting())
        state = context.progress()[permit.key]
        if state.state == "running":
            permit.write(journal, "failed", {"reason": "; ".join(state.failures) or reason})
    present = context.progress()[permit.key]
    plan = plan_stage(context, permit.municipality, permit.stage)
    back = Permit(permit.municipality, permit.stage, permit.attempt, permit.token, "back")
    return with_way_back(context, Opened(plan, "back", back, resumed=False), present)


def close_stage(context: Context, permit: Permit) -> None:
    """The stage is done, and its leases are given back. FD629 when the journal does not show every host of it
    verified and saved in this attempt: nobody is taken at their word."""
    journal = context.writable()
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, context.acting())
        progress = context.progress()[permit.key]
        plan = plan_stage(context, permit.municipality, permit.stage)
        open_ends = [host for host in plan.hosts if host not in progress.hosts or not progress.hosts[host].saved]
        if progress.state != "running" or open_ends:
            raise FellesdriftError(
                "FD629",
                f"the stage {permit.stage} of {permit.municipality} cannot be called done",
                host=", ".join(open_ends) or None,
                key=permit.stage,
                found=f"the stage is {progress.state}; not verified and saved: {', '.join(open_ends) or 'none'}",
                expected="a running stage with every host verified and saved",
            )
        permit.write(journal, "done", {"verified": plan.hosts})
        lease.release(connection, permit.token)


def settle(context: Context, permit: Permit) -> StageProgress:
    """After the way back: `rolled_back` when every touched host is back, else `held`. Gives the leases back."""
    journal = context.writable()
    key = permit.key
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, context.acting())
        progress = context.progress()[key]
        if progress.touched:
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
