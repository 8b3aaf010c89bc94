"""The events of a stage. The operations are fellesdrift.cutover, the documentation plugins/modules/stage.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible.utils.vars import load_extra_vars
from ansible_collections.fellesdrift.core.plugins.modules.stage import ARGUMENT_SPEC, main
from ansible_collections.fellesdrift.core.plugins.plugin_utils import backward, evidence, forward
from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.estate import plain, roles_path
from ansible_collections.fellesdrift.core.plugins.plugin_utils.estate_gates import ask_estate, check_window, gate_lines
from ansible_collections.fellesdrift.core.plugins.plugin_utils.observed_labels import answers, of_gates

from fellesdrift.cutover import ending, forecast, opening, parts, planning, rule_facts
from fellesdrift.cutover.holding import Holding
from fellesdrift.cutover.next_command import next_command
from fellesdrift.cutover.permit import Permit
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal  # here, so that the parent loads it once and no worker has to

if TYPE_CHECKING:
    from fellesdrift.cutover.returning import Opened
    from fellesdrift.estate import Estate
    from fellesdrift.estate.header import Header

__all__ = ["ActionModule", "main"]  # main: ansible-lint checks the arguments of a task by it

_INTERNAL = frozenset({"stage_run", "stage_gates", "way_back", "settled", "wave", "stage_id", "stage_index"}) | {
    "part",
    "family",
    "reconciling",
    "reconciled",
    "stage_soak",
    "soak_of",
    "soak_round",
}
_GATES = "fellesdrift_gates"
"""The variable under which the hosts' answers to the gates are registered."""


