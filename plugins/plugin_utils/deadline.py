"""A deadline for what one task does to one host."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library

from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Iterator

require_library()


class _PassedError(BaseException):
    """No Exception: what waits for a device catches those, and would go on waiting."""


@contextmanager
def deadline(host: str, seconds: float | None) -> Iterator[None]:
    """FD692 when what is inside takes longer. For reading only: it ends a step anywhere. None: no deadline. Only the
    main thread has an alarm; in another each exchange with the host has its own end, and who started it stops waiting.
    """
    if not seconds or threading.current_thread() is not threading.main_thread():
        yield
        return

    def passed(*_: Any) -> None:
        raise _PassedError

    before = signal.signal(signal.SIGALRM, passed)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _PassedError:
        raise too_late(host, seconds) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def too_late(host: str, seconds: float) -> FellesdriftError:
    """The error of a host that took longer than it may."""
    return FellesdriftError(
        "FD692",
        "a host takes longer than its deadline",
        host=host,
        key="timeouts",
        found=f"not done after {seconds:g} s",
        expected=f"at most {seconds:g} s",
        next_step="is the device or its line slow? fellesdrift status says where the stage stands",
    )
