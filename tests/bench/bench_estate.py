"""Checking an estate, as it is typed: regions of a hundred, a thousand and ten thousand hosts, and the production one.

Whole processes, imports and all. The peer is `ansible-inventory --list --export` of the same inventory: Ansible's own
reading of it, written out as it stands. (Without `--export` it writes all that a host has of its groups for every host
again, which takes minutes for a thousand hosts.) It resolves no template, merges nothing, and checks nothing.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measure import BIN, MB, PRODUCTION, Cost, Goals, median, run, table

from fellesdrift.regions import Wanted, generate

# hosts -> municipalities
SIZES = {100: 6, 1000: 20, 10_000: 200}
ROUNDS = {100: 3, 1000: 3, 10_000: 1}
# hosts -> seconds of a whole check
SECONDS = {100: 1.5, 10_000: 30.0}
MEMORY = 500 * MB
GROWTH = 1.5
OURS, PEER = "fellesdrift estate check", "ansible-inventory --list --export"


def command(what: str, inventory: Path) -> list[str | Path]:
    """The program that is measured; Ansible is given the file alone, for the snapshots are no inventory."""
    if what == OURS:
        return [BIN / "fellesdrift", "estate", "check", "-i", inventory]
    return [BIN / "ansible-inventory", "-i", inventory / "hosts.yml", "--list", "--export"]


def main() -> int:
    """Measure, print, judge."""
    costs: dict[tuple[str, str], list[Cost]] = {}
    sizes = {"production": 0, **{f"{size:,} hosts": size for size in SIZES}}
    with tempfile.TemporaryDirectory() as folder:
        inventories = {"production": PRODUCTION}
        for size, municipalities in SIZES.items():
            out = Path(folder, str(size), "inventories", "region")
            inventories[f"{size:,} hosts"] = generate(out, Wanted(municipalities, size))
        for number in range(max(ROUNDS.values())):
            for name, inventory in inventories.items():
                for what in (OURS, PEER):
                    if number < ROUNDS.get(sizes[name], max(ROUNDS.values())):
                        costs.setdefault((name, what), []).append(run(command(what, inventory), memory=True))
    found = {key: median(all_of) for key, all_of in costs.items()}
    rows = []
    for name, size in sizes.items():
        ours, peer = found[name, OURS], found[name, PEER]
        a_host = f"{_per_host(found, size) * 1000:.2f}" if size else ""
        wall = [f"{ours.wall:.2f}", f"{ours.cpu:.2f}", a_host, f"{ours.memory / MB:.0f}"]
        rows.append([name, *wall, f"{peer.wall:.2f}", f"{peer.cpu:.2f}", f"{peer.memory / MB:.0f}"])
    heads = ["estate check", "wall s", "CPU s", "CPU ms a host", "memory MB", "peer wall s", "CPU s", "memory MB"]
    table(f"{OURS}; the peer is {PEER}; a host: above the 100 hosts", heads, rows)
    goals = Goals()
    for size, seconds in SECONDS.items():
        # what disturbs a run only adds to it
        best = min(costs[f"{size:,} hosts", OURS], key=lambda cost: cost.wall)
        goals.hold_if_alone(
            f"{size:,} hosts in under {seconds:g} s", best.wall < seconds, f"{best.wall:.2f} s", best.others
        )
    most = found["10,000 hosts", OURS].memory
    goals.hold(f"10,000 hosts in under {MEMORY / MB:g} MB", most < MEMORY, f"{most / MB:.0f} MB")
    times = _per_host(found, 10_000) / _per_host(found, 1000)
    text = f"{times:.2f} times"
    goals.hold(f"a further host among 10,000 costs at most {GROWTH:g} times one among 1,000", times < GROWTH, text)
    return goals.verdict()


def _per_host(found: dict[tuple[str, str], Cost], size: int) -> float:
    """CPU seconds of a host more: the start and the imports, which all sizes pay, are taken away with the smallest."""
    small = min(SIZES)
    above = found[f"{size:,} hosts", OURS].cpu - found[f"{small:,} hosts", OURS].cpu
    return above / (size - small) if size > small else 0.0


if __name__ == "__main__":
    sys.exit(main())
