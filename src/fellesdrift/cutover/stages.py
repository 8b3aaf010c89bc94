"""Opening, deciding and closing a stage: what the `stage` action does, in plain Python.

Every function checks first and then writes one record, so that a refusal leaves the journal and the devices alone.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from fellesdrift import __version__
from fellesdrift.compose import compose
from fellesdrift.cutover import lease, way_back
from fellesdrift.cutover.flows import flows_of
from fellesdrift.cutover.next_command import playbook_command
from fellesdrift.cutover.permit import Direction, Permit
from fellesdrift.cutover.probes import Probe, probes_of_stage
from fellesdrift.cutover.progress import StageProgress, completed, read_progress
from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from fellesdrift.compose import Resources
    from fellesdrift.cutover.journal import Journal
    from fellesdrift.estate import Estate, Stage


@dataclass(frozen=True)
class Wave:
    """Hosts that are changed one after the other, before anything later is touched."""

    name: str
    hosts: list[str]


@dataclass(frozen=True)
class StagePlan:
    """What a stage means for a municipality: a pure function of the estate and of what is completed.

    desired   host -> resources with the stage
    probes    observer -> its probes; the observers are the stage's own hosts and the municipality's routers
    flows     host -> the rows of the zone policy that decide at it, of those hosts that have any
    """

    municipality: str
    stage: Stage
    waves: list[Wave]
    desired: dict[str, Resources]
    probes: dict[str, list[Probe]]
    flows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def hosts(self) -> list[str]:
        """The hosts that the stage changes, in the order of its waves."""
        return [host for wave in self.waves for host in wave.hosts]


@dataclass(frozen=True)
class Context:
    """What the operations stand on.

    journal   None only where nothing was ever written and nothing will be
    holder    the process that takes the leases; None in a plan, which writes nothing
    """

    estate: Estate
    roles_path: Sequence[Path]
    journal: Journal | None
    holder: lease.Holder | None = None

    def progress(self) -> dict[tuple[str, str], StageProgress]:
        """Where every stage stands."""
        return read_progress(self.journal.records()) if self.journal else {}

    def writable(self) -> Journal:
        """The journal, for a function that writes."""
        if self.journal is None:
            raise FellesdriftError(
                "FD602", "the estate's journal is not there", file=str(self.estate.journal), found="no file"
            )
        return self.journal


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


def pending(context: Context, municipality: str, only: str | None = None) -> list[str]:
    """The municipality's stages that are not done, in order. FD621 for a municipality or a stage that is not there."""
    estate = context.estate
    mine = [stage.id for stage in estate.stages if municipality in stage.municipalities]
    if not mine or (only is not None and only not in mine):
        known = sorted({name for stage in estate.stages for name in stage.municipalities})
        raise FellesdriftError(
            "FD621",
            "there is no such stage for this municipality",
            key=f"municipality={municipality}" + (f" stage={only}" if only else ""),
            found=f"stages of {municipality}: {', '.join(mine) or 'none'}",
            expected=f"one of the municipalities {', '.join(known)}" if not mine else f"one of {', '.join(mine)}",
        )
    progress = context.progress()
    done = completed(progress)
    return [name for name in mine if (municipality, name) not in done and only in (None, name)]


def completed_state(context: Context, municipality: str) -> dict[str, Resources]:
    """host -> desired resources at the completed stages, of the hosts that a run for this municipality is over. Hosts
    that nothing claims, and hosts that an unfinished stage is about to change or has changed, are left out."""
    estate, progress = context.estate, context.progress()
    unfinished = {
        host
        for stage in progress.values()
        if stage.state in ("running", "going back", "held")
        for wave in estate.stage(stage.stage).waves
        for host in estate.select(wave.hosts, stage.municipality)
    }
    done = completed(progress)
    state = {}
    for name, host in estate.hosts.items():
        if host.municipality in (municipality, estate.host_municipality) and name not in unfinished:
            state[name] = compose(name, estate, done, context.roles_path)
    return {name: resources for name, resources in state.items() if resources}


def plan_stage(context: Context, municipality: str, stage_id: str, also: Collection[str] = ()) -> StagePlan:
    """The stage's waves, desired resources and probes.

    also   stages of this municipality that are taken as completed (a plan of several stages in a row)
    Raises FD623 when a required stage is not completed, FD626 when a host outside the stage would change, FD627 when
    a host of the stage would have no desired state.
    """
    estate = context.estate
    stage = estate.stage(stage_id)
    done = completed(context.progress()) | {(municipality, name) for name in also}
    missing = [name for name in stage.requires if (municipality, name) not in done]
    if missing:
        raise FellesdriftError(
            "FD623",
            f"the stage {stage_id} of {municipality} requires another stage first",
            key=f"{stage_id}.requires",
            found=f"not completed: {', '.join(missing)}",
            expected="completed",
        )
    waves = [Wave(wave.name, estate.select(wave.hosts, municipality)) for wave in stage.waves]
    waves = [wave for wave in waves if wave.hosts]
    inside = [host for wave in waves for host in wave.hosts]
    desired = {}
    for host in estate.hosts:
        with_stage = compose(host, estate, done | {(municipality, stage_id)}, context.roles_path)
        if host in inside:
            desired[host] = with_stage
        elif with_stage != compose(host, estate, done, context.roles_path):
            raise FellesdriftError(
                "FD626",
                f"the stage {stage_id} would change a host that is none of its hosts",
                host=host,
                key=f"{stage_id}.waves",
                found=f"the role {stage.role} claims resources of {host}",
                expected="a wave that names the host, or a fragment that leaves it alone",
            )
    for host in inside:
        if not desired[host]:
            raise FellesdriftError(
                "FD627",
                f"the stage {stage_id} says nothing of one of its hosts",
                host=host,
                key=f"{stage_id}.waves",
                found="an empty desired state",
                expected=f"a fragment of the role {stage.role} for a group of {host}; empty is never clean",
            )
    flows = flows_of(estate, done | {(municipality, stage_id)}, inside)
    return StagePlan(municipality, stage, waves, desired, probes_of_stage(estate, municipality, inside), flows)


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
            token = lease.acquire(connection, _leases(context.estate, plan), context.holder)
            if not going_back:
                payload = {
                    "title": plan.stage.title,
                    "waves": [{"name": wave.name, "hosts": wave.hosts} for wave in plan.waves],
                    "resumed": resumed,
                    "version": __version__,
                }
                journal.append(*key, attempt, "", "opened", payload)
        permit = Permit(*key, attempt, token, "back" if going_back else "forward")
    touched = present.touched if present and resumed else []
    opened = Opened(plan, "back" if going_back else "forward", permit, resumed, touched=touched)
    return _with_way_back(context, opened, present) if going_back and present else opened


