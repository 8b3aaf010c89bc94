"""The manual steps of one moment of a stage, one after the other; one that does not pass stops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from fellesdrift.cutover import ending, manual
from fellesdrift.cutover.local_time import local_time
from fellesdrift.cutover.next_command import playbook_command, stage_command
from fellesdrift.cutover.stopping import StopAskedError
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from fellesdrift.cutover.answers import Answers
    from fellesdrift.cutover.holding import Holding
    from fellesdrift.cutover.manual import Source
    from fellesdrift.cutover.waiting import Clock
    from fellesdrift.estate import Estate, ManualStep, Stage


class People(Protocol):
    """Those at the terminal of the run, if there is one."""

    def tell(self, text: str) -> None:
        """Show a line now, not when the task has ended."""

    def source(self, step: ManualStep) -> Source:
        """What they type in answer to that step."""


@dataclass(frozen=True)
class Result:
    """One manual step as it was answered. earlier: by an earlier run of this attempt."""

    step: str
    title: str
    answer: str
    simulated: bool
    evidence: str
    earlier: bool = False

    def as_data(self) -> dict[str, Any]:
        """JSON data."""
        return asdict(self)

    def line(self) -> str:
        """One line for people."""
        how = "simulated " * self.simulated + "answer"
        return f"{self.answer} ({how}): {self.title}" + (f": {self.evidence}" if self.evidence else "")


def due(stage: Stage, *when: str) -> list[tuple[str, ManualStep]]:
    """(stage id, step) of the manual steps of these moments."""
    return [(stage.id, step) for step in stage.steps if step.when in when]


def described(estate: Estate, stage: Stage, when: str) -> list[str]:
    """A line for each manual step of a moment, for a plan."""
    lines = []
    for _, step in due(stage, when):
        role = estate.roles[step.role].title if step.role in estate.roles else step.role
        lines.append(f"{step.title} ({role}, within {step.minutes} min): {step.instruction}")
        if step.id == stage.reversible_until:
            lines.append("  after a pass there is no way back")
    return lines


def ask_steps(
    holding: Holding, estate: Estate, when: str, answers: Answers, people: People, clock: Clock
) -> list[Result]:
    """Ask the manual steps of that moment that were not answered with pass in this attempt; gives all of them.

    One that does not pass stops the stage with FD648. Before anything was touched, and at finalize, the leases are
    given back: `refused` is written and nothing more happens. Else the caller takes the stage back, without waiting.
    """
    results: list[Result] = []
    for _, step in due(estate.stage(holding.permit.stage), when):
        try:
            result = _ask(holding, estate, step, answers, people, clock)
        except StopAskedError as error:
            if when == "before":
                _stopped(holding, estate, error)
            raise
        results.append(result)
        people.tell(result.line())
        if result.answer != "pass":
            _stop(holding, estate, when, step, result)
    return results


def _ask(holding: Holding, estate: Estate, step: ManualStep, answers: Answers, people: People, clock: Clock) -> Result:
    earlier = holding.shown().passed(step.id)
    if not earlier:
        deadline = manual.ask(holding, step, clock)
        known = answers(holding.permit.stage, step)
        people.tell(f"{step.title}: {step.instruction}")
        if known is None:
            role = estate.roles[step.role].title if step.role in estate.roles else step.role
            until = local_time(deadline.isoformat(), estate.time_zone)
            people.tell(f"asked of: {role}; answer by {until} here, or at another terminal:")
            people.tell(manual.answer_command(estate, holding.permit.key, step))
        source: Callable[[], manual.Answered | None] = people.source(step) if known is None else lambda: known
        manual.wait_for_answer(holding, estate, step, source, clock)
    answered = holding.shown().manual[step.id]
    return Result(step.id, step.title, answered.answer or "", answered.simulated, answered.evidence, earlier)


def _stopped(holding: Holding, estate: Estate, error: StopAskedError) -> None:
    """A stop while somebody was waited for: before anything was touched nobody else ends the stage."""
    journal, permit = holding.journal, holding.permit
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, holding.holder)
        if holding.progress().in_hand:
            return
        error.next_step = playbook_command(estate, "cutover", *permit.key)
        permit.write(journal, "stopped", {"reason": "a stop was asked for", "next": error.next_step})
        lease.release(connection, permit.token)


def _stop(holding: Holding, estate: Estate, when: str, step: ManualStep, result: Result) -> None:
    journal, permit, key = holding.journal, holding.permit, holding.permit.key
    with journal.transaction() as connection:
        lease.check_and_renew(connection, permit.token, holding.holder)
        progress = holding.progress()
        untouched = not progress.in_hand
        if when == "before" and untouched:
            ending.refuse(journal, permit, progress, f"{step.title}: {result.answer}")
        if when == "finalize" or (when == "before" and untouched):
            lease.release(connection, permit.token)
    if when == "finalize":
        next_step = f"once it holds: {stage_command(estate, 'finalize', *key)}"
    elif when == "before" and untouched:
        next_step = f"nothing was touched; once it holds: {playbook_command(estate, 'cutover', *key)}"
    else:
        next_step = "the stage goes back by itself and waits for nobody"
    raise FellesdriftError(
        "FD648",
        f"a manual step of {permit.stage} does not pass",
        key=f"{permit.stage} {step.id}",
        found=result.line(),
        expected="pass",
        next_step=next_step,
    )