class ActionModule(FellesdriftAction):
    """One event of a stage, once for all hosts of the play."""

    ARGUMENT_SPEC = ARGUMENT_SPEC

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Dispatch on the event."""
        self._refuse_partial_runs(task_vars)
        self._refuse_internal_variables()
        header = self.header(task_vars)
        if arguments["event"] in forward.LIGHT:
            return {"changed": False} | self._light(header, arguments, task_vars)
        estate = self._handed_on(arguments) if arguments["event"] == "gates" else self.estate(task_vars)
        journal = Journal.read_only(header.journal, header.name) if self.check_mode else self.journal(header)
        holder = None if self.check_mode else self.holder()
        context = planning.Context(estate, roles_path(header.project_dir), journal, holder)
        try:
            event = arguments["event"]
            work = forward.EVENTS[event] if event in forward.EVENTS else getattr(self, f"_{event}")
            return {"changed": False} | work(context, arguments, task_vars)
        finally:
            if journal is not None:
                journal.close()

    def _handed_on(self, arguments: dict[str, Any]) -> Estate:
        """Of the estate what the rules look at, as the opening has read it in this run."""
        return rule_facts.taken_over(arguments["run"]["rule_facts"])

    def _light(self, header: Header, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """An event that needs no estate. In check mode there is nothing of it to see."""
        if self.check_mode:
            return {"summary": "nothing is written"}
        with self.journal(header) as journal:
            holding = Holding(journal, _permit(arguments["run"]), self.holder())
            return forward.LIGHT[arguments["event"]](holding, arguments, task_vars)

    def _pending(self, context: planning.Context, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
        names = planning.pending(context, arguments["municipality"], arguments["stage"])
        check_window(context, arguments)
        forward.check_answers(context.estate, arguments["municipality"], names, arguments["answers"])
        held = planning.completed_state(context, arguments["municipality"])
        platforms = parts.platforms_of(context.estate)
        return {
            "stages": names,
            "planning": self.check_mode,
            "held": held,
            "families": {host: parts.FAMILIES[platforms[host]] for host in held},
            "held_families": parts.families_of(held, platforms),
            "summary": f"pending: {', '.join(names)}" if names else "nothing is pending",
        }

    def _open(self, context: planning.Context, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        key = (arguments["municipality"], arguments["stage"])
        present = context.progress().get(key)
        if present is not None and present.takes_back:  # the record is enough, whatever the inventory says
            plan = backward.plan_back(context, *key)
        else:
            plan = planning.plan_stage(context, *key, arguments["also"])
        self._refuse_missing_hosts(context.estate, plan, task_vars)
        opened = opening.open_stage(context, plan, new_plan=arguments["new_plan"])
        run = _as_data(opened, context.estate) | forward.data_of(context.estate, plan)
        told = forward.planned(context.estate, plan, run) if opened.permit is None else []
        ahead = forecast.of(context, *key)
        summary = "\n".join([run["summary"], *forecast.described(ahead), *told])
        facts = rule_facts.handed_on(context.estate, *key, plan.locked) if opened.direction == "forward" else {}
        return run | {"also": arguments["also"], "forecast": ahead, "rule_facts": facts, "summary": summary}

    def _open_rollback(
        self, context: planning.Context, arguments: dict[str, Any], task_vars: dict[str, Any]
    ) -> dict[str, Any]:
        plan = backward.plan_back(context, arguments["municipality"], arguments["stage"])
        self._refuse_missing_hosts(context.estate, plan, task_vars)
        return _as_data(opening.open_rollback(context, plan), context.estate)

    def _rollback_order(
        self, context: planning.Context, arguments: dict[str, Any], _: dict[str, Any]
    ) -> dict[str, Any]:
        return backward.rollback_order(context, arguments) | {"planning": self.check_mode}

    def _open_reconcile(
        self, context: planning.Context, arguments: dict[str, Any], _: dict[str, Any]
    ) -> dict[str, Any]:
        return backward.open_reconcile(context, arguments)

    def _reconcile(
        self, context: planning.Context, arguments: dict[str, Any], task_vars: dict[str, Any]
    ) -> dict[str, Any]:
        return backward.decide(context, arguments, task_vars)

    def _open_finalize(
        self, context: planning.Context, arguments: dict[str, Any], task_vars: dict[str, Any]
    ) -> dict[str, Any]:
        opened = forward.open_finalize(context, arguments)
        self._refuse_missing_hosts(context.estate, opened.plan, task_vars)
        return _as_data(opened, context.estate) | forward.data_of(context.estate, opened.plan)

    def _gates(self, context: planning.Context, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        run = arguments["run"]
        given, why = answers(_GATES, of_gates(run), task_vars)
        results = []
        for host in run["observers"]:
            # no answer is no pass: the task was skipped, failed, never run or was another stage's
            results += given.get(host, {}).get("gates") or [
                {"gate": "answered", "host": host, "result": "inconclusive", "evidence": why or "no answer"}
            ]
        results += ask_estate(context, arguments)
        permit = None if self.check_mode else _permit(run)
        stopping = opening.decide_gates(context, permit, results)
        # what an earlier run has touched is not refused but taken back, by the tasks that follow
        if stopping and not self.check_mode and not run["touched"]:
            raise FellesdriftError(
                "FD630",
                f"{len(stopping)} of {len(results)} gates do not pass",
                key=run["stage"],
                found=stopping[0]["result"],
                expected="pass",
                details=[
                    f"{gate['result']:<13}{gate['gate']:<18}{gate['host'] or 'the estate':<18}{gate['evidence']}"
                    for gate in stopping
                ],
                next_step="mend what the gates name, then run the same command again",
            )
        return {"stopping": stopping, "gates": results, "summary": "\n".join(gate_lines(results, stopping))}

    def _failed(self, context: planning.Context, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
        opened = ending.fail_stage(context, _permit(arguments["run"]), arguments["reason"])
        back = _as_data(opened, context.estate)
        if opened.stopping:
            return back | {"summary": "stopping: nothing further is begun"}
        return back | {"summary": f"going back: {', '.join(back['before']) or 'no host was touched'}\n{back['reason']}"}

    def _close(self, context: planning.Context, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
        permit = _permit(arguments["run"])
        ending.close_stage(context, permit)
        forecast.remember(context, *permit.key)
        written = evidence.keep(context, permit)
        after = forward.next_after_done(context.estate, *permit.key)
        summary = "\n".join([f"{permit.stage} of {permit.municipality} is done", after, *written])
        return {"state": "done", "stage": permit.stage, "summary": summary}

    def _settle(self, context: planning.Context, arguments: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
        permit = _permit(arguments["run"])
        progress = ending.settle(context, permit)
        following = next_command(context.estate, progress)
        told = [f"{permit.stage} of {permit.municipality} is {progress.state}", f"next: {following}"]
        return {
            "state": progress.state,
            "stage": permit.stage,
            "reason": progress.reason,
            "hosts": progress.held_hosts,
            "next": following,
            "summary": "\n".join([*told, *evidence.keep(context, permit)]),
        }

    def _refuse_partial_runs(self, task_vars: dict[str, Any]) -> None:
        """--tags and --skip-tags would leave out steps of a stage: refused, before anything is opened."""
        tags, skipped = plain(task_vars.get("ansible_run_tags")), plain(task_vars.get("ansible_skip_tags"))
        if list(tags or ["all"]) != ["all"] or skipped:
            raise FellesdriftError(
                "FD620",
                "a stage is run whole or not at all",
                key="--tags, --skip-tags",
                found=f"tags {', '.join(tags or [])}; skipped {', '.join(skipped or []) or 'none'}",
                expected="neither option",
            )

    def _refuse_internal_variables(self) -> None:
        """-e beats everything, also what a task has registered: a gate's answer must not come from there."""
        variables = load_extra_vars(self._loader)
        if lost := variables.get("_raw_params"):  # Ansible takes a value to end at its first blank
            raise FellesdriftError(
                "FD624",
                "the command line has words that belong to no variable",
                key="-e",
                found=str(lost),
                expected="a value with blanks in quotes of its own: -e \"reason='what happened, and who decided'\"",
                next_step="the same command with the quotes; nothing was begun",
            )
        given = [str(name) for name in variables]
        internal = [name for name in given if name in _INTERNAL or name.startswith("fellesdrift_")]
        if internal:
            raise FellesdriftError(
                "FD624",
                "the command line sets a variable that the playbooks keep for themselves",
                key=", ".join(internal),
                found="-e",
                expected="-e municipality, stage, then, new_plan, and variables of your own",
                next_step="put what describes the estate into the inventory",
            )

    def _refuse_missing_hosts(self, estate: Estate, plan: planning.StagePlan, task_vars: dict[str, Any]) -> None:
        """--limit must not leave out a host of the stage or an observer of it."""
        platforms = parts.platforms_of(estate)
        # all others are taken all at once by a task that runs once, whoever is in the play
        needed = [
            host
            for host in dict.fromkeys([*plan.locked, *plan.probes])
            if platforms.get(host) is None or parts.FAMILIES[platforms[host]] == "network"
        ]
        present = set(plain(task_vars["ansible_play_hosts_all"]))
        missing = [host for host in needed if host not in present]
        batch = set(plain(task_vars["ansible_play_batch"]))
        missing += [host for host in needed if host in present and host not in batch]
        if missing:
            raise FellesdriftError(
                "FD622",
                f"the stage {plan.stage.id} of {plan.municipality} needs hosts that this run leaves out",
                host=", ".join(missing),
                key="--limit, serial",
                found=f"{len(present & batch)} of the {len(estate.hosts)} hosts of the estate in this run",
                expected=f"at least {', '.join(needed)}",
                next_step=f"run it without --limit; only {plan.municipality} and the platform are touched",
            )


