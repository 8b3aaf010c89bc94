"""Manual steps: asked, waited for and answered, all of it in the journal (design.md, invariant 9).

An answer may come from the terminal of the run, from another one, from a file, or be simulated in a rehearsal. No
answer by the deadline is inconclusive, and only a pass lets the stage go on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from fellesdrift.cutover.attempt import Answer, ManualProgress
from fellesdrift.cutover.next_command import stage_command
from fellesdrift.cutover.progress import StageProgress, read_progress
from fellesdrift.cutover.waited_for import is_at
from fellesdrift.cutover.waiting import Clock, looks
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from fellesdrift.cutover.holding import Holding
    from fellesdrift.estate import Estate, ManualStep, Stage
    from fellesdrift.journal import Journal

ANSWERS: tuple[Answer, ...] = ("pass", "fail", "inconclusive")
_NOT_ASKED = "it was not asked"


@dataclass(frozen=True)
class Answered:
    """What somebody answered. name: who; it is kept where it can be erased. note: the evidence."""

    answer: Answer
    name: str
    note: str = ""
    simulated: bool = False


type Source = Callable[[], Answered | None]
"""Looked at again and again until it gives an answer."""


def step_of(stage: Stage, step_id: str) -> ManualStep:
    """The manual step of that id. FD645 when the stage has none."""
    for step in stage.steps:
        if step.id == step_id:
            return step
    raise _refusal(stage.id, step_id, "no such manual step", ", ".join(step.id for step in stage.steps) or "none")


def ask(holding: Holding, step: ManualStep, clock: Clock) -> datetime:
    """Write the question down; gives its deadline (UTC). One that is open already, of a run that was killed, stays."""
    asked = holding.shown().manual.get(step.id)
    if asked is not None and asked.answer is None and asked.deadline > clock.now():
        return asked.deadline
    deadline = clock.now() + timedelta(minutes=step.minutes)
    payload = {
        "step": step.id,
        "title": step.title,
        "instruction": step.instruction,
        "role": step.role,
        "when": step.when,
        "deadline": deadline.isoformat(timespec="milliseconds"),
    }
    holding.write("manual_asked", payload)
    return deadline


def answer(estate: Estate, journal: Journal, key: tuple[str, str], step_id: str, given: Answered, clock: Clock) -> None:
    """Write the answer to a step that was asked. key: (municipality, stage id); no lease is needed, for nothing is
    changed by it.

    FD645 when the step was not asked, was answered already, is past its deadline, when the answer has no name, or no
    note where one is asked for; FD140 when there is no such municipality or stage. FD647 for a simulated answer in a
    production estate.
    """
    estate.municipality(key[0])
    stage = estate.stage(key[1])
    step = step_of(stage, step_id)
    check_answer(estate, step, given)
    with journal.transaction():
        progress = read_progress(journal.current(*key)).get(key)
        asked = progress.shown.manual.get(step_id) if progress else None
        why = _unanswerable(progress, asked, clock.now())
        if why or progress is None:
            raise _refusal(stage.id, step_id, why or _NOT_ASKED, _answerable(key, progress, clock.now()))
        payload = {
            "step": step_id,
            "answer": given.answer,
            "simulated": given.simulated,
            "evidence": given.note.strip(),
        }
        # a rehearsal has done nothing that could not be taken back
        if step_id == stage.reversible_until and given.answer == "pass" and not given.simulated:
            payload["ends_way_back"] = True
        about = {"name": given.name.strip()}
        journal.append(*key, progress.attempt, "", "manual_answered", payload, personal=about)


def check_answer(estate: Estate, step: ManualStep, given: Answered) -> None:
    """FD645 when the answer lacks what the step asks for, FD647 when it is simulated where real devices are."""
    if given.simulated and estate.production and estate.twin is None:
        raise FellesdriftError(
            "FD647",
            "a simulated answer is for rehearsals: this estate's devices are real",
            key=step.id,
            found="simulated",
            expected="an answer of somebody who has done it",
        )
    if not given.name.strip():
        raise _refusal("", step.id, "no name", "the name of who answers")
    if step.evidence and given.answer == "pass" and not given.note.strip():
        raise _refusal("", step.id, "a pass without a note", step.evidence)


def expire(holding: Holding, step_id: str) -> None:
    """No answer by the deadline: inconclusive. An answer that came at the last moment stands."""
    with holding.journal.transaction() as connection:
        lease.check_and_renew(connection, holding.permit.token, holding.holder)
        asked = holding.shown().manual[step_id]
        if asked.answer is None:
            evidence = f"no answer by {asked.deadline:%Y-%m-%d %H:%M} UTC"
            payload = {"step": step_id, "answer": "inconclusive", "simulated": False, "evidence": evidence}
            holding.permit.write(holding.journal, "manual_answered", payload)


def wait_for_answer(holding: Holding, estate: Estate, step: ManualStep, source: Source, clock: Clock) -> ManualProgress:
    """Until the step that was asked is answered, by `source` or from elsewhere, or its deadline has passed. The lease
    is kept meanwhile. Gives the step as answered."""
    deadline = holding.shown().manual[step.id].deadline
    # both clocks: one that is set back must not make a night of ten minutes, one that is set forward not nothing
    for progress in looks(holding, (deadline - clock.now()).total_seconds(), clock):
        asked = progress.shown.manual[step.id]
        if asked.answer is not None:
            return asked
        if clock.now() >= deadline:
            break
        if given := source():
            answer(estate, holding.journal, holding.permit.key, step.id, given, clock)
            return holding.shown().manual[step.id]
    expire(holding, step.id)
    return holding.shown().manual[step.id]


def _unanswerable(progress: StageProgress | None, asked: ManualProgress | None, now: datetime) -> str | None:
    if progress is None or asked is None:
        return _NOT_ASKED
    if asked.answer is not None:
        return f"answered already: {asked.answer}" + (f" at {asked.at:%Y-%m-%d %H:%M} UTC" if asked.at else "")
    if asked.deadline <= now:
        return f"its deadline was {asked.deadline:%Y-%m-%d %H:%M} UTC"
    if not is_at(progress, asked):
        where = " on its way back" if progress.state == "stopped" and progress.on_way_back else ""
        return f"the stage is {progress.state}{where}"
    return None


def _answerable(key: tuple[str, str], progress: StageProgress | None, now: datetime) -> str:
    """What could be answered instead."""
    asked = progress.shown.manual if progress else {}
    waiting = [name for name, one in asked.items() if _unanswerable(progress, one, now) is None]
    state = progress.state if progress else "pending"
    nothing = f"a step that a run has asked and waits for: {key[1]} of {key[0]} is {state}, and waits for none"
    return ", ".join(waiting) or nothing


def _refusal(stage: str, step: str, found: str, expected: str) -> FellesdriftError:
    return FellesdriftError(
        "FD645",
        "this answer to a manual step is not taken",
        key=f"{stage} {step}".strip(),
        found=found,
        expected=expected,
        next_step="fellesdrift stage open lists what waits for an answer",
    )


def answer_command(estate: Estate, key: tuple[str, str], step: ManualStep) -> str:
    """What somebody at another terminal types."""
    note = " --note NOTE" if step.evidence else ""
    return f"{stage_command(estate, 'answer', *key)} {step.id} {'|'.join(ANSWERS)} --name NAME{note}"
