"""The events of a stage that go forward besides its opening: people, waves, soaks and the point of no return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.estate import plain
from ansible_collections.fellesdrift.core.plugins.plugin_utils.terminal import Terminal

from fellesdrift.cutover import asking, finalize, planning, soak, waves
from fellesdrift.cutover.answers import answers_of
from fellesdrift.cutover.next_command import stage_command
from fellesdrift.cutover.permit import Permit
from fellesdrift.cutover.waiting import Clock
from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fellesdrift.cutover.planning import Context
    from fellesdrift.estate import Estate

    type Event = Callable[[Context, dict[str, Any], dict[str, Any]], dict[str, Any]]

VERIFY_RESULTS = "fellesdrift_verified"
"""The variable under which every host registers what network_verify found."""
_CUTOVER = ("before", "canary", "after")


def check_answers(estate: Estate, municipality: str, stages: list[str], answers: str | None) -> None:
    """Read a file of answers as a whole, before anything is opened. FD646, FD647."""
    due = [each for name in stages for each in asking.due(estate.stage(name), *_CUTOVER)]
    answers_of(answers, estate, municipality, due)


def ask(context: Context, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    """Ask the manual steps of one moment. In check mode: say which there are."""
    run, when = arguments["run"], arguments["when"]
    stage = context.estate.stage(run["stage"])
    if not run["permit"] or context.holder is None:
        lines = asking.described(context.estate, stage, when)
        return {"manual": [], "summary": "\n".join(["would be asked:", *lines]) if lines else "nobody is asked"}
    due = asking.due(stage, when)
    answers = answers_of(arguments["answers"], context.estate, run["municipality"], due)
    results = asking.ask_steps(context, Permit(**run["permit"]), when, answers, Terminal(), Clock())
    told = [result.line() for result in results if result.earlier]
    summary = "\n".join([f"{len(results)} manual steps pass", *(f"earlier: {line}" for line in told)])
    return {"manual": [result.as_data() for result in results], "summary": summary}


def wave_begun(context: Context, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    """A wave begins."""
    run, name = arguments["run"], arguments["wave"]
    stage = context.estate.stage(run["stage"])
    hosts = _hosts(run, name)
    if run["permit"] and context.holder is not None:
        waves.begin_wave(context, Permit(**run["permit"]), name, hosts)
    canary = "the canary, alone: " if soak.is_canary(stage, name) else ""
    return {"summary": f"{canary}{', '.join(hosts)}"}


def wave_ended(context: Context, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    """A wave has ended; gives whether it is verified by itself, and on which hosts."""
    run, name = arguments["run"], arguments["wave"]
    stage = context.estate.stage(run["stage"])
    canary = soak.is_canary(stage, name)
    rounds = soak.rounds_of(stage, name, _speed(context.estate))
    left: list[str] = []
    if run["permit"] and context.holder is not None:
        left = waves.end_wave(context, Permit(**run["permit"]), name, _hosts(run, name))
    told = [f"left behind: {', '.join(left)}"] if left else []
    told += ["then the canary is verified"] if canary else []
    told += [rounds.described()] if rounds else []
    return {"canary": canary, "soak": rounds is not None, "left": left, "summary": "\n".join(told or ["ended"])}


def soak_begun(context: Context, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    """A soak begins, or (round 0 only) the one verification of a canary."""
    run, wave = arguments["run"], arguments["wave"] or ""
    stage = context.estate.stage(run["stage"])
    rounds = soak.rounds_of(stage, wave, _speed(context.estate))
    if not run["permit"] or context.holder is None:
        return {"rounds": [], "hosts": [], "asked": [], "summary": rounds.described() if rounds else "no soak"}
    permit = Permit(**run["permit"])
    hosts = waves.changed_so_far(context, permit)
    numbers = [0] if soak.is_canary(stage, wave) and arguments["round"] == 0 else []
    if not numbers and rounds is not None and soak.begin(context, permit, rounds, Clock()):
        numbers = list(range(1, rounds.count + 1))
    told = "verified once" if numbers == [0] else rounds.described() if numbers and rounds else "nothing to wait for"
    return {
        "rounds": numbers,
        "hosts": hosts,
        "asked": list(dict.fromkeys([*hosts, *_observers(context, permit, run)])),
        "summary": told,
    }


def soak_waited(context: Context, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    """Wait until a round of the soak is due."""
    run, wave = arguments["run"], arguments["wave"] or ""
    rounds = soak.rounds_of(context.estate.stage(run["stage"]), wave, _speed(context.estate))
    seconds = rounds.wait_before(arguments["round"]) if rounds else 0.0
    soak.wait(context, Permit(**run["permit"]), seconds, Clock())
    return {"summary": f"round {arguments['round']} of {rounds.count if rounds else 0}"}


def soak_checked(context: Context, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
    """Judge what every host answered in a round."""
    run, wave, number = arguments["run"], arguments["wave"] or "", arguments["round"]
    permit = Permit(**run["permit"])
    hosts = list(dict.fromkeys([*waves.changed_so_far(context, permit), *_observers(context, permit, run)]))
    found = _found(hosts, label(wave, number), task_vars)
    lines = soak.judge(context, permit, wave, number, hosts, found)
    return {"summary": "\n".join(lines)}


def soak_ended(context: Context, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    """A soak has ended well."""
    run, wave = arguments["run"], arguments["wave"] or ""
    rounds = soak.rounds_of(context.estate.stage(run["stage"]), wave, _speed(context.estate))
    if rounds is None:
        raise FellesdriftError("FD636", "this wave has no soak", key="wave", found=wave, expected="one that has")
    soak.end(context, Permit(**run["permit"]), rounds)
    return {"summary": f"{rounds.count} rounds, each as it should be"}


def finalized(context: Context, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
    """Declare the point of no return."""
    run = arguments["run"]
    asked = list(dict.fromkeys([*run["hosts"], *run["probes"]]))
    if not run["permit"] or context.holder is None:
        return {"summary": "would be finalized: after that there is no way back", "state": "done"}
    found = _found(asked, label("finalize", 0), task_vars)
    finalize.finalize(context, Permit(**run["permit"]), arguments["reason"], asked, found)
    return {
        "state": "done",
        "stage": run["stage"],
        "summary": f"{run['stage']} of {run['municipality']} is finalized: there is no way back any more",
    }


def next_after_done(estate: Estate, municipality: str, stage_id: str) -> str:
    """What an operator may type when a stage is done."""
    return f"once it has proven itself: {stage_command(estate, 'finalize', municipality, stage_id)}"


def label(wave: str, number: int) -> str:
    """What a round's answers carry, so that none of an earlier round is taken for one of it."""
    return f"{wave or 'stage'}/{number}"


