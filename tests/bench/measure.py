"""What the benchmarks share: the cost of a program, tables, goals.

Wall time on a machine that others use is noise, so a program's cost is its CPU time first: its own and that of every
process it started, also of those that went on in the background. Figures of one table come from one run, its
candidates taken in turns.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

from fellesdrift import twin

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / ".venv" / "bin"
PRODUCTION = ROOT / "inventories" / "production"
MB = 1e6
_PR_SET_CHILD_SUBREAPER = 36
_TICK = os.sysconf("SC_CLK_TCK")
_LOOK = 0.2  # seconds between two looks at the memory of a program's processes
_GOING = 10.0  # seconds for what a program left in the background to end
_TIMEOUT = 180.0
_ALONE = 0.1  # of the machine: so much a system does by itself


@dataclass(frozen=True)
class Cost:
    """What a program took.

    wall, cpu   seconds
    memory      the most that its processes held together, in bytes; a page that several share counts once
    others      the share of the machine that others used meanwhile, 0 to 1
    """

    wall: float
    cpu: float
    memory: int
    others: float = 0.0
    output: str = field(repr=False, default="")


def median(costs: Sequence[Cost]) -> Cost:
    """Each figure's median by itself."""
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        int(statistics.median(cost.memory for cost in costs)),
        statistics.median(cost.others for cost in costs),
        costs[-1].output,
    )


def environment() -> dict[str, str]:
    """The caller's, without their settings of Ansible, and with compiled files kept: an operator's are there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "NO_COLOR": "1",
    }


def run(
    command: Sequence[str | Path],
    *,
    more: dict[str, str] | None = None,
    spare: Sequence[int] = (),
    wait: bool = True,
    memory: bool = False,
    each: dict[tuple[int, str], int] | None = None,
    timeout: float = _TIMEOUT,
) -> Cost:
    """Run a program to its end, in the project's folder; SystemExit with its output when it fails.

    more     environment variables
    spare    processes of ours that are none of the program's (a twin)
    wait     end what it leaves in the background, which is then part of its cost
    memory   watch it; looking costs a little of both cores
    each     is given the most that each of its processes held, by numbers (they go up) and names; only with memory
    timeout  seconds
    """
    # what it leaves in the background becomes a child of this process: only so its CPU time is counted
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    _reap_the_dead()
    cpu, state, start = _cpu_of_children(), machine(), time.monotonic()
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(
            list(command),
            cwd=ROOT,
            env=environment() | (more or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        with _watch_memory(spare, each) if memory else nullcontext([0]) as most:
            code = child.wait(timeout)
            wall = time.monotonic() - start
        if wait:
            _end_background(spare)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if code != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: exit code {code}\n{text}")
    used = _cpu_of_children() - cpu
    return Cost(wall, used, most[0], used_by_others(state, used), text)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _parents() -> dict[int, int]:
    """Every process that runs -> its parent."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = int((entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
            except OSError:
                continue
    return found


def _below(parent: int, spare: Sequence[int]) -> list[int]:
    """All processes that descend from it."""
    parents, found, waiting = _parents(), [], [parent]
    while waiting:
        current = waiting.pop()
        new = [pid for pid, above in parents.items() if above == current and pid not in spare]
        found += new
        waiting += new
    return found


def _reap_the_dead() -> None:
    """What ended before (a twin that was taken down) is counted before, not with the program that comes next."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue


def _end_background(spare: Sequence[int]) -> None:
    """End what a program left behind (Ansible's network connections wait half a minute for a next task): what it has
    cost is known when it has ended."""
    deadline, told = time.monotonic() + _GOING, set[int]()
    while left := [pid for pid, parent in _parents().items() if parent == os.getpid() and pid not in spare]:
        if time.monotonic() > deadline:
            raise SystemExit(f"still running in the background after {_GOING:g} s: {left}")
        for pid in left:
            if pid not in told:
                told.add(pid)
                os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.02)


def memory_of(pid: int) -> int:
    """What a process holds, in bytes: its share of what several use, and all of its own. 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def name_of(pid: int) -> str:
    """As lists of processes show it; "" when it is gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def peak_of(pid: int) -> int:
    """The most that a running process has held so far, in bytes, with what it shares with others."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a running process has used, its children aside."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


@contextmanager
def _watch_memory(spare: Sequence[int], each: dict[tuple[int, str], int] | None = None) -> Iterator[list[int]]:
    """A list of one figure, the highest sum so far."""
    most, over = [0], threading.Event()

    def look() -> None:
        while not over.is_set():
            held = {pid: memory_of(pid) for pid in _below(os.getpid(), spare)}
            most[0] = max(most[0], sum(held.values()))
            if each is not None:
                for pid, size in held.items():
                    process = pid, name_of(pid)
                    each[process] = max(size, each.get(process, 0))
            over.wait(_LOOK)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


@contextmanager
def twin_of(inventory: Path, out: Path) -> Iterator[twin.TwinInfo]:
    """A twin in a folder of ours, ended afterwards."""
    info = twin.up(inventory, out)
    try:
        yield info
    finally:
        twin.down(out)


def machine() -> tuple[float, float]:
    """Seconds that all cores together were busy, and seconds that there were, since the machine started."""
    counts = [int(count) for count in Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
    total, idle = sum(counts), counts[3] + counts[4]
    return (total - idle) / _TICK, total / _TICK


def used_by_others(before: tuple[float, float], own: float) -> float:
    """The share of the machine, 0 to 1, that went to others since `before`, a `machine()`; own: seconds of CPU."""
    busy, total = (now - then for now, then in zip(machine(), before, strict=True))
    return max(busy - own, 0.0) / max(total, 1 / _TICK)


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: the first column to the left, figures to the right."""
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    print(f"\n{title}")
    for row in [heads, *rows]:
        cells = [f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)]
        print("  " + "  ".join([f"{row[0]:<{widths[0]}}", *cells[1:]]).rstrip())
    sys.stdout.flush()


class Goals:
    """Collects what was asked for; `verdict` is the exit code."""

    def __init__(self) -> None:
        self._missed = 0

    def hold(self, what: str, reached: bool, found: str) -> None:
        """A goal, and whether it was reached."""
        self._missed += not reached
        print(f"  goal: {what}: {found}: {'reached' if reached else 'MISSED'}", flush=True)

    def aim(self, what: str, reached: bool, found: str) -> None:
        """What is wanted and may not be there yet: said, and not counted."""
        print(f"  aim: {what}: {found}: {'reached' if reached else 'not reached'}", flush=True)

    def hold_if_alone(self, what: str, reached: bool, found: str, others: float) -> None:
        """A goal for a machine that nobody else uses: a miss counts only when that was so."""
        if reached or others < _ALONE:
            self.hold(f"{what}, on an idle machine", reached, found)
        else:
            why = f"others used {others:.0%} of the machine meanwhile"
            print(f"  goal: {what}, on an idle machine: {found}: not reached, not counted: {why}", flush=True)

    def verdict(self) -> int:
        """0, or 1 when a goal was missed."""
        return 1 if self._missed else 0
