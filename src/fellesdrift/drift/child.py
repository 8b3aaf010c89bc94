"""What every process that is forked from a sweep does first."""

from __future__ import annotations

import ctypes
import logging
import signal

_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15


def begin(name: str) -> None:
    """End with the process that forked this one, however that ends; be called `name` (15 letters) in lists of
    processes; and hold nothing that another thread of the parent may have locked."""
    process = ctypes.CDLL(None, use_errno=True)
    process.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    process.prctl(_PR_SET_NAME, name.encode())
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # a handler of the parent's (Ansible's log_path) has a lock that may have been held when this process was forked
    logging.getLogger().handlers = []
    logging.disable()
