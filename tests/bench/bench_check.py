"""What would change: fellesdrift.core.network_device against cisco.ios.ios_config, both with --check.

The same lines (a description and an access list that no device has yet) for the same devices of one twin, in turns.
The floor is `ansible.builtin.debug` for the same hosts: what Ansible itself takes for a play with one task. Memory is
that of all processes of the run together, in a round of its own: who looks takes time too.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from measure import BIN, MB, Cost, Goals, median, run, table, twin_of

from fellesdrift.regions import Wanted, generate

HOSTS = 8
ROUNDS = 3
# one more: the municipality's own firewall, which has no Loopback0 and is left out
REGION = Wanted(municipalities=2, hosts=HOSTS + 1, seed=1, servers=False)
DESCRIPTION = "Measured"
ENTRIES = [f"permit 10.99.{number}.0 0.0.0.255" for number in range(8)]
OURS, PEER, FLOOR = "fellesdrift.core.network_device", "cisco.ios.ios_config", "ansible.builtin.debug (floor)"

RESOURCES = {
    "interface": {"Loopback0": {"description": DESCRIPTION}},
    "access_list": {"MEASURED": {"type": "standard", "entries": ENTRIES}},
}
LINES = "\n".join(
    [
        "interface Loopback0",
        f" description {DESCRIPTION}",
        "ip access-list standard MEASURED",
        *(f" {entry}" for entry in ENTRIES),
    ]
)
NETWORK_CLI = {
    "ansible_connection": "ansible.netcommon.network_cli",
    "ansible_network_os": "cisco.ios.ios",
    "ansible_network_cli_ssh_type": "paramiko",
    "ansible_become": True,
    "ansible_become_method": "ansible.netcommon.enable",
    "ansible_host_key_checking": False,
}


def plays(folder: Path) -> dict[str, Path]:
    """A playbook of one task for each candidate."""
    tasks: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        OURS: ({"fellesdrift.core.network_device": {"resources": RESOURCES}}, {}),
        PEER: ({"cisco.ios.ios_config": {"src": str(folder / "lines.cfg")}}, NETWORK_CLI),
        FLOOR: ({"ansible.builtin.debug": {"msg": "nothing"}, "changed_when": True}, {}),
    }
    (folder / "lines.cfg").write_text(f"{LINES}\n", encoding="utf-8")
    found = {}
    for number, (name, (task, variables)) in enumerate(tasks.items()):
        play = {"name": "Measure", "hosts": "network:!town_hall_firewalls", "gather_facts": False, "vars": variables}
        found[name] = folder / f"{number}.yml"
        found[name].write_text(yaml.safe_dump([{**play, "tasks": [{"name": name, **task}]}]), encoding="utf-8")
    return found


def check(playbook: Path, inventory: Path, twin: int, *, memory: bool = False) -> Cost:
    """One run; every host has to say that something would change."""
    cost = run([BIN / "ansible-playbook", "--check", "-i", inventory, playbook], spare=[twin], memory=memory)
    changed = len(re.findall(r"changed=1\b", cost.output))
    if changed != HOSTS:
        raise SystemExit(f"{changed} of {HOSTS} hosts would change\n{cost.output}")
    return cost


def main() -> int:
    """Measure, print, judge."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        playbooks = plays(folder)
        costs: dict[str, list[Cost]] = {name: [] for name in playbooks}
        with twin_of(generate(folder / "inventories" / "region", REGION), folder / "twin") as twin:
            memory = {
                name: check(playbook, folder / "twin", twin.pid, memory=True).memory
                for name, playbook in playbooks.items()
            }
            for _ in range(ROUNDS):
                for name, playbook in playbooks.items():
                    costs[name].append(check(playbook, folder / "twin", twin.pid))
    found = {name: median(all_of) for name, all_of in costs.items()}
    floor, peer = found[FLOOR], found[PEER]
    rows = []
    for name, cost in found.items():
        above = [f"{(cost.cpu - floor.cpu) / HOSTS:.3f}", f"{(memory[name] - memory[FLOOR]) / HOSTS / MB:.0f}"]
        rows.append(
            [
                name,
                f"{cost.wall:.2f}",
                f"{cost.wall / peer.wall:.2f}",
                f"{cost.cpu:.2f}",
                f"{cost.cpu / peer.cpu:.2f}",
                f"{memory[name] / MB:.0f}",
                *(above if name != FLOOR else ["", ""]),
            ]
        )
    heads = ["--check", "wall s", "/ cisco.ios", "CPU s", "/ cisco.ios", "memory MB", "CPU s a host", "MB a host"]
    table(f"{HOSTS} devices, medians of {ROUNDS}; the last two columns are above the floor", heads, rows)
    ours = found[OURS]
    goals = Goals()
    times = (peer.cpu - floor.cpu) / (ours.cpu - floor.cpu)
    print(f"  above the floor, cisco.ios takes {times:.1f} times the CPU time a host")
    goals.hold("less CPU time than cisco.ios", ours.cpu < peer.cpu, f"{ours.cpu / peer.cpu:.2f} of it")
    goals.hold("less wall time than cisco.ios", ours.wall < peer.wall, f"{ours.wall / peer.wall:.2f} of it")
    return goals.verdict()


if __name__ == "__main__":
    sys.exit(main())
