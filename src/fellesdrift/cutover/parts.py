"""The parts of which a stage's tasks are made, in their order: only those that this run of this stage has.

Ansible starts a process for every host of a task, also where the task is left out. So what is not to be done is not
left out by a condition, but is not there: `playbooks/tasks/stage.yml` includes a file for each part, and nothing else.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from fellesdrift.estate.stage_checks import NETWORK_GATES, PBX_GATES, WINDOWS_GATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fellesdrift.cutover.planning import StagePlan, Wave
    from fellesdrift.cutover.returning import Opened
    from fellesdrift.estate import Estate
    from fellesdrift.estate.models import Platform

type Family = Literal["network", "windows", "pbx"]

FAMILIES: Mapping[Platform, Family] = {
    "cisco_ios": "network",
    "windows_2003": "windows",
    "succession": "pbx",
    "meridian": "pbx",
}
"""What a host is worked with by: the folder of `playbooks/tasks/` that holds its part of a wave."""


GATES: Mapping[Family, frozenset[str]] = {"network": NETWORK_GATES, "windows": WINDOWS_GATES, "pbx": PBX_GATES}
"""The gates that a family's hosts answer."""


@dataclass(frozen=True)
class Part:
    """One file of `playbooks/tasks/`, included for all hosts.

    file   without its ending, such as `network/apply`
    wave   which wave of the run it belongs to, counted from 0; -1: the stage as a whole
    when   which manual steps are asked
    soak   what is verified: `once` now, in `rounds` until the soak's end, or nothing
    """

    file: str
    wave: int = -1
    when: str = ""
    soak: Literal["", "once", "rounds"] = ""

    def as_data(self) -> dict[str, Any]:
        """As the tasks read it."""
        return asdict(self)


def families_of(hosts: Iterable[str], platforms: Mapping[str, Platform]) -> list[Family]:
    """The families of these hosts, each once, in the order in which their parts are taken."""
    # one that has left the inventory is in no play; the settling names it
    mine = {FAMILIES[platforms[host]] for host in hosts if host in platforms}
    return [family for family in dict.fromkeys(FAMILIES.values()) if family in mine]


def platforms_of(estate: Estate) -> dict[str, Platform]:
    """host -> its platform."""
    return {host: record.platform for host, record in estate.hosts.items()}


def gates_by_family(gates: Sequence[str]) -> dict[Family, list[str]]:
    """A stage's gates, for each family those that its hosts answer."""
    return {family: [gate for gate in gates if gate in known] for family, known in GATES.items()}


def parts_of(opened: Opened, platforms: Mapping[str, Platform]) -> list[Part]:
    """The parts of an opened stage. Of a plan: only what shows what would be changed, or who changed it since.

    platforms   host -> its platform, of every host of the stage
    """
    if opened.direction == "back" or opened.stopping:
        return _back(opened, platforms)
    if opened.permit is None:
        drained = [number for number, wave in enumerate(opened.plan.waves) if wave.drain]
        drains = [part for number in drained for part in _drains(number, opened.plan.waves[number], platforms)]
        return drains + [Part(f"{family}/plan") for family in families_of(opened.plan.hosts, platforms)]
    return _forward(opened, platforms)


def _forward(opened: Opened, platforms: Mapping[str, Platform]) -> list[Part]:
    plan = opened.plan
    asks = {step.when for step in plan.stage.steps}
    parts = []
    # before anything was touched the question stands before the block that goes back: a refusal takes nothing back
    if opened.touched and "before" in asks:
        parts.append(Part("parts/ask", when="before"))
    parts += [Part(f"{family}/give_back_all") for family in families_of(opened.drained, platforms)]
    dumped = "pbx" in families_of(plan.hosts, platforms)
    if dumped:  # what an exchange has in memory only would be lost with the first sysload
        parts.append(Part("pbx/backup"))
    for number, wave in enumerate(plan.waves):
        parts += _wave(number, wave, plan, platforms)
    parts += [Part(f"{family}/save") for family in families_of(plan.hosts, platforms)]
    if "after" in asks:
        parts.append(Part("parts/ask", when="after"))
    if plan.stage.soak is not None:
        parts.append(Part("parts/soak", soak="rounds"))
    if dumped:  # not before people have said that it works: what is on disk outlives a sysload
        parts.append(Part("pbx/dump"))
    return [*parts, Part("parts/close")]


def _back(opened: Opened, platforms: Mapping[str, Platform]) -> list[Part]:
    """Where a stop was asked for, only what is drained is given back."""
    if opened.permit is None:
        return [Part(f"{family}/look") for family in families_of(opened.before, platforms)]
    waves = [] if opened.stopping else opened.back_waves
    parts = [
        Part(f"{family}/back", number)
        for number, wave in enumerate(waves)
        for family in reversed(families_of(wave.hosts, platforms))
    ]
    return parts + [Part(f"{family}/give_back_rest") for family in families_of(opened.drained, platforms)]


def _drains(number: int, wave: Wave, platforms: Mapping[str, Platform]) -> list[Part]:
    return [Part(f"{family}/drain", number) for family in families_of(wave.drain, platforms)]


def _wave(number: int, wave: Wave, plan: StagePlan, platforms: Mapping[str, Platform]) -> Iterator[Part]:
    """Its hosts one after the other, then everything that must hold is asked from every side. The canary is verified,
    answered for by people and soaked before anything else is changed."""
    yield Part("parts/begin_wave", number)
    yield from _drains(number, wave, platforms)
    yield from (Part(f"{family}/apply", number) for family in families_of(wave.hosts, platforms))
    # what an exchange looks at from its own side it has looked at after each step
    yield from (Part(f"{family}/probe", number) for family in families_of(plan.probes, platforms) if family != "pbx")
    # in every outcome: here, on the way back, by the next run, after a stop
    yield from (Part(f"{family}/give_back", number) for family in families_of(wave.drain, platforms))
    yield Part("parts/end_wave", number)
    if wave.canary:
        yield Part("parts/soak", number, soak="once")
        if any(step.when == "canary" for step in plan.stage.steps):
            yield Part("parts/ask", number, when="canary")
    if wave.soak is not None:
        yield Part("parts/soak", number, soak="rounds")
