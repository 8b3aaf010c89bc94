"""The screen output of a run: see DOCUMENTATION."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible import constants, context
from ansible.playbook.task_include import TaskInclude
from ansible.plugins.callback.default import CallbackModule as Default
from ansible_collections.fellesdrift.core.plugins.plugin_utils.live import LiveView, Standing, wanted
from ansible_collections.fellesdrift.core.plugins.plugin_utils.vault import closed_secret

if TYPE_CHECKING:
    from ansible.executor.stats import AggregateStats
    from ansible.executor.task_result import CallbackTaskResult
    from ansible.inventory.host import Host
    from ansible.playbook import Playbook
    from ansible.playbook.play import Play
    from ansible.playbook.task import Task

DOCUMENTATION = """
name: progress
type: stdout
short_description: What is happening, a line at a time, and an exit code that tells the truth
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Shows a line for each task with the time since the start, and the C(summary) of fellesdrift's own results below it;
    everything else is shown as Ansible's default callback does.
  - A cutover or rollback that ends without a failure, but also without having done what it is for (left out by
    C(--skip-tags), C(--start-at-task) or the like), ends with exit code 3.
  - On a terminal, a cutover and a rollback show two lines at its foot - stage, step and host at work, time taken, the
    end that earlier runs make probable, what is left of the window, and until when there is time to turn back.
    Elsewhere, and with C(FELLESDRIFT_LIVE=0), there are only lines. C(NO_COLOR) is honoured.
extends_documentation_fragment:
  - default_callback
  - result_format_callback
requirements:
  - set as stdout_callback in ansible.cfg
