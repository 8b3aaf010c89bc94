"""What must hold for what stages require: it is there, it leads to no circle, and it comes before.

A requirement is of the same municipality, of another one, or of the platform; so the circle is looked for among the
stages of all municipalities together, not among the stages' ids.
"""

from __future__ import annotations

from fellesdrift.estate import names
from fellesdrift.estate.draft import Draft, KeyPath
from fellesdrift.estate.references import refers
from fellesdrift.estate.stages import PLATFORM, Stage, required_stage

VARIABLE = "fellesdrift_stages"
# (municipality, stage id)
Pair = tuple[str, str]


def check(draft: Draft) -> None:
    """All checks of `requires`."""
    order = {stage.id: index for index, stage in draft.stages}
    graph = required_pairs(draft)
    in_circle: set[str] = set()
    for index, stage in draft.stages:
        for number, text in enumerate(stage.requires):
            path: KeyPath = (VARIABLE, index, "requires", number)
            required = text.rpartition(":")[2]
            if not _is_there(draft, stage, text, path):
                continue
            if circle := _circle_over(graph, draft, stage, text):
                if stage.id not in in_circle:
                    draft.refuse(
                        "FD125",
                        "The stages wait for each other.",
                        path,
                        found=" -> ".join(_words(circle)),
                        expected="stages that require earlier ones only",
                    )
                in_circle.update(name for _, name in circle)
            elif order.get(required, -1) > index:
                draft.refuse(
                    "FD125",
                    f"Stage {stage.id!r} requires one that comes after it.",
                    path,
                    found=f"{text} at {VARIABLE}[{order[required]}]",
                    expected=f"a place before {VARIABLE}[{index}]",
                )


def required_pairs(draft: Draft) -> dict[Pair, list[Pair]]:
    """(municipality, stage id) -> what it requires itself, of every stage of every municipality that it names."""
    host = _host_municipality(draft)
    return {
        (municipality, stage.id): stage.required(municipality, host)
        for _, stage in draft.stages
        for municipality in stage.municipalities
    }


def _host_municipality(draft: Draft) -> str:
    return draft.estate.host_municipality if draft.estate is not None else ""


def _is_there(draft: Draft, stage: Stage, text: str, path: KeyPath) -> bool:
    whose, colon, required = text.rpartition(":")
    if required not in draft.names("stages"):
        known = [other.id for _, other in draft.stages if other.id != stage.id]
        draft.refuse(
            "FD124",
            f"There is no stage {required!r} to come before {stage.id!r}.",
            path,
            found=text,
            expected="an earlier stage",
            next_step=names.did_you_mean(required, known),
        )
        return False
    if colon and whose != PLATFORM and not refers(draft, "municipalities", "FD110", whose, path):
        return False
    if whose == PLATFORM and draft.estate is None:
        return False
    return _has_it(draft, stage, text, path)


def _has_it(draft: Draft, stage: Stage, text: str, path: KeyPath) -> bool:
    """Whoever must have done the required stage has one of that id."""
    host = _host_municipality(draft)
    having = {
        municipality
        for _, other in draft.stages
        if other.id == text.rpartition(":")[2]
        for municipality in other.municipalities
    }
    # the stage itself can be broken in another way, which is told where it is
    if not any(other.id == text.rpartition(":")[2] for _, other in draft.stages):
        return False
    never = {
        whose
        for municipality in stage.municipalities
        if (whose := required_stage(text, municipality, host)[0]) not in having
    }
    if never:
        draft.refuse(
            "FD165",
            f"Stage {stage.id!r} waits for one that {names.listed(sorted(never))} never has.",
            path,
            found=text,
            expected=f"a stage of {names.listed(sorted(never))}, or one of {names.listed(sorted(having)) or 'nobody'}",
        )
    return not never


def _circle_over(graph: dict[Pair, list[Pair]], draft: Draft, stage: Stage, text: str) -> list[Pair]:
    """A way from the stage of one of its municipalities over this requirement back to it, or []."""
    host = _host_municipality(draft)
    for municipality in stage.municipalities:
        start = (municipality, stage.id)
        first = required_stage(text, municipality, host)
        if first in graph.get(start, []) and (circle := _circle(graph, start, first)):
            return circle
    return []


def _circle(graph: dict[Pair, list[Pair]], start: Pair, first: Pair) -> list[Pair]:
    """The way from `start` over `first` back to `start`, or [] when there is none."""
    trail: dict[Pair, Pair] = {first: start}
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


def _words(circle: list[Pair]) -> list[str]:
    """Ids alone, when all are of one municipality."""
    alone = len({municipality for municipality, _ in circle}) == 1
    return [name if alone else f"{municipality}:{name}" for municipality, name in circle]
