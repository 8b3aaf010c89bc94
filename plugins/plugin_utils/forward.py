"""The events of a stage that go forward besides its opening: people, waves, soaks and the point of no return.

LIGHT events need no estate: they happen often, and reading one takes longer than all that they do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.observed_labels import answers, of_round, of_verification
from ansible_collections.fellesdrift.core.plugins.plugin_utils.terminal import Terminal

from fellesdrift.cutover import asking, finalize, planning, soak, waves
from fellesdrift.cutover.answers import answers_of
from fellesdrift.cutover.holding import Holding
from fellesdrift.cutover.next_command import stage_command
from fellesdrift.cutover.permit import Permit
from fellesdrift.cutover.waiting import Clock
from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fellesdrift.cutover.planning import Context, StagePlan
    from fellesdrift.cutover.returning import Opened
    from fellesdrift.estate import Estate

    type Event = Callable[[Context, dict[str, Any], dict[str, Any]], dict[str, Any]]
    type LightEvent = Callable[[Holding, dict[str, Any], dict[str, Any]], dict[str, Any]]

_VERIFIED = "fellesdrift_verified"
"""The variable under which what a verification found is registered."""
_CUTOVER = ("before", "canary", "after")
_FINALIZE = "finalize"


def check_answers(estate: Estate, municipality: str, stages: list[str], answers: str | None) -> None:
    """Read a file of answers as a whole, before anything is opened. FD646, FD647."""
    due = [each for name in stages for each in asking.due(estate.stage(name), *_CUTOVER)]
    answers_of(answers, estate, municipality, due)


def open_finalize(context: Context, arguments: dict[str, Any]) -> Opened:
    """The stage that is to be finalized, opened for it."""
    municipality, stage = arguments["municipality"], arguments["stage"]
    answers_of(arguments["answers"], context.estate, municipality, asking.due(context.estate.stage(stage), _FINALIZE))
    return finalize.open_finalize(context, planning.plan_stage(context, municipality, stage))


def data_of(estate: Estate, plan: StagePlan) -> dict[str, Any]:
    """What an opened stage hands on of its people, its soak and its deadlines."""
    stage = plan.stage
    return {
        "soak": stage.soak.model_dump() if stage.soak else None,
        "wait_speed": estate.twin.wait_speed if estate.twin else 1.0,
        "timeouts": stage.timeouts.model_dump(),
        "asks": sorted({step.when for step in stage.steps}),
    }


def planned(estate: Estate, plan: StagePlan, run: dict[str, Any]) -> list[str]:
    """What a plan says of people and of waiting."""
    lines = []
    for when, title in (("before", "asked before"), ("canary", "asked about the canary"), ("after", "asked after")):
        lines += [f"{title}: {line}" for line in asking.described(estate, plan.stage, when)]
    for wave in run["waves"]:
        if wave["canary"]:
            lines.append(f"canary, verified before anything else is changed: {', '.join(wave['hosts'])}")
        if rounds := _rounds(run, wave["name"]):
            lines.append(f"after {wave['name']}: {rounds.described()}")
    if rounds := _rounds(run, ""):
        lines.append(f"after the last wave: {rounds.described()}")
    return lines + [f"asked before it is finalized: {line}" for line in asking.described(estate, plan.stage, _FINALIZE)]


def next_after_done(estate: Estate, municipality: str, stage_id: str) -> str:
    """What an operator may type when a stage is done."""
    return f"once it has proven itself: {stage_command(estate, 'finalize', municipality, stage_id)}"


def _ask(context: Context, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    """Ask the manual steps of one moment. In check mode: say which there are."""
    run, when = arguments["run"], arguments["when"]
    stage = context.estate.stage(run["stage"])
    if context.journal is None or context.holder is None or not run["permit"]:
        lines = asking.described(context.estate, stage, when)
        return {"manual": [], "summary": "\n".join(["would be asked:", *lines])}
    answers = answers_of(arguments["answers"], context.estate, run["municipality"], asking.due(stage, when))
    holding = Holding(context.journal, Permit(**run["permit"]), context.holder)
    results = asking.ask_steps(holding, context.estate, when, answers, Terminal(), Clock())
    told = [f"earlier: {result.line()}" for result in results if result.earlier]
    summary = "\n".join([f"{len(results)} of {len(results)} answered with pass", *told])
    return {"manual": [result.as_data() for result in results], "summary": summary}


def _finalize(context: Context, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
    """Declare the point of no return."""
    run = arguments["run"]
    if context.journal is None or context.holder is None or not run["permit"]:
        return {"summary": "would be finalized: after that there is no way back", "state": "done"}
    holding = Holding(context.journal, Permit(**run["permit"]), context.holder)
    found = _found(run["observers"], of_verification(run, of_round(_FINALIZE, 0)), task_vars)
    finalize.finalize(holding, context.estate, arguments["reason"], run["observers"], found)
    told = f"{run['stage']} of {run['municipality']} is finalized: there is no way back any more"
    return {"state": "done", "stage": run["stage"], "summary": told}


def _wave_begun(holding: Holding, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    wave = _wave(arguments)
    waves.begin_wave(holding, wave["name"], wave["hosts"], canary=wave["canary"])
    return {"summary": f"{'the canary, alone: ' if wave['canary'] else ''}{', '.join(wave['hosts'])}"}


def _wave_ended(holding: Holding, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    wave = _wave(arguments)
    left = waves.end_wave(holding, wave["name"], wave["hosts"])
    return {"left": left, "summary": f"left behind: {', '.join(left)}" if left else "ended"}


def _soak_begun(holding: Holding, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    """A soak begins, or (round 0 only) the one verification of a canary."""
    rounds = _rounds(arguments["run"], arguments["wave"] or "")
    numbers = [0] if arguments["round"] == 0 else []
    if not numbers and rounds is not None and soak.begin(holding, rounds, Clock()):
        numbers = list(range(1, rounds.count + 1))
    told = "once, now" if numbers == [0] else rounds.described() if numbers and rounds else "nothing to wait for"
    hosts, asked = _verified(holding, arguments["run"], arguments["wave"] or "")
    return {"rounds": numbers, "hosts": hosts, "asked": asked, "summary": told}


def _soak_waited(holding: Holding, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    rounds = _rounds(arguments["run"], arguments["wave"] or "")
    if rounds is None:
        raise _no_soak(arguments["wave"])
    soak.wait(holding, rounds.wait_before(arguments["round"]), Clock())
    return {"summary": f"round {arguments['round']} of {rounds.count}"}


def _soak_checked(holding: Holding, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
    """Judge what every host answered in a round."""
    wave, number = arguments["wave"] or "", arguments["round"]
    _, asked = _verified(holding, arguments["run"], wave)
    label = of_verification(arguments["run"], of_round(wave, number))
    lines = soak.judge(holding, wave, number, asked, _found(asked, label, task_vars))
    return {"summary": "\n".join(lines)}


def _soak_ended(holding: Holding, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    rounds = _rounds(arguments["run"], arguments["wave"] or "")
    if rounds is None:
        raise _no_soak(arguments["wave"])
    soak.end(holding, rounds)
    return {"summary": f"{rounds.count} of {rounds.count} rounds as they should be"}


EVENTS: dict[str, Event] = {"ask": _ask, "finalize": _finalize}
LIGHT: dict[str, LightEvent] = {
    "wave_begun": _wave_begun,
    "wave_ended": _wave_ended,
    "soak_begun": _soak_begun,
    "soak_waited": _soak_waited,
    "soak_checked": _soak_checked,
    "soak_ended": _soak_ended,
}


def _found(hosts: list[str], label: str, task_vars: dict[str, Any]) -> dict[str, Any]:
    """host -> its evidence, of those that there is something to say of."""
    given, why = answers(_VERIFIED, label, task_vars)
    if why:
        return {host: {"result": "inconclusive", "found": why} for host in hosts}
    return {host: given[host]["verified"] for host in hosts if given.get(host, {}).get("verified")}


def _verified(holding: Holding, run: dict[str, Any], wave: str) -> tuple[list[str], list[str]]:
    """The hosts that were changed so far, and all that are asked: these and the observers; none left behind."""
    hosts, known = waves.changed_so_far(holding, wave), holding.progress().hosts
    observers = [host for host in run["probes"] if host not in known or not known[host].left]
    return hosts, list(dict.fromkeys([*hosts, *observers]))


def _wave(arguments: dict[str, Any]) -> dict[str, Any]:
    wave: dict[str, Any] = next(each for each in arguments["run"]["waves"] if each["name"] == arguments["wave"])
    return wave


def _rounds(run: dict[str, Any], wave: str) -> soak.Rounds | None:
    return soak.rounds_of(run, wave, run["wait_speed"])


def _no_soak(wave: str | None) -> FellesdriftError:
    return FellesdriftError(
        "FD636", "there is no soak here", key="wave", found=wave or "the last one", expected="a wave that has one"
    )
