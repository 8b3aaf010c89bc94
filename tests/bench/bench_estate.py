"""Reading and checking an estate: the production one, and generated ones of a hundred and a thousand devices.

Each load in a process of its own, which measures itself, so that start and imports are not in the figures. The floor
is Ansible alone: its inventory and every host's variables, neither resolved nor looked at.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from estates import generate
from measure import MB, PRODUCTION, Cost, Goals, median, run, table

SIZES = (100, 1000)
ROUNDS = 3
GROWTH = 1.5
OURS, FLOOR = "load_estate", "ansible"

# both read the file list in the same way: the snapshots are no inventory
PROGRAM = """
import json, resource, sys, time
from pathlib import Path
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.vars.manager import VariableManager
from fellesdrift.estate import load_estate

def ansible():
    loader = DataLoader()
    sources = [str(entry) for entry in sorted(inventory.iterdir()) if entry.suffix == ".yml"]
    found = InventoryManager(loader=loader, sources=sources)
    variables = VariableManager(loader=loader, inventory=found)
    return [variables.get_vars(host=host, include_hostvars=False) for host in found.hosts.values()]

def whole():
    return load_estate([inventory], roles_dirs=[Path("roles")]).hosts

what, inventory = sys.argv[1], Path(sys.argv[2])
init_plugin_loader()
wall, cpu = time.monotonic(), time.process_time()
hosts = {"ansible": ansible, "load_estate": whole}[what]()
wall, cpu = time.monotonic() - wall, time.process_time() - cpu
print(json.dumps([len(hosts), wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024]))
"""


def load(what: str, inventory: Path) -> tuple[int, Cost]:
    """The hosts that were found, and what it cost to find them."""
    output = run([sys.executable, "-c", PROGRAM, what, inventory]).output
    hosts, wall, cpu, memory = json.loads(output.splitlines()[-1])
    return hosts, Cost(wall, cpu, memory)


def main() -> int:
    """Measure, print, judge."""
    costs: dict[str, dict[str, list[Cost]]] = {}
    hosts: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        inventories = {"production": PRODUCTION}
        inventories |= {f"generated, {size}": generate(Path(folder, str(size)), size) for size in SIZES}
        for _ in range(ROUNDS):
            for name, inventory in inventories.items():
                for what in (OURS, FLOOR):
                    hosts[name], cost = load(what, inventory)
                    costs.setdefault(name, {}).setdefault(what, []).append(cost)
    rows = []
    per_host = {}
    for name, found in costs.items():
        ours, floor = median(found[OURS]), median(found[FLOOR])
        per_host[name] = ours.cpu / hosts[name]
        rows.append(
            [
                name,
                str(hosts[name]),
                f"{ours.wall:.2f}",
                f"{ours.cpu:.2f}",
                f"{per_host[name] * 1000:.1f}",
                f"{floor.cpu:.2f}",
                f"{ours.cpu / floor.cpu:.2f}",
                f"{ours.memory / MB:.0f}",
                f"{(ours.memory - floor.memory) / MB:.0f}",
            ]
        )
    heads = [
        "estate",
        "hosts",
        "wall s",
        "CPU s",
        "CPU ms a host",
        "floor CPU s",
        "/ floor",
        "memory MB",
        "above floor",
    ]
    table(f"Load and check, medians of {ROUNDS}; floor: Ansible's own reading", heads, rows)
    goals = Goals()
    small, large = (per_host[f"generated, {size}"] for size in SIZES)
    text = f"{large / small:.2f} times"
    goals.hold(
        f"a host among {SIZES[1]} costs no more than {GROWTH:g} times one among {SIZES[0]}",
        large < small * GROWTH,
        text,
    )
    return goals.verdict()


if __name__ == "__main__":
    sys.exit(main())
