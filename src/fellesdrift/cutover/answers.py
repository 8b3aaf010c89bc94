"""Answers to manual steps that are known beforehand: a file for an unattended run, or a rehearsal's simulated ones.

The file is YAML, a list: `- {step: test_call, answer: pass, name: duty officer, note: ...}`, with `stage: ID` where two
stages have a step of that id. It is checked as a whole before a stage is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from fellesdrift.cutover.manual import ANSWERS, Answered, check_answer
from fellesdrift.errors import FellesdriftError, FellesdriftErrors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fellesdrift.estate import Estate, ManualStep, Stage

SIMULATED = "simulated"
"""In the place of a file's name: a rehearsal answers every step with a pass that is marked as simulated."""
_KEYS = ("step", "answer", "name", "note", "stage")
_ANY = f"one of {', '.join(ANSWERS)}"
_NEEDED = ("step", "answer", "name")
_NAME = "rehearsal"

type Answers = Callable[[str, ManualStep], Answered | None]
"""(stage id, step) -> its answer; None where a person has to give it."""


def nobody(_: str, __: ManualStep) -> Answered | None:
    """No answer is known beforehand."""
    return None


def simulated(_: str, step: ManualStep) -> Answered | None:
    """Every step passes, and says that nobody has done it."""
    return Answered("pass", _NAME, f"simulated; a person would answer for: {step.evidence or step.title}", True)


def answers_of(given: str | None, estate: Estate, municipality: str, due: Iterable[tuple[str, ManualStep]]) -> Answers:
    """The answers that a run was given. given: a file's path, SIMULATED, or None.

    due   (stage id, step) of every step that the run will ask
    Raises FellesdriftErrors FD646 with all that is wrong with the file, FD647 where answers may not be simulated.
    """
    wanted = list(due)
    if not given:
        return nobody
    if given == SIMULATED:
        for stage, step in wanted:
            check_answer(estate, step, simulated(stage, step) or Answered("inconclusive", ""))
        return simulated
    file = _read(Path(given), estate, [stage for stage in estate.stages if municipality in stage.municipalities])
    missing = [
        _error(
            given,
            "",
            "a step that will be asked has no answer",
            f"no entry for {stage} {step.id}",
            f"step: {step.id}, answer: {' or '.join(ANSWERS)}, name",
        )
        for stage, step in wanted
        if (stage, step.id) not in file.named
    ]
    if errors := [*file.errors, *missing]:
        raise FellesdriftErrors(errors)
    return lambda stage, step: file.found.get((stage, step.id))


@dataclass
class _File:
    """What a file says. found: (stage id, step id) -> answer; named: those, and those whose answer is wrong."""

    found: dict[tuple[str, str], Answered] = field(default_factory=dict)
    named: set[tuple[str, str]] = field(default_factory=set)
    errors: list[FellesdriftError] = field(default_factory=list)


def _read(path: Path, estate: Estate, stages: Collection[Stage]) -> _File:
    """A whole file. FD646 when it is no list at all; what is wrong with its entries is among its errors."""
    shown = str(path)
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _error(shown, "", "the answers cannot be read", str(error).splitlines()[0], "a YAML list") from error
    if not isinstance(entries, list):
        raise _error(
            shown, "", "the answers are no list", type(entries).__name__, "- step: ..., answer: ..., name: ..."
        )
    file = _File()
    for number, entry in enumerate(entries):
        _take(file, shown, f"[{number}]", entry, estate, stages)
    return file


def _take(file: _File, shown: str, place: str, entry: Any, estate: Estate, stages: Collection[Stage]) -> None:
    if not isinstance(entry, Mapping):
        file.errors.append(_error(shown, place, "an answer is no mapping", type(entry).__name__, ", ".join(_KEYS)))
        return
    wrong = list(_wrong_keys(shown, place, entry))
    texts = {name: entry[name] for name in _KEYS if isinstance(entry.get(name), str)}
    named: tuple[str, ManualStep] | None = None
    if texts.get("step"):
        try:
            named = _step(shown, place, texts, stages)
        except FellesdriftError as error:
            wrong.append(error)
    answer = next((one for one in ANSWERS if one == texts.get("answer")), None)
    if texts.get("answer") and answer is None:
        wrong.append(_error(shown, f"{place}.answer", "this is no answer", texts["answer"], _ANY))
    file.errors += wrong
    if named is None:
        return
    stage, step = named
    if (stage, step.id) in file.named:
        file.errors.append(_error(shown, place, "a step is answered twice", f"{stage} {step.id}", "one answer a step"))
        return
    file.named.add((stage, step.id))
    if answer is None or not texts.get("name") or not isinstance(entry.get("note"), str | None):
        return
    given = Answered(answer, texts["name"], texts.get("note", ""))
    try:
        check_answer(estate, step, given)
    except FellesdriftError as error:
        problem = "an answer lacks what its step asks for"
        key = f"{place}.{'note' if given.name.strip() else 'name'}"
        file.errors.append(_error(shown, key, problem, error.found or "", error.expected or ""))
    file.found[stage, step.id] = given


def _wrong_keys(shown: str, place: str, entry: Mapping[Any, Any]) -> Iterator[FellesdriftError]:
    """Keys that are not known, that are missing, and values that are no text."""
    for name in entry:
        if name not in _KEYS:
            yield _error(shown, f"{place}.{name}", "there is no such key", str(name), f"some of {', '.join(_KEYS)}")
    for name in _KEYS:
        value = entry.get(name)
        if value is None or value == "":
            if name in _NEEDED:
                yield _error(shown, f"{place}.{name}", "a key is missing", "nothing", name)
        elif not isinstance(value, str):
            # YAML makes true of yes, and a number of 012: what was meant is the writer's to say
            kind = f"{value} ({type(value).__name__})"
            if name == "answer":
                yield _error(shown, f"{place}.{name}", "this is no answer", kind, _ANY)
            else:
                yield _error(shown, f"{place}.{name}", "a value is no text", kind, f'text, as in {name}: "{value}"')


def _step(shown: str, place: str, texts: Mapping[str, str], stages: Collection[Stage]) -> tuple[str, ManualStep]:
    """(stage id, step) that an entry names. FD646 when it names none, or two."""
    candidates = [
        (stage.id, step)
        for stage in stages
        for step in stage.steps
        if step.id == texts["step"] and texts.get("stage") in (None, stage.id)
    ]
    if len(candidates) > 1:
        raise _error(shown, f"{place}.stage", "two stages have this step", texts["step"], "stage: which of them")
    if not candidates:
        names = ", ".join(f"{stage.id} {step.id}" for stage in stages for step in stage.steps) or "none"
        raise _error(shown, f"{place}.step", "there is no such manual step", texts["step"], f"one of {names}")
    return candidates[0]


def _error(file: str, key: str, problem: str, found: str, expected: str) -> FellesdriftError:
    return FellesdriftError(
        "FD646",
        problem,
        file=file,
        key=key or None,
        found=found,
        expected=expected,
        next_step="mend the file and run the same command again; nothing was opened",
    )
