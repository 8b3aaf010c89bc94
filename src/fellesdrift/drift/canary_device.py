"""The process of the canary: the twin's, ended by the kernel with the sweep that started it.

It is forked from the sweep, which has most of what a simulated device needs loaded already.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
from typing import IO, Any

from fellesdrift.drift.child import begin


def start(order: dict[str, Any]) -> tuple[int, IO[bytes]]:
    """Its number, and what it says: a line, once it is up. order: as fellesdrift.twin.daemon takes it."""
    order_read, order_write = os.pipe()
    said_read, said_write = os.pipe()
    parent = os.getpid()
    gc.freeze()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = _become(parent, order_read, said_write)
        finally:
            os._exit(status)
    os.close(order_read)
    os.close(said_write)
    with contextlib.suppress(OSError), os.fdopen(order_write, "wb") as stream:  # if it died, its answer will be missing
        stream.write(json.dumps(order).encode() + b"\n")
    return pid, os.fdopen(said_read, "rb")


def _become(parent: int, order: int, said: int) -> int:
    begin("drift-canary")
    if os.getppid() != parent:  # it was gone before the kernel was told
        return 1
    quiet = os.open(os.devnull, os.O_RDWR)
    for ours, theirs in ((order, 0), (said, 1), (quiet, 2)):
        os.dup2(ours, theirs)
    # nobody may wait for the end of a pipe that only this process still holds open
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    sys.stdin, sys.stdout = os.fdopen(0, encoding="utf-8"), os.fdopen(1, "w", encoding="utf-8")
    sys.argv = [sys.argv[0]]
    from fellesdrift.twin.daemon import main  # what it takes beside is no business of the parent's

    return main()
