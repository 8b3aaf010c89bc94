"""Writes when each task of a playbook began, and how long each transaction of the journal took."""

from __future__ import annotations

import functools
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible.executor.stats import AggregateStats
from ansible.playbook.task import Task
from ansible.plugins.callback import CallbackBase

from fellesdrift.journal import Journal

DOCUMENTATION = """
name: bench_times
type: notification
short_description: How long tasks and the journal take
description:
  - Appends JSON lines to the file that the environment variable FELLESDRIFT_BENCH_TIMES names, from every process.
requirements:
  - that variable
"""


class CallbackModule(CallbackBase):
    """["task", seconds, name] when one begins, ["end", seconds], ["journal", asked, begun, ended] of a transaction."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "bench_times"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        # before any worker is forked, so that each of them has it
        Journal.transaction = _timed(Journal.transaction)

    def v2_playbook_on_task_start(self, task: Task, is_conditional: bool) -> None:
        """The task before it has ended: the hosts of a play go from task to task together."""
        _note("task", time.monotonic(), task.get_name())

    def v2_playbook_on_stats(self, stats: AggregateStats) -> None:
        """The last one has ended."""
        _note("end", time.monotonic())


def _timed(transaction: Any) -> Any:
    mine = threading.local()  # a wave's hosts write side by side in one process

    @functools.wraps(transaction)
    @contextmanager
    def timed(self: Journal, *arguments: Any, **more: Any) -> Iterator[Any]:
        asked = begun = time.monotonic()
        mine.within = getattr(mine, "within", 0) + 1
        try:
            with transaction(self, *arguments, **more) as connection:
                begun = time.monotonic()
                yield connection
        finally:
            mine.within -= 1
            if not mine.within:
                _note("journal", asked, begun, time.monotonic())

    return timed


def _note(*record: Any) -> None:
    with Path(os.environ["FELLESDRIFT_BENCH_TIMES"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