def _permit(run: dict[str, Any] | None) -> Permit:
    if not run or not run.get("permit"):
        raise FellesdriftError(
            "FD636",
            "this event belongs to an opened stage",
            key="run",
            found="no permit",
            expected="what the event open or open_rollback returned",
        )
    return Permit(**run["permit"])


def _as_data(opened: Opened, estate: Estate) -> dict[str, Any]:
    plan = opened.plan
    platforms = parts.platforms_of(estate)
    observers = list(dict.fromkeys([*plan.locked, *plan.probes]))
    exchanges = [name for name, platform in platforms.items() if parts.FAMILIES[platform] == "pbx"]
    # what one exchange is asked takes what all of them say, whether they are of the stage or not
    known = [*plan.locked, *plan.probes, *opened.before, *exchanges]
    waves = opened.back_waves if opened.direction == "back" else [] if opened.stopping else plan.waves
    hosts = ", ".join(host for wave in waves for host in wave.hosts)
    return {
        "planning": opened.permit is None,
        "reason": opened.reason,
        "summary": f"{'resumed' if opened.resumed else 'opened'}, {opened.direction}: {hosts}",
        "municipality": plan.municipality,
        "stage": plan.stage.id,
        "title": plan.stage.title,
        "direction": opened.direction,
        "resumed": opened.resumed,
        "hosts": plan.hosts,
        "waves": [wave.as_data() for wave in waves],
        "parts": [part.as_data() for part in parts.parts_of(opened, platforms)],
        "families": {host: parts.FAMILIES[platforms[host]] for host in known if host in platforms},
        "drained": opened.drained,
        "touched": opened.touched,
        "observers": observers,
        "changing": plan.drained | plan.desired,
        "gates": parts.gates_by_family(plan.stage.gates),
        "desired": plan.desired,
        "flows": plan.flows,
        "probes": {host: [probe.as_data() for probe in probes] for host, probes in plan.probes.items()},
        "permit": opened.permit.as_data() if opened.permit else {},
        "before": opened.before,
        "after": opened.after,
        "numbering": estate.numbering.model_dump(mode="json") if estate.numbering else None,
        "exchanges": exchanges,
    }