def open_rollback(context: Context, plan: StagePlan) -> Opened:
    """Open the way back of a stage that is done, running, held or already going back.

    Raises FD610 as open_stage, FD628 when the journal knows nothing that could be taken back, FD634 when a later stage
    stands on this one.
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
    _refuse_buried(context.estate, plan, progress)
    permit = None
    if context.holder is not None:
        journal = context.writable()
        with journal.transaction() as connection:
            token = lease.acquire(connection, _leases(context.estate, plan), context.holder)
            if present.state != "going back":
                journal.append(*key, present.attempt, "", "rollback_opened", {"reason": f"asked for ({present.state})"})
        permit = Permit(*key, present.attempt, token, "back")
    return _with_way_back(context, Opened(plan, "back", permit, present.state == "going back"), present)


def decide_gates(context: Context, permit: Permit | None, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write the gates' answers; gives those that stop the stage. A stage that stops before any device was touched
    is `refused`, and its leases are given back. A resumed stage is never refused: it must be finished or taken back.
    """
    stopping = [result for result in results if result["result"] != "pass"]
    if permit is not None and context.holder is not None:
        journal = context.writable()
        with journal.transaction() as connection:
            lease.check_and_renew(connection, permit.token, context.holder)
            _append(journal, permit, "gates", {"results": results})
            if stopping and not _touched(context, permit):
                reason = "; ".join(f"{gate['gate']} on {gate['host']}: {gate['result']}" for gate in stopping)
                _append(journal, permit, "refused", {"reason": reason})
                lease.release(connection, permit.token)
    return stopping


def fail_stage(context: Context, permit: Permit, reason: str) -> Opened:
    """The stage failed: from now on it goes back. Gives the way back."""
    journal = context.writable()
    with journal.transaction():
        state = context.progress()[(permit.municipality, permit.stage)]
        if state.state == "running":
            _append(journal, permit, "failed", {"reason": "; ".join(state.failures) or reason})
    present = context.progress()[(permit.municipality, permit.stage)]
    plan = plan_stage(context, permit.municipality, permit.stage)
    back = Permit(permit.municipality, permit.stage, permit.attempt, permit.token, "back")
    return _with_way_back(context, Opened(plan, "back", back, resumed=False), present)


def close_stage(context: Context, permit: Permit) -> None:
    """The stage is done, and its leases are given back. FD629 when the journal does not show every host of it
    verified and saved in this attempt: nobody is taken at their word."""
    journal = context.writable()
    with journal.transaction() as connection:
        progress = context.progress()[(permit.municipality, permit.stage)]
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
        _append(journal, permit, "done", {"verified": plan.hosts})
        lease.release(connection, permit.token)


def settle(context: Context, permit: Permit) -> StageProgress:
    """After the way back: `rolled_back` when every touched host is back, else `held`. Gives the leases back."""
    journal = context.writable()
    key = (permit.municipality, permit.stage)
    with journal.transaction() as connection:
        progress = context.progress()[key]
        if progress.touched:
            last = {name: (progress.hosts[name].confirmed or ["none"])[-1] for name in progress.touched}
            payload = {
                "hosts": progress.touched,
                "last_confirmed": last,
                "reason": "; ".join(f"{name}: not back, last confirmed step: {step}" for name, step in last.items()),
                "next": playbook_command(context.estate, "rollback", *key),
            }
            _append(journal, permit, "held", payload)
        else:
            _append(journal, permit, "rolled_back", {"reason": progress.reason})
        lease.release(connection, permit.token)
    return context.progress()[key]


def _append(journal: Journal, permit: Permit, event: str, payload: dict[str, Any]) -> None:
    journal.append(permit.municipality, permit.stage, permit.attempt, "", event, payload)


def _touched(context: Context, permit: Permit) -> list[str]:
    return context.progress()[(permit.municipality, permit.stage)].touched


def _leases(estate: Estate, plan: StagePlan) -> list[str]:
    shared = any(estate.hosts[host].municipality != plan.municipality for host in plan.hosts)
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


def _with_way_back(context: Context, opened: Opened, progress: StageProgress) -> Opened:
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
