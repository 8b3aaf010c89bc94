"""What is known of all exchanges of an estate, read when the first of a task's hosts asks for it."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import one_line
from ansible_collections.fellesdrift.core.plugins.plugin_utils.deadline import too_late
from ansible_collections.fellesdrift.core.plugins.plugin_utils.pbx_work import read_dialled
from ansible_collections.fellesdrift.core.plugins.plugin_utils.together import together

from fellesdrift.cutover.emergency import Lookout, plan_of

if TYPE_CHECKING:
    from collections.abc import Mapping


class ReadLookout:
    """All exchanges are read before the first of them is worked on, for each has one session at a time; hosts of other
    families do not wait for it.

    numbering   the numbering plan of an opened stage
    variables   exchange -> its variables, each with its value: threads must not resolve any
    seconds     after which nobody waits for the rest of them; None: until all have been read
    """

    def __init__(
        self, numbering: dict[str, Any] | None, variables: Mapping[str, dict[str, Any]], seconds: float | None
    ) -> None:
        self._numbering, self._variables, self._seconds = numbering, variables, seconds
        self._lock = threading.Lock()
        self._made: Lookout | None = None
        self._hanging: frozenset[str] = frozenset()

    def __call__(self, host: str) -> Lookout:
        """For an exchange that is about to open a session of its own. FD483 without a numbering plan; FD692 for one
        that is still being read: its session is taken."""
        with self._lock:
            self._made = self._made or self._read()
        if host in self._hanging:
            raise too_late(host, self._seconds or 0)
        return self._made

    def _read(self) -> Lookout:
        plan = plan_of(self._numbering)
        works = {host: partial(read_dialled, each) for host, each in self._variables.items()}
        found = together(works, self._seconds)
        self._hanging = frozenset(works) - frozenset(found)
        unread = {host: each["unread"] for host, each in found.items() if "unread" in each}
        unread |= {host: one_line(host, too_late(host, self._seconds or 0)) for host in sorted(self._hanging)}
        states = {host: each["resources"] for host, each in found.items() if "resources" in each}
        return Lookout(plan, states, unread)
