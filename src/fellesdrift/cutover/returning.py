"""The way back of a stage: its hosts in reverse, what each goes back to, and what stands on it.

It is asked of nobody: who approved the stage has approved its way back. It stands on the record, not on the inventory.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fellesdrift.compose import compose
from fellesdrift.cutover import way_back
from fellesdrift.cutover.next_command import next_command, playbook_command
from fellesdrift.cutover.no_return import no_way_back
from fellesdrift.cutover.planning import Context, StagePlan, Wave
from fellesdrift.cutover.progress import completed, unfinished_on
from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Collection

    from fellesdrift.compose import Resources
    from fellesdrift.cutover.permit import Direction, Permit
    from fellesdrift.cutover.progress import StageProgress
    from fellesdrift.estate import Estate

type Key = tuple[str, str]
_STANDS = frozenset({"running", "stopped", "going back", "held", "done"})


@dataclass(frozen=True)
class Opened:
    """An opened stage. `direction` is back when the attempt that was found had already failed. `permit` is None in a
    plan. touched: the hosts that an earlier run of it changed or drained. before, after: what is recorded of each host,
    for the way back. drained: the hosts that are to be given back first. stopping: a stop was asked for, and nothing
    but that is to be done any more."""

    plan: StagePlan
    direction: Direction
    permit: Permit | None
    resumed: bool
    reason: str | None = None
    touched: list[str] = field(default_factory=list)
    back_waves: list[Wave] = field(default_factory=list)
    before: dict[str, Resources] = field(default_factory=dict)
    after: dict[str, Resources] = field(default_factory=dict)
    drained: list[str] = field(default_factory=list)
    stopping: bool = False


def with_way_back(context: Context, opened: Opened, progress: StageProgress) -> Opened:
    """The same with the hosts that go back, in reverse, and what each goes back to."""
    astray = progress.astray
    waves = [
        Wave(wave.name, [host for host in reversed(wave.hosts) if host in astray])
        for wave in reversed(opened.plan.waves)
    ]
    before, after = way_targets(context, progress)
    asked = progress.asked_back or progress.state != "going back"
    return replace(
        opened,
        reason=progress.reason,
        touched=astray,
        back_waves=[wave for wave in waves if wave.hosts],
        before=before,
        # In the middle of a change, or of a way back, a device is neither before nor after; only a finished one can be
        # held against both. A stage may have failed because of what somebody else did: it goes back at once.
        after={host: one for host, one in after.items() if asked and not progress.hosts[host].midway},
        drained=progress.drained,
    )


def way_targets(context: Context, progress: StageProgress) -> tuple[dict[str, Resources], dict[str, Resources]]:
    """host -> what it goes back to, and host -> what it should have now, of every host that goes back."""
    key = (progress.municipality, progress.stage)
    stages = context.progress()
    before, after = {}, {}
    for host in progress.astray:
        recorded = progress.hosts[host].before
        # what another stage has brought stays, finished or not: its users may be on it already
        done = (completed(stages) | unfinished_on(stages, host)) - {key}
        without = compose(host, context.estate, done, context.roles_path)
        records = context.journal.records(host=host) if context.journal else []
        before[host], after[host] = way_back.targets(way_back.History(records, host), key, recorded, without)
    return before, after


def refuse_buried(estate: Estate, key: Key, progress: dict[Key, StageProgress]) -> None:
    """FD634 when a stage that still stands requires this one: of the same municipality, of another, or of the
    platform. What others stand on is not taken away under them."""
    for other in _standing_on(estate, key, progress):
        raise FellesdriftError(
            "FD634",
            f"the stage {other[1]} of {other[0]} stands on {key[1]} of {key[0]}",
            key=f"{other[1]}.requires",
            found=f"{other[1]} of {other[0]} is {progress[other].state}",
            expected=f"{other[1]} of {other[0]} pending or rolled back",
            next_step=playbook_command(estate, "rollback", *other),
        )


def refuse_drained(estate: Estate, key: Key, hosts: Collection[str], progress: dict[Key, StageProgress]) -> None:
    """FD643 when another stage's run, which was cut off, has drained one of the hosts that would go back: they are
    saved then, and what is drained must not be."""
    for other, one in sorted(progress.items()):
        for host in one.drained:
            if other != key and host in hosts:
                raise FellesdriftError(
                    "FD643",
                    f"the way back of {key[1]} of {key[0]} would save a host that another stage has drained",
                    host=host,
                    key=key[1],
                    found=f"{other[1]} of {other[0]} is {one.state}, and has not given the host back",
                    expected="what was drained given back: the other stage finished, or taken back",
                    next_step=next_command(estate, one),
                )


def rollback_order(context: Context, municipality: str, only: str | None = None) -> list[str]:
    """The stages of the municipality that are to be taken back, each before what it stands on; empty when nothing of it
    stands. With `only` that one, whatever it is: opening its way back says why it cannot be.

    Raises FD634 when a stage of another municipality stands on one of them, FD643 when one has drained a host of them,
    FD691 when one is past its point of no
    return: before anything is taken back, for half a way back is nobody's wish.
    """
    estate, progress = context.estate, context.progress()
    if only is not None:
        return [only]
    mine = [stage.id for stage in estate.stages if _stands(progress, (municipality, stage.id))]
    for stage in mine:
        key = (municipality, stage)
        if error := no_way_back(estate, progress[key]):
            rest = _still_possible(estate, municipality, _in_order(estate, municipality, mine, progress), progress)
            error.details += [f"{playbook_command(estate, 'rollback', municipality, name)}" for name in rest]
            raise error
        others = {other: one for other, one in progress.items() if other[0] != municipality}
        refuse_buried(estate, key, others)
        refuse_drained(estate, key, progress[key].touched, others)
    return _in_order(estate, municipality, mine, progress)


def _in_order(estate: Estate, municipality: str, stages: list[str], progress: dict[Key, StageProgress]) -> list[str]:
    left, order = list(stages), []
    while left:
        standing = {(municipality, name): progress[(municipality, name)] for name in left}
        # the estate's checks allow no circle; the last of the list is as good a first as any if there were one
        free = [name for name in left if not _standing_on(estate, (municipality, name), standing)]
        taken = (free or left)[-1]
        order.append(taken)
        left.remove(taken)
    return order


def _still_possible(
    estate: Estate, municipality: str, order: list[str], progress: dict[Key, StageProgress]
) -> list[str]:
    """Of these stages, each after those that stand on it, those that can be taken back although one of all cannot."""
    possible: list[str] = []
    for name in order:
        above = _standing_on(estate, (municipality, name), progress)
        if not no_way_back(estate, progress[municipality, name]) and all(
            whose == municipality and other in possible for whose, other in above
        ):
            possible.append(name)
    return possible


def _stands(progress: dict[Key, StageProgress], key: Key) -> bool:
    return key in progress and progress[key].state in _STANDS


def _standing_on(estate: Estate, key: Key, progress: dict[Key, StageProgress]) -> list[Key]:
    """The stages with something done or begun that require this one, the last of the estate's order first."""
    return [
        (name, stage.id)
        for stage in reversed(estate.stages)
        for name in estate.municipalities
        if name in stage.municipalities
        and (name, stage.id) != key
        and _stands(progress, (name, stage.id))
        and key in stage.required(name, estate.host_municipality)
    ]
