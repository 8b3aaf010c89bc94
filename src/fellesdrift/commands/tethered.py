"""Become another program, which is told to stop when the process that started it dies, however that happens.

    python -I -S tethered.py PARENT PROGRAM ARGUMENTS

It is run by its path, and imports nothing of the project: it stands between a command and each of its runs.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

FRONT_GONE = signal.SIGUSR1
"""What the program is told then: none of those by which people ask for a stop, so that it is not taken for one more."""
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """PARENT is the number of the process that started this one; it may be gone by now."""
    parent, *command = sys.argv[1:]
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, FRONT_GONE)  # stays over execv: prctl(2)
    if os.getppid() != int(parent):
        os.kill(os.getpid(), FRONT_GONE)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
