"""Answers to manual steps that are known beforehand: a file for an unattended run, or a rehearsal's simulated ones.

The file is YAML, a list: `- {step: test_call, answer: pass, name: duty officer, note: ...}`, with `stage: ID` where two
stages have a step of that id. It is checked as a whole before a stage is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from fellesdrift.cutover.manual import ANSWERS, Answered, check_answer
from fellesdrift.errors import FellesdriftError, FellesdriftErrors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fellesdrift.estate import Estate, ManualStep, Stage

SIMULATED = "simulated"
"""In the place of a file's name: a rehearsal answers every step with a pass that is marked as simulated."""
_KEYS = ("step", "answer", "name", "note", "stage")
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
    found = _read(Path(given), estate, [stage for stage in estate.stages if municipality in stage.municipalities])
    missing = [
        _error(
            given,
            "",
            "a step that will be asked has no answer",
            f"no entry for {stage} {step.id}",
            f"step: {step.id}, answer: {' or '.join(ANSWERS)}, name",
        )
        for stage, step in wanted
        if (stage, step.id) not in found
    ]
    if missing:
        raise FellesdriftErrors(missing)
    return lambda stage, step: found.get((stage, step.id))


def _read(path: Path, estate: Estate, stages: Collection[Stage]) -> dict[tuple[str, str], Answered]:
    """(stage id, step id) -> answer, of a whole file."""
    shown = str(path)
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _error(shown, "", "the answers cannot be read", str(error).splitlines()[0], "a YAML list") from error
    if not isinstance(entries, list):
        raise _error(
            shown, "", "the answers are no list", type(entries).__name__, "- step: ..., answer: ..., name: ..."
        )
    found: dict[tuple[str, str], Answered] = {}
    errors: list[FellesdriftError] = []
    for number, entry in enumerate(entries):
        place = f"[{number}]"
        try:
            key, given = _entry(shown, place, entry, estate, stages)
            if key in found:
                raise _error(shown, place, "a step is answered twice", " ".join(key), "one answer a step")
            found[key] = given
        except FellesdriftError as error:
            errors.append(error)
    if errors:
        raise FellesdriftErrors(errors)
    return found


def _entry(
    shown: str, place: str, entry: Any, estate: Estate, stages: Collection[Stage]
) -> tuple[tuple[str, str], Answered]:
    if not isinstance(entry, Mapping):
        raise _error(shown, place, "an answer is no mapping", type(entry).__name__, ", ".join(_KEYS))
    unknown = [str(name) for name in entry if name not in _KEYS]
    if unknown:
        raise _error(shown, f"{place}.{unknown[0]}", "there is no such key", unknown[0], f"some of {', '.join(_KEYS)}")
    missing = [name for name in _NEEDED if not entry.get(name)]
    if missing:
        raise _error(shown, f"{place}.{missing[0]}", "a key is missing", "nothing", missing[0])
    texts = {name: str(entry[name]) for name in _KEYS if entry.get(name) is not None}
    candidates = [
        (stage.id, step)
        for stage in stages
        for step in stage.steps
        if step.id == texts["step"] and texts.get("stage") in (None, stage.id)
    ]
    if len(candidates) != 1:
        names = ", ".join(f"{stage.id} {step.id}" for stage in stages for step in stage.steps) or "none"
        if candidates:
            raise _error(shown, f"{place}.stage", "two stages have this step", texts["step"], "stage: which of them")
        raise _error(shown, f"{place}.step", "there is no such manual step", texts["step"], f"one of {names}")
    answer = next((one for one in ANSWERS if one == texts["answer"]), None)
    if answer is None:
        raise _error(shown, f"{place}.answer", "this is no answer", texts["answer"], f"one of {', '.join(ANSWERS)}")
    (stage, step), given = candidates[0], Answered(answer, texts["name"], texts.get("note", ""))
    try:
        check_answer(estate, step, given)
    except FellesdriftError as error:
        raise _error(
            shown, f"{place}.note", "an answer lacks what its step asks for", error.found or "", error.expected or ""
        ) from error
    return (stage, step.id), given


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
