"""Several hosts at the same time in one process."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

require_library()

MOST = 20
"""How many hosts are changed at once: as many as Ansible's own forks."""
_TURN = 0.0005
"""Seconds that a thread computes while another one could. With Python's own 5 ms, who writes to the journal beside ten
that read what their hosts have answered waits for each of them after each of its statements, and all who write wait for
it."""


def together(
    works: Mapping[str, Callable[[], dict[str, Any]]], seconds: float | None, at_once: int = MOST
) -> dict[str, dict[str, Any]]:
    """host -> its result, of every host whose work came to an end.

    at_once   how many are worked with at the same time
    seconds   after which nobody waits for the rest, which then must only read; None: until all have ended
    What raises anything but a result is a mistake of ours, and raised again here.
    """
    results: dict[str, dict[str, Any]] = {}
    broken: list[BaseException] = []
    room = threading.BoundedSemaphore(max(1, at_once))

    def one(host: str, work: Callable[[], dict[str, Any]]) -> None:
        with room:
            try:
                results[host] = work()
            except BaseException as error:
                broken.append(error)

    # daemons: one that hangs does not keep the process
    threads = [threading.Thread(target=one, args=pair, name=pair[0], daemon=True) for pair in works.items()]
    with _short_turns():
        for thread in threads:
            thread.start()
        end = None if seconds is None else time.monotonic() + seconds
        for thread in threads:
            thread.join(None if end is None else max(0.0, end - time.monotonic()))
    if broken:
        raise broken[0]
    return dict(results)


@contextmanager
def _short_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
