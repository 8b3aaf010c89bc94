"""A process, told apart from a later one with the same number."""

from __future__ import annotations

from pathlib import Path


def start_time(pid: int) -> int:
    """When a process of this machine started, in clock ticks since boot. OSError when there is none, or a zombie."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    # the process's name may hold blanks and brackets: count from the last ")"; starttime is field 22 (proc(5))
    fields = text.rpartition(")")[2].split()
    if fields[0] in "ZX":  # it does nothing any more
        raise ProcessLookupError(pid)
    return int(fields[19])
