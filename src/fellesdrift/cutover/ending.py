"""How a stage ends: done, failed and going back, rolled back or held.

Every function checks first, the lease too, and then writes one record. Nobody is taken at their word: the journal has
to show it. Who has lost the lease writes nothing into what another run has taken over (FD611).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fellesdrift.cutover import quorum, stopping
from fellesdrift.cutover.next_command import Placed, next_command, playbook_command, stage_command
from fellesdrift.cutover.permit import Permit
from fellesdrift.cutover.planning import Context, plan_back
from fellesdrift.cutover.progress import AT_WORK, read_progress
from fellesdrift.cutover.returning import Opened, with_way_back
from fellesdrift.cutover.way_back import History
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from fellesdrift.cutover.progress import StageProgress
    from fellesdrift.estate import Stage
    from fellesdrift.journal import Journal


def fail_stage(context: Context, permit: Permit, reason: str) -> Opened:
    """The stage failed: from now on it goes back. Gives the way back. Past its point of no return it is held instead,
    and the way back is empty. Where nothing failed and a stop was asked for, it stays where it is (`stopping`), and
    what is drained is all that is given back."""
    journal = context.writable()
    stopping.note_signal(journal, permit, context.acting())
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, context.acting())
        state = context.progress()[permit.key]
        # what was found wrong is why, whatever the task that ended first has said: it may have heard of a stop alone
        shown = state.shown.failing if state.stop is not None else None
        told = "; ".join(state.failures) or shown or "; ".join(line.strip() for line in reason.splitlines())
        failed = state.failures or state.shown.failing
        stopped = state.state == "running" and state.stop is not None and not failed
        if state.state == "running" and state.shown.no_way_back and not stopped:
            permit.write(journal, "held", _past_return(context, state, told))
        elif state.state == "running" and not stopped:
            permit.write(journal, "failed", {"reason": told})
            stopping.use_up_signals()
    present = context.progress()[permit.key]
    plan = plan_back(context, present)
    if stopped:
        told = "a stop was asked for"
        return Opened(plan, "forward", permit, resumed=False, reason=told, drained=present.drained, stopping=True)
    back = Permit(permit.municipality, permit.stage, permit.attempt, permit.token, "back")
    opened = Opened(plan, "back", back, resumed=False, reason=present.reason, drained=present.drained)
    return opened if present.state == "held" else with_way_back(context, opened, present)


def _past_return(context: Context, state: StageProgress, reason: str) -> dict[str, Any]:
    """What is recorded of a stage that failed where nothing may be taken back any more."""
    return {
        "hosts": state.touched,
        "last_confirmed": {name: state.last_confirmed(name) for name in state.touched},
        "reason": f"{reason}; no way back: {state.shown.no_way_back}",
        "next": stage_command(context.estate, "reconcile", state.municipality, state.stage),
    }


def close_stage(context: Context, permit: Permit) -> None:
    """The stage is done, and its leases are given back. FD629 when the journal does not show every host of it
    verified and saved, its soak ended and its manual steps passed in this attempt: nobody is taken at their word."""
    journal = context.writable()
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, context.acting())
        progress = context.progress()[permit.key]
        left = progress.left
        hosts = [host for wave in progress.waves for host in wave["hosts"]]  # as the stage was opened
        saved = [host for host in hosts if host in progress.hosts and progress.hosts[host].saved]
        # a new plan may have left out what the one before it has changed
        wanted = dict.fromkeys([*hosts, *(host for host in progress.touched if not progress.hosts[host].saved)])
        open_ends = [host for host in wanted if host not in saved and host not in left]
        if not quorum.met_without(progress.waves, left):
            open_ends += [host for host in hosts if host in left]
        unshown = _unshown(context.estate.stage(permit.stage), progress)
        if progress.drained:
            raise _still_drained(context, progress)
        if progress.state != "running" or open_ends or unshown:
            raise FellesdriftError(
                "FD629",
                f"the stage {permit.stage} of {permit.municipality} cannot be called done",
                host=", ".join(open_ends) or None,
                key=permit.stage,
                found=f"the stage is {progress.state}; not verified and saved: {', '.join(open_ends) or 'none'}"
                + (f"; not shown: {', '.join(unshown)}" if unshown else ""),
                expected="a running stage with every host verified and saved, soaked, and its manual steps passed",
                next_step=playbook_command(context.estate, "cutover", *permit.key),
            )
        permit.write(journal, "done", _done(saved, left))
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


def refuse(journal: Journal, permit: Permit, progress: StageProgress, reason: str) -> None:
    """A run that ends before it has changed anything: as if it had never been, so a stage in which some were to be
    taken in is done as it was. The caller holds the lease, and gives it back."""
    if not progress.taking_in:
        permit.write(journal, "refused", {"reason": reason})
        return
    payload = _done_but_for(progress, progress.left)
    permit.write(journal, "done", payload | {"refused": reason, "reason": f"{payload['reason']}; refused: {reason}"})


def _done_but_for(progress: StageProgress, left: Mapping[str, str]) -> dict[str, Any]:
    return _done([host for host, one in progress.hosts.items() if one.saved and host not in left], left)


def _done(saved: list[str], left: Mapping[str, str]) -> dict[str, Any]:
    payload: dict[str, Any] = {"verified": saved, "left": list(left)}
    if left:
        payload["reason"] = "left behind: " + "; ".join(f"{host} ({why})" for host, why in left.items())
    return payload


def _still_drained(context: Context, progress: StageProgress) -> FellesdriftError:
    return FellesdriftError(
        "FD654",
        "a host is still drained for a wave that has ended",
        host=", ".join(progress.drained),
        key=progress.stage,
        found="; ".join(f"{host}: {_named(progress.hosts[host].drained)}" for host in progress.drained),
        expected="everything that was drained given back",
        next_step=stage_command(context.estate, "reconcile", progress.municipality, progress.stage),
    )


def settle(context: Context, permit: Permit) -> StageProgress:
    """Where a run that did not get its stage done has left it. Gives the leases back.

    rolled back   every touched host is back
    stopped       a stop was asked for, and no host is half way or drained
    done          the hosts that were to be taken in are back and stay behind; all others are as they were: done
    held          anything else: a host is half way or drained and cannot be reached, or was to be made again what
                  somebody else has changed, beside those that were to be taken in, and is not verified
    """
    with context.writable().transaction() as connection:
        lease.check_and_renew(connection, permit.token, context.acting())
        _settle(context.writable(), context.estate, permit, context.progress()[permit.key])
        lease.release(connection, permit.token)
    return context.progress()[permit.key]


def settle_now(journal: Journal, estate: Placed, permit: Permit, holder: lease.Holder) -> StageProgress:
    """The same of a run that was told to stop at once: its workers are gone, and what they were doing is half way. The
    devices' own switches take that back. FD611 without the lease."""
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, holder)
        progress = read_progress(journal.current(*permit.key))[permit.key]
        if progress.state in AT_WORK:
            stopping.ask_to_stop(journal, permit, "now")
            _settle(journal, estate, permit, read_progress(journal.current(*permit.key))[permit.key])
        lease.release(connection, permit.token)
    return read_progress(journal.current(*permit.key))[permit.key]


