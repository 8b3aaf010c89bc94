"""A held stage after somebody has mended what held it: what every host says now, and going on or back from there.

Nobody is believed: every host that the stage has touched, and every one that is drained, is read again. A value is
known when it is what was there before, what it goes back to, what the stage makes of it, or what was last written. What
several steps write one after the other, such as a route's next hops, may be between these on a host that was cut off in
the middle: all of it comes from one of them then. A host with any other value, or without an answer, stops it before
anything is written, in the journal too.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from fellesdrift.cutover.next_command import playbook_command, stage_command, status_command
from fellesdrift.cutover.no_return import no_way_back
from fellesdrift.cutover.of_people import is_of_people, without_erased
from fellesdrift.cutover.returning import way_targets
from fellesdrift.cutover.way_back import places
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease
from fellesdrift.state.typed.people import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fellesdrift.compose import Resources
    from fellesdrift.cutover.planning import Context
    from fellesdrift.cutover.progress import HostProgress, StageProgress

type Choice = Literal["continue", "back"]
type Result = Literal["before", "after", "between", "other", "unknown"]


@dataclass(frozen=True)
class Known:
    """What may be found on a host. before: what it goes back to; after: what the stage makes of it; others: further
    values that are ours, of attributes of `before`; midway: its change, or its way back, was cut off."""

    before: Resources
    after: Resources
    others: list[Resources] = field(default_factory=list)
    midway: bool = False


@dataclass(frozen=True)
class Finding:
    """What a host is now. evidence: one line. differences: of `other`, each attribute with its three values."""

    host: str
    result: Result
    evidence: str
    differences: list[str] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """JSON data, as `reconciled` keeps it."""
        return {"host": self.host, "result": self.result, "evidence": self.evidence}


def held_stage(context: Context, municipality: str, stage: str) -> StageProgress:
    """The stage's progress. FD656 when it is not held."""
    present = context.progress().get((municipality, stage))
    if present is None or present.state != "held":
        raise FellesdriftError(
            "FD656",
            f"there is nothing to reconcile in the stage {stage} of {municipality}",
            key=stage,
            found=present.state if present else "pending",
            expected="a stage that is held",
            next_step=status_command(context.estate),
        )
    return replace(present, taking_in=[])  # a choice is about all of it


def known_values(context: Context, progress: StageProgress) -> dict[str, Known]:
    """Every host that is to be read again -> what may be found there."""
    before, last = way_targets(context, progress)
    return {
        host: _known(one, before.get(host, {}), last.get(host, {}))
        for host, one in progress.hosts.items()
        if host in before or one.drained
    }


def _known(host: HostProgress, goal: Resources, last: Resources) -> Known:
    # where a host is both, what it is drained to is what it has: the stage's own attributes are others
    before, after, others = _joined(host.drained, goal), _joined(host.draining, host.after), [host.before, last]
    # where one of them is erased nobody can say whose value is there, and it is left as it is
    return Known(without_erased(before, after, *others), after, others, host.midway)


def examine(host: str, known: Known, answer: Mapping[str, Any] | None) -> Finding:
    """What a host's answer means. answer: `present` (touched values of `known.before`), `pending` (a revert that the
    device waits for, or None); without `present` nobody knows."""
    if not answer or "present" not in answer:
        return Finding(host, "unknown", str((answer or {}).get("evidence") or "it was not asked"))
    present = dict(places(answer["present"]))
    after, others = dict(places(known.after)), [dict(places(other)) for other in known.others]
    # in the middle of a change: some steps take a thing away that a later one makes anew
    gone = {place[:2] for place, value in present.items() if known.midway and place[2] == "present" and not value}
    differences, is_before, is_after = [], True, True
    for place, goal in places(known.before):
        value, made = present.get(place), after.get(place, goal)
        is_before, is_after = is_before and value == goal, is_after and value == made
        ours = [goal, made, *(other[place] for other in others if place in other)]
        between = place[:2] in gone or (known.midway and place in present and _between(value, ours))
        if value not in ours and not between:
            differences.append("/".join(place))
            told = [HIDDEN] * 3 if is_of_people(place) else [goal, made, value]
            differences += [
                f"  {when} {one}" for when, one in zip(("before:", "after: ", "now:   "), told, strict=True)
            ]
    if differences:
        return Finding(host, "other", f"{len(differences) // 4} attributes are neither before nor after", differences)
    pending = f"; it waits to go back by itself ({answer['pending']})" if answer.get("pending") else ""
    if is_before or is_after:
        return Finding(host, "before" if is_before else "after", f"as {'before' if is_before else 'after'}{pending}")
    return Finding(host, "between", f"some of it before, some after{pending}")


def _between(value: Any, ours: Sequence[Any]) -> bool:
    """Whether a list, or a mapping part by part, is made of what ours are made of; some or all of that may be gone."""
    lists = [one for one in ours if isinstance(one, list)]
    if lists and isinstance(value, list | None):
        return all(any(item in one for one in lists) for item in value or ())
    mappings = [one for one in ours if isinstance(one, dict)]
    if mappings and isinstance(value, dict):
        return all(item is None or any(item == one.get(key) for one in mappings) for key, item in value.items())
    return False


def table(findings: Iterable[Finding]) -> list[str]:
    """A line for each host."""
    return [f"{finding.host:<18}{finding.result:<9}{finding.evidence}" for finding in findings]


def commands(context: Context, key: tuple[str, str]) -> list[str]:
    """What can be typed next: going on, and going back while there is a way back."""
    again = playbook_command(context.estate, "reconcile", *key)
    forward = f"go on:   {again} -e then=continue"
    if no_way_back(context.estate, held_stage(context, *key)):
        return [forward]
    return [forward, f"go back: {again} -e then=back"]


def refuse_unknown(context: Context, key: tuple[str, str], findings: list[Finding]) -> None:
    """FD655 when a host is neither before nor after, or nobody knows."""
    bad = [finding for finding in findings if finding.result in ("other", "unknown")]
    if bad:
        raise FellesdriftError(
            "FD655",
            f"the stage {key[1]} of {key[0]} stays held: not every host is what the journal can explain",
            host=", ".join(finding.host for finding in bad),
            key=key[1],
            found=", ".join(f"{finding.host}: {finding.result}" for finding in bad),
            expected="before or after, of every host that the stage has touched",
            next_step=f"mend these, then: {stage_command(context.estate, 'reconcile', *key)}",
            details=[*table(findings), *(line for finding in bad for line in finding.differences)],
        )


def choose(context: Context, key: tuple[str, str], choice: Choice, findings: list[Finding]) -> None:
    """Write `reconciled`: from here the stage may be opened again. FD610 when somebody is at work, FD655, FD656, FD691
    to go back past the point of no return."""
    refuse_unknown(context, key, findings)
    journal = context.writable()
    with journal.transaction() as connection:
        present = held_stage(context, *key)
        if choice == "back" and (error := no_way_back(context.estate, present)):
            raise error
        token = lease.acquire(connection, [key[0]], context.acting())
        payload = {"choice": choice, "results": [finding.as_data() for finding in findings]}
        journal.append(*key, present.attempt, "", "reconciled", payload)
        lease.release(connection, token)


def _joined(first: Resources, second: Resources) -> Resources:
    joined: Resources = {}
    for resources in (second, first):
        for kind, keys in resources.items():
            for name, attributes in keys.items():
                joined.setdefault(kind, {}).setdefault(name, {}).update(attributes)
    return joined
