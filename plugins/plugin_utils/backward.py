"""The events of a stage that go backward or begin anew: taking stages back, and reconciling one that is held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.estate import plain
from ansible_collections.fellesdrift.core.plugins.plugin_utils.forward import check_answers

from fellesdrift.cutover import parts, planning, reconcile, returning
from fellesdrift.cutover.progress import StageProgress

if TYPE_CHECKING:
    from fellesdrift.cutover.planning import Context, StagePlan

READ_RESULTS = ("fellesdrift_found", "fellesdrift_windows_found", "fellesdrift_pbx_found")
"""The variables under which every host registers what its family's module found with `state: compared`."""


def plan_back(context: Context, municipality: str, stage: str) -> StagePlan:
    """The plan of a way back. FD621 when there is no such stage."""
    planning.pending(context, municipality, stage)
    key = (municipality, stage)
    return planning.plan_back(context, context.progress().get(key, StageProgress(*key)))


def rollback_order(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Which stages are taken back, in order."""
    municipality, only = arguments["municipality"], arguments["stage"]
    planning.pending(context, municipality, only)
    names = returning.rollback_order(context, municipality, only)
    summary = (
        f"to be taken back, in this order: {', '.join(names)}" if names else "nothing stands that could be taken back"
    )
    return {"stages": names, "summary": summary}


def open_reconcile(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Which hosts are to be read again. FD646 for a wrong file of answers where the stage is to go on: found in the
    middle of the stage it would take it back."""
    present = reconcile.held_stage(context, arguments["municipality"], arguments["stage"])
    if arguments["choice"] == "continue":
        check_answers(context.estate, present.municipality, [present.stage], arguments["answers"])
    known, platforms = reconcile.known_values(context, present), parts.platforms_of(context.estate)
    return {
        "observing": parts.families_of(known, platforms),
        "families": {host: parts.FAMILIES[platforms[host]] for host in known if host in platforms},
        "stage": present.stage,
        "municipality": present.municipality,
        "reason": present.reason,
        "before": {host: one.before for host, one in known.items()},
        "summary": f"held: {present.reason}\nread again: {', '.join(known) or 'no host'}",
    }


def decide(context: Context, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
    """Compare what was read, and write down the choice when one was made."""
    key = (arguments["municipality"], arguments["stage"])
    known = reconcile.known_values(context, reconcile.held_stage(context, *key))
    findings = []
    for host, one in known.items():
        findings.append(reconcile.examine(host, one, _read(host, task_vars)))
    choice = arguments["choice"]
    reconcile.refuse_unknown(context, key, findings)
    if choice and context.holder is not None:
        reconcile.choose(context, key, choice, findings)
    told = [f"chosen: {choice}"] if choice else reconcile.commands(context, key)
    return {
        "choice": choice,
        "results": [finding.as_data() for finding in findings],
        "summary": "\n".join([f"{len(findings)} hosts read again", *reconcile.table(findings), *told]),
    }


def _read(host: str, task_vars: dict[str, Any]) -> dict[str, Any]:
    """What a host was read to be, else what says why there is nothing, else nothing. A host of the play has registered
    its own answer; those of a task for many hosts are by host in what everybody registered."""
    own = task_vars["hostvars"].get(host, {})
    answers: list[dict[str, Any]] = [plain(own.get(name)) or {} for name in READ_RESULTS]
    answers += [(plain(task_vars.get(name)) or {}).get("hosts", {}).get(host, {}) for name in READ_RESULTS]
    told = [answer for answer in answers if answer.get("status")] or [answer for answer in answers if answer.get("msg")]
    return told[0] if told else {}