def _found(hosts: list[str], wanted: str, task_vars: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for host in hosts:
        answer = plain(task_vars["hostvars"][host].get(VERIFY_RESULTS)) or {}
        if answer.get("label") == wanted and answer.get("verified"):
            found[host] = answer["verified"]
        elif answer.get("msg"):
            found[host] = {"result": "inconclusive", "found": " ".join(str(answer["msg"]).split())}
    return found


def _observers(context: Context, permit: Permit, run: dict[str, Any]) -> list[str]:
    """Who asks for services: all observers but those that were left behind."""
    progress = context.progress()[permit.key]
    return [host for host in run["probes"] if host not in progress.hosts or not progress.hosts[host].left]


def _hosts(run: dict[str, Any], wave: str) -> list[str]:
    return next((list(each["hosts"]) for each in run["waves"] if each["name"] == wave), [])


def _speed(estate: Estate) -> float:
    return estate.twin.wait_speed if estate.twin else 1.0


EVENTS: dict[str, Event] = {
    "ask": ask,
    "wave_begun": wave_begun,
    "wave_ended": wave_ended,
    "soak_begun": soak_begun,
    "soak_waited": soak_waited,
    "soak_checked": soak_checked,
    "soak_ended": soak_ended,
    "finalize": finalized,
}


def open_finalize(context: Context, arguments: dict[str, Any]) -> Any:
    """The stage that is to be finalized, opened for it."""
    plan = planning.plan_stage(context, arguments["municipality"], arguments["stage"])
    return finalize.open_finalize(context, plan)
