"""What must hold for the stages: their order, their roles and gates, and that each wave reaches a host."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import names, patterns
from fellesdrift.estate.draft import Draft, KeyPath
from fellesdrift.estate.references import refers
from fellesdrift.estate.stages import Stage

VARIABLE = "fellesdrift_stages"

# The gates that the engine of this version has. A caller that knows others says so.
GATES = frozenset({"reachable", "startup_saved", "dead_man", "interface_free", "services_before"})


def check(draft: Draft, roles_dirs: Sequence[Path] | None, gates: Iterable[str] | None) -> None:
    """All checks of stages. `roles_dirs` None: roles are not looked for. `gates` None: GATES."""
    known_gates = sorted(GATES if gates is None else gates)
    seen: dict[str, int] = {}
    for index, stage in draft.stages:
        path: KeyPath = (VARIABLE, index)
        if stage.id in seen:
            draft.refuse(
                "FD139",
                f"Two stages have the id {stage.id!r}.",
                (*path, "id"),
                found=stage.id,
                expected=f"an id that {VARIABLE}[{seen[stage.id]}] does not have",
            )
        seen.setdefault(stage.id, index)
        _role(draft, stage, path, roles_dirs)
        _gates(draft, stage, path, known_gates)
        for number, municipality in enumerate(stage.municipalities):
            refers(draft, "municipalities", "FD110", municipality, (*path, "municipalities", number))
        _waves(draft, stage, path)
    _requires(draft)


def _role(draft: Draft, stage: Stage, path: KeyPath, roles_dirs: Sequence[Path] | None) -> None:
    if roles_dirs is None:
        return
    known = sorted({folder.name for roles in roles_dirs if roles.is_dir() for folder in roles.iterdir()})
    if stage.role_name not in known:
        draft.refuse(
            "FD122",
            f"There is no role {stage.role!r}.",
            (*path, "role"),
            found=stage.role,
            expected=names.one_of(known),
            next_step=names.did_you_mean(stage.role, known),
        )


def _gates(draft: Draft, stage: Stage, path: KeyPath, known: list[str]) -> None:
    for number, gate in enumerate(stage.gates):
        if gate not in known:
            draft.refuse(
                "FD123",
                f"There is no gate {gate!r}.",
                (*path, "gates", number),
                found=gate,
                expected=names.one_of(known),
                next_step=names.did_you_mean(gate, known),
            )


def _requires(draft: Draft) -> None:
    """Requirements exist, lead to no circle, and come before: the list is the order."""
    order = {stage.id: index for index, stage in draft.stages}
    graph = {stage.id: stage.requires for _, stage in draft.stages}
    in_circle: set[str] = set()
    for index, stage in draft.stages:
        for number, required in enumerate(stage.requires):
            path: KeyPath = (VARIABLE, index, "requires", number)
            if required not in draft.names("stages"):
                draft.refuse(
                    "FD124",
                    f"There is no stage {required!r} to come before {stage.id!r}.",
                    path,
                    found=required,
                    expected="an earlier stage",
                    next_step=names.did_you_mean(required, [name for name in order if name != stage.id]),
                )
            elif circle := _circle(graph, stage.id, required):
                if stage.id not in in_circle:
                    draft.refuse(
                        "FD125",
                        "The stages wait for each other.",
                        path,
                        found=" -> ".join(circle),
                        expected="stages that require earlier ones only",
                    )
                in_circle.update(circle)
            elif order.get(required, -1) > index:
                draft.refuse(
                    "FD125",
                    f"Stage {stage.id!r} requires one that comes after it.",
                    path,
                    found=f"{required} at {VARIABLE}[{order[required]}]",
                    expected=f"a place before {VARIABLE}[{index}]",
                )


def _circle(graph: dict[str, list[str]], start: str, first: str) -> list[str]:
    """The way from `start` over `first` back to `start`, or [] when there is none."""
    trail: dict[str, str] = {first: start}
    waiting = [first]
    while waiting:
        current = waiting.pop()
        if current == start:
            way = [start]
            step = trail[start]
            while step != start:
                way.append(step)
                step = trail[step]
            return [start, *reversed(way[1:]), start]
        for required in graph.get(current, []):
            if required not in trail or (required == start and start not in trail):
                trail[required] = current
                waiting.append(required)
    return []


def _waves(draft: Draft, stage: Stage, path: KeyPath) -> None:
    """Every pattern reaches a host, in every municipality of the stage, and no host is in two waves."""
    for municipality in stage.municipalities:
        if municipality not in draft.names("municipalities"):
            continue
        wave_of: dict[str, int] = {}
        for number, wave in enumerate(stage.waves):
            reached: dict[str, None] = {}
            for place, pattern in enumerate(wave.hosts):
                where = (*path, "waves", number, "hosts", place)
                reached.update(_reached(draft, pattern, municipality, where, may_be_empty=wave.optional))
            for host in reached:
                first = wave_of.setdefault(host, number)
                if first != number:
                    draft.refuse(
                        "FD127",
                        f"For {municipality}, {host} is in two waves of one stage.",
                        (*path, "waves", number),
                        found=f"{stage.waves[first].name!r} and {wave.name!r}",
                        expected="each host in one wave",
                    )


def _reached(draft: Draft, pattern: str, municipality: str, path: KeyPath, *, may_be_empty: bool) -> dict[str, None]:
    try:
        hosts = patterns.select(draft.groups, list(draft.names("hosts")), [pattern], municipality)
    except FellesdriftError as error:
        draft.refuse(
            error.code, error.problem, path, found=error.found, expected=error.expected, next_step=error.next_step
        )
        return {}
    if not hosts and not may_be_empty:
        draft.refuse(
            "FD126",
            f"The host pattern reaches no host of {municipality!r}.",
            path,
            found=pattern.replace("{municipality}", municipality),
            expected="at least one host, or a stage without this municipality",
        )
    return dict.fromkeys(hosts)