def _settle(journal: Journal, estate: Placed, permit: Permit, progress: StageProgress) -> None:
    back = progress.state == "going back"
    astray = progress.astray if back else progress.midway
    unsafe = bool(progress.midway or progress.drained)
    if progress.taking_in and back and not unsafe and not astray:
        astray = _unproven(progress)
    if progress.state == "held":  # past the point of no return; why is written already, and nothing was taken back
        if progress.drained:
            permit.write(journal, "held", _held(estate, permit, progress, astray))
    elif not unsafe and (progress.stop and astray if back else True):
        shown = [progress.shown.failing] if progress.shown.failing else []
        reason = "; ".join(["a stop was asked for", *progress.failures, *shown])
        permit.write(journal, "stopped", {"reason": reason, "next": next_command(estate, progress)})
    elif unsafe or astray:
        permit.write(journal, "held", _held(estate, permit, progress, astray))
    elif progress.taking_in:
        why = f"taken back after: {_with_overwritten(journal, progress)}"
        for host in progress.taking_in:
            journal.append(*permit.key, permit.attempt, host, "host_left", {"reason": why})
        permit.write(journal, "done", _done_but_for(progress, dict.fromkeys(progress.taking_in, why)))
    else:
        permit.write(journal, "rolled_back", {"reason": _with_overwritten(journal, progress)})


def _with_overwritten(journal: Journal, progress: StageProgress) -> str:
    """Why it went back; and what of somebody else's a way back that nobody asked for, and that waits for nobody, has
    put back with it."""
    key, told = (progress.municipality, progress.stage), [str(progress.reason)]
    if not progress.asked_back:
        for host, one in progress.hosts.items():
            found = History(journal.records(host=host), host).overwritten(key) if one.back else []
            said = f"somebody else had changed {host}, and it is as it was before the stage"
            told += [f"{said}: {line}" for line in found]
    return "; ".join(told)


def _unproven(progress: StageProgress) -> list[str]:
    """The other hosts of a run that was to take some in which it has changed again, because somebody else had, and has
    not verified and saved since. They are no part of its way back, and cannot be called done."""
    return [host for host in progress.touched if not progress.hosts[host].saved and host not in progress.taking_in]


def _held(estate: Placed, permit: Permit, progress: StageProgress, astray: list[str]) -> dict[str, Any]:
    last = {name: progress.last_confirmed(name) for name in astray}
    reasons = [f"{name}: {_where(progress, name)}, last confirmed step: {step}" for name, step in last.items()]
    reasons += [
        f"{name}: drained and not given back: {_named(progress.hosts[name].drained)}" for name in progress.drained
    ]
    if progress.state == "held":
        reasons.insert(0, str(progress.reason))
    return {
        "hosts": list(dict.fromkeys([*astray, *progress.drained])),
        "last_confirmed": last,
        "reason": "; ".join(reasons),
        "next": stage_command(estate, "reconcile", *permit.key),
    }


def _where(progress: StageProgress, host: str) -> str:
    if progress.state != "going back":
        return "half way"
    return "not back" if host in progress.astray else "changed by somebody else, and not verified since"


def _named(resources: Mapping[str, Mapping[str, Any]]) -> str:
    return ", ".join(f"{kind} {key}" for kind, keys in resources.items() for key in keys) or "nothing"
