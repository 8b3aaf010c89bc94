"""Writes what a playbook did, for a benchmark to repeat with empty tasks: a line for each play and each result."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.executor.task_result import CallbackTaskResult
from ansible.playbook import Playbook
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: bench_tasks
type: notification
short_description: What a playbook did
description:
  - Appends JSON lines to the file that the environment variable FELLESDRIFT_BENCH_TASKS names.
requirements:
  - that variable
"""


class CallbackModule(CallbackBase):
    """[playbook] when one starts, [task, host] for each result."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "bench_tasks"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_start(self, playbook: Playbook) -> None:
        """A further playbook begins."""
        self._note(Path(str(playbook._file_name)).name)

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        """A task of a host is over."""
        self._result(result)

    def v2_runner_on_skipped(self, result: CallbackTaskResult) -> None:
        """Skipped costs the same: the condition is judged by the worker."""
        self._result(result)

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        """A task may fail where a rescue waits for it."""
        self._result(result)

    def _result(self, result: CallbackTaskResult) -> None:
        self._note(result.task._uuid, result.host.get_name())

    def _note(self, *record: Any) -> None:
        with Path(os.environ["FELLESDRIFT_BENCH_TASKS"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
