"""The twin: how fast a hundred devices are up, what they take, and how that grows.

`fellesdrift twin up` as an operator types it: when it returns, every device answers. CPU time is that of the command
and of the process that it leaves behind. The floor is `fellesdrift estate check` of the same inventory, which `twin
up` does first.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measure import BIN, MB, Cost, Goals, cpu_of, machine, median, peak_of, run, table, used_by_others

from fellesdrift import twin
from fellesdrift.regions import Wanted, generate

SIZES = (100, 200)
OF_A_MUNICIPALITY = 20
ROUNDS = 3
SECONDS = 3.0
MEMORY = 300 * MB
GROWTH = 2.5
KEYS = f"from fellesdrift.twin.server import make_key; [make_key(True) for _ in range({SIZES[0]})]"


def up(inventory: Path, out: Path) -> Cost:
    """One start. memory: the peak of the process that it leaves behind."""
    state = machine()
    command = run([BIN / "fellesdrift", "twin", "up", "-i", inventory, "--out", out], wait=False)
    try:
        info = twin.status(out).info
        if info is None:
            raise SystemExit("the twin ended by itself")
        cpu = command.cpu + cpu_of(info.pid)
        others = used_by_others(state, cpu)
        devices = twin.status(out).devices or {}
        if not devices or not all(device["manageable"] for device in devices.values()):
            raise SystemExit("not every device of the twin can be reached")
        return Cost(command.wall, cpu, peak_of(info.pid), others)
    finally:
        twin.down(out)


def parts() -> None:
    """What every start of that size pays, measured by itself."""
    programs = {
        "imports of the command": "import fellesdrift.cli",
        "imports of the process": "import fellesdrift.twin.daemon",
        f"{SIZES[0]} host keys of 2005": KEYS,
    }
    found = {name: [run([sys.executable, "-c", text]) for _ in range(ROUNDS)] for name, text in programs.items()}
    rows = [[name, f"{median(costs).cpu:.2f}"] for name, costs in found.items()]
    table("Parts of a start; the keys with the imports that they need", ["part", "CPU s"], rows)


def main() -> int:
    """Measure, print, judge."""
    with tempfile.TemporaryDirectory() as folder:
        regions = {size: Wanted(size // OF_A_MUNICIPALITY, size, servers=False) for size in SIZES}
        inventories = {
            size: generate(Path(folder, str(size), "inventories", "region"), wanted) for size, wanted in regions.items()
        }
        starts: dict[int, list[Cost]] = {size: [] for size in SIZES}
        floors: dict[int, list[Cost]] = {size: [] for size in SIZES}
        for _ in range(ROUNDS):
            for size, inventory in inventories.items():
                floors[size].append(run([BIN / "fellesdrift", "estate", "check", "-i", inventory]))
                starts[size].append(up(inventory, Path(folder, "twin")))
    rows = []
    for size in SIZES:
        found, floor = median(starts[size]), median(floors[size])
        times = f"{found.cpu / floor.cpu:.2f}"
        rows.append([f"{size} devices", f"{found.wall:.2f}", f"{found.cpu:.2f}", f"{floor.cpu:.2f}", times, _mb(found)])
    small, large = (median(starts[size]) for size in SIZES)
    grown = [large.wall / small.wall, large.cpu / small.cpu, large.memory / small.memory]
    floor_growth = median(floors[SIZES[1]]).cpu / median(floors[SIZES[0]]).cpu
    rows.append(["growth", f"{grown[0]:.2f}", f"{grown[1]:.2f}", f"{floor_growth:.2f}", "", f"{grown[2]:.2f}"])
    heads = ["twin up", "wall s", "CPU s", "floor CPU s", "times the floor", "memory MB"]
    table(f"The twin, medians of {ROUNDS}; floor: fellesdrift estate check", heads, rows)

    parts()

    goals = Goals()
    # what disturbs a start only adds to it
    best = min(starts[SIZES[0]], key=lambda cost: cost.wall)
    text = f"best {best.wall:.2f} s, median {small.wall:.2f} s"
    goals.hold_if_alone(f"{SIZES[0]} devices up in under {SECONDS:g} s", best.wall < SECONDS, text, best.others)
    goals.hold(f"{SIZES[0]} devices in under {MEMORY / MB:g} MB", small.memory < MEMORY, f"{_mb(small)} MB")
    goals.hold("twice the devices, about twice the CPU time", grown[1] < GROWTH, f"{grown[1]:.2f} times")
    return goals.verdict()


def _mb(cost: Cost) -> str:
    return f"{cost.memory / MB:.0f}"


if __name__ == "__main__":
    sys.exit(main())
