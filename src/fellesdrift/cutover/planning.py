"""What a stage means for a municipality: waves, desired state and probes. Nothing is written here."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from fellesdrift.compose import compose
from fellesdrift.cutover.flows import flows_of
from fellesdrift.cutover.next_command import playbook_command
from fellesdrift.cutover.probes import Probe, probes_of_stage
from fellesdrift.cutover.progress import UNFINISHED, StageProgress, completed, read_progress
from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from fellesdrift.compose import Resources
    from fellesdrift.estate import Estate, Stage
    from fellesdrift.estate.stages import Wave as StageWave
    from fellesdrift.journal import Journal, lease


@dataclass(frozen=True)
class Wave:
    """Hosts that are changed one after the other, before anything later is touched.

    quorum   how many of them must be done; None: all
    drain    host -> resources that hold only while the wave runs
    canary   it is verified by itself before anything else is changed
    soak     minutes of repeated verification after it; None: none
    """

    name: str
    hosts: list[str]
    quorum: int | None = None
    drain: dict[str, Resources] = field(default_factory=dict)
    canary: bool = False
    soak: int | None = None

    def as_data(self) -> dict[str, Any]:
        """JSON data, as the journal keeps it and the playbooks go by it."""
        return asdict(self)


@dataclass(frozen=True)
class StagePlan:
    """What a stage means for a municipality: a pure function of the estate and of what is completed.

    desired   host -> resources with the stage
    probes    observer -> its probes; the observers are the stage's own hosts and the municipality's routers
    flows     host -> the rows of the zone policy that decide at it, of those hosts that have any
    completed the (municipality, stage id)s that were done by the journal when it was made; None: it stands on none
    """

    municipality: str
    stage: Stage
    waves: list[Wave]
    desired: dict[str, Resources]
    probes: dict[str, list[Probe]]
    flows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    completed: frozenset[tuple[str, str]] | None = None

    @property
    def hosts(self) -> list[str]:
        """The hosts that the stage changes, in the order of its waves."""
        return [host for wave in self.waves for host in wave.hosts]

    @property
    def drained(self) -> dict[str, Resources]:
        """Every host that a wave drains -> what the first of them drains it to."""
        drained: dict[str, Resources] = {}
        for wave in self.waves:
            drained = wave.drain | drained
        return drained

    @property
    def locked(self) -> list[str]:
        """Every host on which something is written."""
        return list(dict.fromkeys([*self.hosts, *self.drained]))


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
        return read_progress(self.journal.current()) if self.journal else {}

    def writable(self) -> Journal:
        """The journal, for a function that writes."""
        if self.journal is None:
            raise FellesdriftError(
                "FD602", "the estate's journal is not there", file=str(self.estate.journal), found="no file"
            )
        return self.journal

    def acting(self) -> lease.Holder:
        """The process that holds the leases, for a function that writes. FD636 in a plan, which holds none."""
        if self.holder is None:
            raise FellesdriftError(
                "FD636",
                "a plan writes nothing",
                key="holder",
                found="none",
                expected="the process that holds the lease",
            )
        return self.holder


def pending(context: Context, municipality: str, only: str | None = None) -> list[str]:
    """The municipality's stages that are not done on every host, in order; one that was begun and has not ended goes
    first. FD621 when there is no such municipality or stage."""
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
    # a stage that is done but for hosts that were left behind is run again, and takes them in
    done = {key for key in completed(progress) if not progress[key].left}
    left = [name for name in mine if (municipality, name) not in done and only in (None, name)]
    # what an earlier stage has left behind cannot be taken in while a later one is unfinished on the same hosts
    unfinished = {
        stage for (whose, stage), one in progress.items() if whose == municipality and one.state in UNFINISHED
    }
    return sorted(left, key=lambda name: name not in unfinished)


def completed_state(context: Context, municipality: str) -> dict[str, Resources]:
    """host -> desired resources at the completed stages, of the hosts that a run for this municipality is over. Left
    out: hosts that nothing claims, that an unfinished stage changes or has changed, that were left behind."""
    estate, progress = context.estate, context.progress()
    unfinished = {
        host
        for stage in progress.values()
        if stage.state in ("running", "stopped", "going back", "held")
        for wave in estate.stage(stage.stage).waves
        for host in estate.select(wave.hosts, stage.municipality)
    } | {host for stage in progress.values() for host in stage.left}
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
    recorded = frozenset(completed(context.progress()))
    done = recorded | {(municipality, name) for name in also}
    needed = stage.required(municipality, estate.host_municipality)
    missing = [
        name if whose == municipality else f"{whose}:{name}" for whose, name in needed if (whose, name) not in done
    ]
    if missing:
        raise FellesdriftError(
            "FD623",
            f"the stage {stage_id} of {municipality} requires another stage first",
            key=f"{stage_id}.requires",
            found=f"not completed: {', '.join(missing)}",
            expected="completed",
            next_step=playbook_command(estate, "plan", *next(each for each in needed if each not in done)),
        )
    waves = [wave for wave in (_wave(estate, each, municipality) for each in stage.waves) if wave.hosts]
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
    probes = probes_of_stage(estate, municipality, inside)
    return StagePlan(municipality, stage, waves, desired, probes, flows, recorded)


def plan_back(context: Context, progress: StageProgress) -> StagePlan:
    """The plan of a stage's way back: the waves as they were when it was opened, whatever the inventory says today, and
    no desired state. The way back stands on the record alone, so that no change of the inventory can prevent it."""
    waves = [Wave(wave["name"], list(wave["hosts"])) for wave in progress.waves]
    known = {host for wave in waves for host in wave.hosts}
    others = [host for host in [*progress.touched, *progress.drained] if host not in known]
    if others:
        waves.append(Wave("hosts of no wave", list(dict.fromkeys(others))))
    return StagePlan(progress.municipality, context.estate.stage(progress.stage), waves, {}, {})


def _wave(estate: Estate, wave: StageWave, municipality: str) -> Wave:
    drain = {}
    if wave.drain is not None:
        drain = dict.fromkeys(estate.select(wave.drain.hosts, municipality), wave.drain.resources)
    return Wave(wave.name, estate.select(wave.hosts, municipality), wave.quorum, drain, wave.canary, wave.soak)
