"""`fellesdrift stage`: one stage of one municipality, from its plan to the point of no return.

`plan`, `start`, `finalize`, `rollback` and `reconcile` run the playbook and end with its exit code: 0 as asked, 2 a
host, a gate or a person said no, 3 nothing was done, 4 Ansible could not read something, 99, 137 and 143 interrupted.
`answer` ends with 0 when the answer is in the journal, `open` with 1 when something waits for an answer; both with 2
and an error's text when they could not.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from fellesdrift.commands.options import DEFAULT_INVENTORY, AsJson, Inventory, load
from fellesdrift.commands.playbooks import hand_over

if TYPE_CHECKING:
    from fellesdrift.estate import Estate

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)

Municipality = Annotated[str, typer.Argument(help="The municipality's key.")]
StageId = Annotated[str, typer.Argument(help="The stage's id.")]
MaybeStage = Annotated[str | None, typer.Argument(help="The stage's id; without it, all that are pending.")]
StandingStage = Annotated[str | None, typer.Argument(help="The stage's id; without it, all that stand, last first.")]
AnswersOption = Annotated[
    str | None, typer.Option("--answers", help="A file with the answers to the manual steps; on a twin: simulated.")
]
NewPlan = Annotated[
    bool, typer.Option("--new-plan", help="Resume although the plan is another one than it was begun with.")
]
CheckOption = Annotated[bool, typer.Option("--check", help="Only say what would be done.")]
Extra = Annotated[list[str] | None, typer.Option("--extra-vars", "-e", help="Handed on to ansible-playbook.")]


class Choice(StrEnum):
    """What may be answered to a manual step."""

    HOLDS = "pass"
    FAILS = "fail"
    UNCLEAR = "inconclusive"


class Then(StrEnum):
    """What to do with a held stage once it was mended."""

    CONTINUE = "continue"
    BACK = "back"


@dataclass(frozen=True)
class Waiting:
    """A manual step that waits for its answer. deadline: ISO 8601, UTC; over: it has passed, and no answer is taken."""

    municipality: str
    stage: str
    step: str
    title: str
    instruction: str
    role: str
    deadline: str
    over: bool
    command: str


@app.command("plan")
def plan(
    municipality: Municipality,
    stage: MaybeStage = None,
    inventory: Inventory = DEFAULT_INVENTORY,
    extra: Extra = None,
) -> None:
    """What would be changed, asked and waited for, and what stands in the way. Nothing is written."""
    hand_over("plan.yml", inventory, municipality, *_stage(stage), "--diff", *_extra(extra))


@app.command("start")
def start(
    municipality: Municipality,
    stage: MaybeStage = None,
    inventory: Inventory = DEFAULT_INVENTORY,
    answers: AnswersOption = None,
    new_plan: NewPlan = False,
    override: Annotated[
        str | None,
        typer.Option(
            "--override-window",
            metavar="REASON",
            help="Run it outside its window: what happened, and which role decided.",
        ),
    ] = None,
    check: CheckOption = False,
    extra: Extra = None,
) -> None:
    """Move the municipality. A run that was stopped or killed is finished by the same command."""
    variables = [*_stage(stage), *_answers(answers), *_new_plan(new_plan)]
    if override is not None:
        why = {"window": "overridden", "reason": override}
        variables += ["-e", json.dumps(why, ensure_ascii=False)]
    hand_over("cutover.yml", inventory, municipality, *variables, *_check(check), *_extra(extra))


@app.command("finalize")
def finalize(
    municipality: Municipality,
    stage: StageId,
    reason: Annotated[str, typer.Option("--reason", help="Who agreed, and on what; for the journal.")],
    inventory: Inventory = DEFAULT_INVENTORY,
    answers: AnswersOption = None,
    check: CheckOption = False,
) -> None:
    """Declare that there is no way back from a stage that is done. It is never done by itself."""
    why = ["-e", json.dumps({"reason": reason}, ensure_ascii=False)]
    hand_over("finalize.yml", inventory, municipality, *_stage(stage), *why, *_answers(answers), *_check(check))


@app.command("rollback")
def rollback(
    municipality: Municipality,
    stage: StandingStage = None,
    inventory: Inventory = DEFAULT_INVENTORY,
    check: CheckOption = False,
    extra: Extra = None,
) -> None:
    """Take a stage, or the whole municipality, back to the recorded before. It asks nobody."""
    hand_over("rollback.yml", inventory, municipality, *_stage(stage), *_check(check), *_extra(extra))


@app.command("reconcile")
def reconcile(
    municipality: Municipality,
    stage: StageId,
    then: Annotated[Then | None, typer.Option("--then", help="What to do next; without it, it only looks.")] = None,
    inventory: Inventory = DEFAULT_INVENTORY,
    answers: AnswersOption = None,
    new_plan: NewPlan = False,
    extra: Extra = None,
) -> None:
    """After a repair by hand: read every host of a held stage again, and go on or back. Who goes on asks people again,
    as `start` does; the way back asks nobody."""
    if then is not Then.CONTINUE and (answers or new_plan):
        raise typer.BadParameter("--answers and --new-plan are for --then continue: nothing else asks people or plans")
    choice = ["-e", f"then={then.value}"] if then else []
    variables = [*_stage(stage), *choice, *_answers(answers), *_new_plan(new_plan)]
    hand_over("reconcile.yml", inventory, municipality, *variables, *_extra(extra))


@app.command("answer")
def answer(
    municipality: Municipality,
    stage: StageId,
    step: Annotated[str, typer.Argument(help="The manual step's id.")],
    choice: Annotated[Choice, typer.Argument(metavar="pass|fail|inconclusive", help="What came of it.")],
    name: Annotated[str, typer.Option("--name", help="Who answers; kept where it can be erased.")],
    note: Annotated[str, typer.Option("--note", help="The evidence: what was seen, heard or measured.")] = "",
    inventory: Inventory = DEFAULT_INVENTORY,
) -> None:
    """Answer a manual step that a run waits for, from another terminal."""
    from fellesdrift.cutover import manual
    from fellesdrift.cutover.next_command import playbook_command
    from fellesdrift.cutover.waiting import Clock
    from fellesdrift.journal import Journal

    estate = load(inventory)
    given = manual.Answered(choice.value, name, note)
    with Journal.open(estate.journal, estate.name) as journal:
        manual.answer(estate, journal, (municipality, stage), step, given, Clock())
    playbook = "finalize" if manual.step_of(estate.stage(stage), step).when == "finalize" else "cutover"
    typer.echo(f"written down: {choice.value} for {stage} {step} of {municipality}")
    typer.echo(
        f"the run that waits for it goes on; next, if none is at work: "
        f"{playbook_command(estate, playbook, municipality, stage)}"
    )


@app.command("open")
def open_steps(inventory: Inventory = DEFAULT_INVENTORY, as_json: AsJson = False) -> None:
    """List the manual steps that wait for an answer. Exit 1 when there is one, 2 when there is no journal."""
    from fellesdrift.commands.table import print_table
    from fellesdrift.cutover.local_time import local_time

    estate = load(inventory)
    waiting = _waiting(estate)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in waiting], ensure_ascii=False, indent=2))
    elif waiting:
        print_table(
            "Manual steps that wait for an answer",
            ["municipality", "stage", "step", "what to do", "who", "until"],
            [
                [
                    one.municipality,
                    one.stage,
                    one.step,
                    f"{one.title}: {one.instruction}",
                    one.role,
                    f"{local_time(one.deadline, estate.time_zone)}{' (over)' if one.over else ''}",
                ]
                for one in waiting
            ],
        )
        for one in waiting:
            typer.echo(f"next: {one.command}")
    else:
        typer.echo("nothing waits for an answer")
    if waiting:
        raise typer.Exit(1)


def _waiting(estate: Estate) -> list[Waiting]:
    from fellesdrift.commands.journal import reading
    from fellesdrift.cutover.manual import answer_command, step_of
    from fellesdrift.cutover.next_command import playbook_command
    from fellesdrift.cutover.progress import read_progress
    from fellesdrift.cutover.waited_for import waited_for
    from fellesdrift.cutover.waiting import Clock

    now, found = Clock().now(), []
    with reading(estate) as journal:
        stages = read_progress(journal.current())
    for key, progress in stages.items():
        for asked in waited_for(progress):
            over = asked.deadline <= now
            again = playbook_command(estate, "finalize" if asked.when == "finalize" else "cutover", *key)
            command = again if over else answer_command(estate, key, step_of(estate.stage(key[1]), asked.step))
            role = estate.roles[asked.role].title if asked.role in estate.roles else asked.role
            until = asked.deadline.isoformat(timespec="minutes")
            found.append(Waiting(*key, asked.step, asked.title, asked.instruction, role, until, over, command))
    return found


def _stage(stage: str | None) -> list[str]:
    return ["-e", f"stage={stage}"] if stage else []


def _answers(answers: str | None) -> list[str]:
    return ["-e", json.dumps({"answers": answers}, ensure_ascii=False)] if answers else []


def _new_plan(new_plan: bool) -> list[str]:
    return ["-e", "new_plan=true"] if new_plan else []


def _check(check: bool) -> list[str]:
    return ["--check", "--diff"] if check else []


def _extra(extra: list[str] | None) -> list[str]:
    return [text for one in extra or [] for text in ("-e", one)]