"""

_STAGE = "fellesdrift.core.stage"
_OF_MANY_HOSTS = ("fellesdrift.core.stage_observe", "fellesdrift.core.windows_stage", "fellesdrift.core.pbx_stage")
_OF_ALL = ("fellesdrift.core.snapshot_report", "fellesdrift.core.drift_sweep")
_FAIL = "ansible.builtin.fail"
_ESTATE_CHECK = "fellesdrift.core.estate_check"
_GOALS = ("cutover.yml", "rollback.yml")
EXIT_GOAL_NOT_REACHED = 3
_TERMINAL = 1
"""The descriptor of the standard output."""


class CallbackModule(Default):
    """Ansible's default output, with summaries, elapsed time and the check of the goal."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "fellesdrift.core.progress"

    def __init__(self) -> None:
        super().__init__()
        self._started = time.monotonic()
        self._goal = ""
        self._check_mode = False
        self._open_stages: list[str] | None = None
        self._live: LiveView | None = None
        self._settled: list[str] = []

    def v2_playbook_on_start(self, playbook: Playbook) -> None:
        """Remember which playbook it is: its name is its goal."""
        self._goal = Path(playbook._file_name).name
        self._check_mode = bool(context.CLIARGS.get("check"))
        super().v2_playbook_on_start(playbook)
        if self._goal in _GOALS and wanted(_TERMINAL):
            self._live = LiveView(Standing(self._started), _TERMINAL)
            self._live.start()

    def v2_playbook_on_play_start(self, play: Play) -> None:
        """Each batch of a play with `serial` begins here, and shows its tasks anew."""
        super().v2_playbook_on_play_start(play)
        self._last_task_banner = None

    def _print_task_banner(self, task: Task) -> None:
        if isinstance(task, TaskInclude):
            return
        elapsed = time.monotonic() - self._started
        self._display.display(f"{elapsed:7.1f} s  {task.get_name()}", color=constants.COLOR_HIGHLIGHT)
        self._last_task_banner = task._uuid

    def v2_runner_on_start(self, host: Host, task: Task) -> None:
        """Who is at work, for the live view; nothing is said of it elsewhere."""
        if self._live is None:
            return
        standing = self._live.standing
        if standing.step != task.get_name():
            standing.step, standing.hosts = task.get_name(), {}
        if task.action not in _OF_MANY_HOSTS:  # such a task is run on one host, whichever it is about
            standing.hosts[host.name] = None

    def _ended(self, result: CallbackTaskResult) -> None:
        """One host less at work; an opened stage says what is ahead."""
        if self._live is None:
            return
        standing = self._live.standing
        standing.hosts = {name: None for name in standing.hosts if name != result.host.name}
        if result.task.action == _STAGE:
            standing.municipality = str(result.result.get("municipality") or standing.municipality)
            standing.stage = str(result.result.get("stage") or standing.stage)
            if forecast := result.result.get("forecast"):
                standing.forecast, standing.stage_began = dict(forecast), datetime.now(UTC)

    def v2_playbook_on_include(self, included_file: Any) -> None:
        """Which file was included is no news to an operator."""

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        """A result with a summary is one line."""
        self._ended(result)
        self._watch(result)
        summary = result.result.get("summary")
        if not summary or self._run_is_verbose(result):
            if not isinstance(result.task, TaskInclude):
                super().v2_runner_on_ok(result)
            return
        if self._last_task_banner != result.task._uuid:
            self._print_task_banner(result.task)
        self._handle_warnings_and_exception(result)
        if not self._hosts(result):
            color = constants.COLOR_CHANGED if result.result.get("changed") else constants.COLOR_OK
            self._lines(self._label(result), str(summary), color)

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        """One of our errors is its text, not JSON; one of our results that a playbook calls failed is its summary."""
        self._ended(result)
        if closed := self._closed(result):
            self._lines(self.host_label(result), closed, constants.COLOR_ERROR)
            return
        ours = result.result.get("code") or result.task.action == _FAIL
        text = result.result.get("msg" if ours else "summary")
        if not text:
            super().v2_runner_on_failed(result, ignore_errors)
            return
        if self._last_task_banner != result.task._uuid:
            self._print_task_banner(result.task)
        if not self._hosts(result):
            self._lines(self._label(result), str(text), constants.COLOR_ERROR)

    def v2_runner_on_skipped(self, result: CallbackTaskResult) -> None:
        """Not shown, but no longer at work."""
        self._ended(result)
        super().v2_runner_on_skipped(result)

    def v2_runner_on_unreachable(self, result: CallbackTaskResult) -> None:
        """The same of a host that Ansible itself gives up."""
        self._ended(result)
        super().v2_runner_on_unreachable(result)

    def v2_runner_item_on_failed(self, result: CallbackTaskResult) -> None:
        """The same within a loop."""
        if text := self._closed(result):
            self._lines(self.host_label(result), text, constants.COLOR_ERROR)
        else:
            super().v2_runner_item_on_failed(result)

    def _closed(self, result: CallbackTaskResult) -> str | None:
        """Our words where Ansible could not decrypt: its own name a place, but neither the host nor the vault ids."""
        error = closed_secret(str(result.result.get("msg")), self.host_label(result))
        return str(error) if error else None

    def v2_playbook_on_stats(self, stats: AggregateStats) -> None:
        """The recap, then where a stage that was not done stands and what to type, as the last lines of all; the exit
        code when nothing failed and nothing was done."""
        if self._live is not None:
            self._live.close()
        super().v2_playbook_on_stats(stats)
        failed = any(stats.failures.values()) or any(stats.dark.values())
        if self._goal in _GOALS and not failed and not self._check_mode and self._open_stages != []:
            missing = ", ".join(self._open_stages or []) or "nothing was opened"
            self._display.display(
                f"FD640: this run ended without an error and without having done what it is for ({missing})\n"
                "  next:     run the playbook without --skip-tags, --tags, --start-at-task and --limit",
                color=constants.COLOR_ERROR,
            )
            sys.exit(EXIT_GOAL_NOT_REACHED)
        for line in self._settled if failed else []:
            self._display.display(line, color=constants.COLOR_ERROR)

    def _watch(self, result: CallbackTaskResult) -> None:
        if result.task.action != _STAGE or result.task.check_mode:
            return
        event = result.task.args.get("event")
        if event == "settle":
            told = result.result
            where = f"{told['stage']} of {result.task.args['municipality']} is {told['state']}: {told['reason']}"
            self._settled = [where, f"next: {told['next']}"]
        if event in ("pending", "rollback_order"):
            self._open_stages = list(result.result["stages"])
        elif event in ("close", "settle") and result.result.get("state") in ("done", "rolled back"):
            ended = str(result.result["stage"])
            self._open_stages = [stage for stage in self._open_stages or [] if stage != ended]

    def _label(self, result: CallbackTaskResult) -> str:
        """The host; for what is of all hosts the municipality (a stage's event) or the estate (its check)."""
        if result.task.action == _ESTATE_CHECK:
            return "the estate"
        if result.task.action == _STAGE:
            return str(result.task.args.get("municipality"))
        if result.task.action in _OF_ALL:
            return "all hosts"
        return str(self.host_label(result))

    def _hosts(self, result: CallbackTaskResult) -> bool:
        """What a task for many hosts says of each; False when it is no such task."""
        if result.task.action not in _OF_MANY_HOSTS or not result.result.get("hosts"):
            return False
        for host, found in result.result["hosts"].items():
            color = constants.COLOR_CHANGED if found.get("changed") else constants.COLOR_OK
            color = constants.COLOR_ERROR if found.get("failed") else color
            self._lines(str(host), str(found["msg"] if found.get("failed") else found["summary"]), color)
        return True

    def _lines(self, host: str, text: str, color: str) -> None:
        first, *rest = text.splitlines()
        indent = " " * 13
        self._display.display(f"{indent}{host:<17} {first}", color=color)
        for line in rest:
            self._display.display(f"{indent}{'':<18}{line}", color=color)
