"""The process of the canary: the twin's, ended by the kernel with the sweep that started it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

from fellesdrift.twin.daemon import main

_PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:  # it was gone before the kernel was told
        sys.exit(1)
    sys.exit(main())
