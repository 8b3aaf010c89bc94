"""The nightly drift check of 1,000 simulated devices, and what else an operator could read them with, in turns.

    bench_drift.py [HOSTS [old]]      old: the ssh of 2005 (group14-sha1, aes128-cbc) instead of today's

Ours is `fellesdrift drift` as it is typed: it loads and checks the estate, logs in, reads running and startup
configuration of every device, compares them by what they mean, and writes a ledger. The peers (peers/) log in, read the
same two configurations and compare each as text; with the running configuration alone they are shown, too, and not
judged: a change that nobody saved is half of what the check is for. They load no estate. All must find every device as
expected. An action or a module for each
host takes minutes for 1,000: they are run on two numbers of hosts, and what a further host costs is multiplied.

Every login is privileged at once, for pyinfra knows no `enable`. The simulated devices use the same two cores: wall
time is the client's and theirs.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import yaml
from bench_check import NETWORK_CLI, RESOURCES
from measure import BIN, MB, ROOT, Cost, Goals, machine, median, run, table, twin_of, used_by_others

from fellesdrift import twin
from fellesdrift.drift.model import KINDS
from fellesdrift.drift.recorded import Recorded, Writings
from fellesdrift.drift.sweep import Done, Job, Limits, sweep
from fellesdrift.drift.visit import Order, Visitor
from fellesdrift.estate import load_estate
from fellesdrift.regions import Wanted, generate
from fellesdrift.session import Target
from fellesdrift.state.network import redact

HOSTS = 1000
OF_A_MUNICIPALITY = 50
ROUNDS = 3
PEERS_AT_MOST = 1000  # more take minutes
# hosts in the smaller and the larger run, of which the difference says what a host costs
FORKED, CISCO = (10, 50), (2, 10)
LATENCY = 0.3
OVERHEAD, PARENT = 0.001, 150 * MB
TIMEOUT = 900.0
# it reads the estate, and has ended before a device is asked
ESTATE_READER = "drift-estate"
PEERS = Path(__file__).parent / "peers"


@dataclass(frozen=True)
class Lab:
    """A twin: its inventory, its process, its hosts, what the peers are given, and whether the ssh is that of 2005.

    written   host -> its configuration as the region has it: the same as the device prints, in another order
    """

    inventory: Path
    pid: int
    hosts: tuple[str, ...]
    devices: Path
    legacy: bool
    written: dict[str, str]


def prepare(folder: Path, hosts: int, legacy: bool) -> Path:
    """A region of that size, in which every login is privileged."""
    wanted = Wanted(max(2, hosts // OF_A_MUNICIPALITY), hosts, seed=1, servers=False, legacy=legacy)
    inventory = generate(folder / "inventories" / "region", wanted)
    for path in (inventory / "snapshots" / "baseline").glob("*.cfg"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("\nusername fellesdrift ", "\nusername fellesdrift privilege 15 "), encoding="utf-8"
        )
    return inventory


def lab_of(folder: Path, out: Path, pid: int, legacy: bool) -> Lab:
    """Write down what the peers are given: logins, and what each device says now. What it says is its baseline too, as
    if it had been read from it, and not made up."""
    configs, devices, written = twin.configs(out), [], {}
    for host, text in configs.items():
        baseline = out / "snapshots" / "baseline" / f"{host}.cfg"
        written[host] = baseline.read_text(encoding="utf-8")
        baseline.write_text(redact(text), encoding="utf-8")
        path = folder / "expected" / f"{host}.cfg"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        found = login(out, host)
        own = {"address": found["ansible_host"], "port": found["ansible_port"], "username": found["ansible_user"]}
        devices.append({"name": host, **own, "password": found["ansible_password"], "expected": str(path)})
    given = folder / "devices.json"
    given.write_text(json.dumps(devices), encoding="utf-8")
    return Lab(out, pid, tuple(configs), given, legacy, written)


def login(out: Path, host: str) -> dict[str, object]:
    """What the twin's inventory says of a host's login."""
    text = (out / "host_vars" / host / "zz_twin.yml").read_text(encoding="utf-8")
    found: dict[str, object] = yaml.load(text, Loader=yaml.CSafeLoader)
    return found


def ours(lab: Lab, out: Path, *options: str, each: dict[tuple[int, str], int] | None = None) -> Cost:
    """`fellesdrift drift`; every host has to be clean."""
    command: list[str | Path] = [BIN / "fellesdrift", "drift", "-i", lab.inventory, "--out", out, *options]
    cost = run(command, spare=[lab.pid], timeout=TIMEOUT, memory=each is not None, each=each)
    counts = json.loads((out / "ledger.json").read_text(encoding="utf-8"))["counts"]
    if counts["clean"] != len(lab.hosts):
        raise SystemExit(f"not all clean: {counts}")
    return cost


def peer(lab: Lab, script: str, *which: str) -> Cost:
    """One of peers/; it has to find every device as expected. which: `both` configurations, or only the running one."""
    cost = run([BIN / "python", PEERS / script, lab.devices, *which], spare=[lab.pid], timeout=TIMEOUT)
    if f"{len(lab.hosts)} as expected" not in cost.output:
        raise SystemExit(f"{script} did not read all of them\n{cost.output[-2000:]}")
    return cost


def alone(lab: Lab, reads: bool, printed: bool = True) -> Cost:
    """The sweep without Ansible and without loading the estate, in this process.

    reads    False: with a reader that does nothing, which leaves what it costs to hand out the work and to collect
             the answers
    printed  False: what is recorded stands in another order than a device prints it, so each is compared by meaning
    """
    estate = load_estate([lab.inventory])
    writings = Writings(estate, [ROOT / "roles"], frozenset(), {})

    def by_meaning(host: str) -> Recorded:
        return replace(writings.of(host), printed=lab.written[host])

    recorded = writings.of if printed else by_meaning
    orders = {host: Order(_target(lab, host)) for host in lab.hosts}
    jobs = [Job(host, estate.hosts[host].site, partial(orders.__getitem__, host)) for host in lab.hosts]
    done: list[Done] = []
    state, start, before = machine(), time.monotonic(), _cpu()
    sweep(jobs, Visitor(recorded, KINDS, 120.0) if reads else _nothing, Limits(), done.append)
    wall, cpu = time.monotonic() - start, _cpu() - before
    clean = [one.key for one in done if not reads or (one.value is not None and one.value.state == "clean")]
    if len(clean) != len(lab.hosts):
        raise SystemExit(f"the sweep alone: {len(clean)} of {len(lab.hosts)} are clean")
    return Cost(wall, cpu, 0, used_by_others(state, cpu))


def _nothing(_order: object) -> None:
    return None


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _target(lab: Lab, host: str) -> Target:
    found = login(lab.inventory, host)
    return Target(
        host=host,
        address=str(found["ansible_host"]),
        port=int(str(found["ansible_port"])),
        username=str(found["ansible_user"]),
        password=str(found["ansible_password"]),
        enable_secret=str(found["ansible_become_password"]),
        known_hosts=Path(str(found["fellesdrift_known_hosts"])),
        legacy=lab.legacy,
    )


def forked(lab: Lab, folder: Path, task: dict[str, object], variables: dict[str, object], sizes: Sequence[int]) -> Cost:
    """What all hosts would cost with a task each, from two runs with fewer."""
    play = {"name": "Measure", "hosts": "network:!town_hall_firewalls", "gather_facts": False, "vars": variables}
    playbook = folder / "forked.yml"
    playbook.write_text(yaml.safe_dump([{**play, "tasks": [{"name": "Measure", **task}]}]), encoding="utf-8")
    routers = [host for host in lab.hosts if re.search(r"rtr\d+$", host)]
    costs = []
    for size in sizes:
        command = [
            BIN / "ansible-playbook",
            "--check",
            "-i",
            lab.inventory,
            playbook,
            "--limit",
            ",".join(routers[:size]),
        ]
        cost = run([*command, "--forks", "20"], spare=[lab.pid], timeout=TIMEOUT)
        changed = len(re.findall(r"changed=1\b", cost.output))
        if changed != size:
            raise SystemExit(f"{changed} of {size} hosts would change\n{cost.output[-2000:]}")
        costs.append(cost)
    (small, large), (few, many) = costs, sizes
    wall, cpu = (
        (after - before) / (many - few) for before, after in ((small.wall, large.wall), (small.cpu, large.cpu))
    )
    further = len(lab.hosts) - many
    return Cost(large.wall + wall * further, large.cpu + cpu * further, 0)


def slow(lab: Lab, out: Path) -> Cost:
    """Every answer takes as long as over a slow line."""
    for host in lab.hosts:
        twin.control(lab.inventory, {"do": "fault", "device": host, "kind": "slow", "seconds": LATENCY})
    try:
        return ours(lab, out)
    finally:
        for host in lab.hosts:
            twin.control(lab.inventory, {"do": "heal", "device": host})


def compare(lab: Lab, folder: Path, watched: Cost) -> dict[str, Cost]:
    """All candidates; medians of those that are run more than once. watched: our first run, which is the only one
    where there are no peers."""
    among_peers = len(lab.hosts) <= PEERS_AT_MOST
    turns: dict[str, Callable[[], Cost]] = {
        "fellesdrift drift": lambda: ours(lab, folder / "drift") if among_peers else watched,
        "the sweep alone": lambda: alone(lab, reads=True),
        "the sweep alone, by meaning": lambda: alone(lab, reads=True, printed=False),
        "the sweep, nothing read": lambda: alone(lab, reads=False),
    }
    if among_peers:
        turns["nornir, netmiko, 100 threads"] = lambda: peer(lab, "nornir_sweep.py", "both")
        turns["pyinfra, two facts"] = lambda: peer(lab, "pyinfra_sweep.py", "both")
    costs: dict[str, list[Cost]] = {name: [] for name in turns}
    for _ in range(ROUNDS if among_peers else 1):
        for name, turn in turns.items():
            costs[name].append(turn())
    found = {name: median(all_of) for name, all_of in costs.items()}
    if among_peers:
        found["running alone: nornir"] = peer(lab, "nornir_sweep.py")
        found["running alone: pyinfra"] = peer(lab, "pyinfra_sweep.py")
        action = {"fellesdrift.core.network_device": {"resources": RESOURCES}}
        module = {"cisco.ios.ios_config": {"lines": [" description Measured"], "parents": ["interface Loopback0"]}}
        found[f"an action each (of {FORKED[1]})"] = forked(lab, folder, dict(action), {}, FORKED)
        found[f"cisco.ios each (of {CISCO[1]})"] = forked(lab, folder, dict(module), NETWORK_CLI, CISCO)
        found[f"ours, {LATENCY} s an answer"] = slow(lab, folder / "slow")
    return found


AIMS = {"nornir": (2.0, 2.0), "pyinfra": (1.3, 1.3), "an action": (4.0, 8.0), "cisco.ios": (100.0, 100.0)}


def judge(found: dict[str, Cost], hosts: int) -> Goals:
    """What has to be so; and what is aimed at: a peer's wall and CPU time, in times of the whole command's, start and
    estate included."""
    goals, mine = Goals(), found["fellesdrift drift"]
    for begin, (wall, cpu) in AIMS.items():
        for name, other in found.items():
            if name.startswith(begin):
                times = other.wall / mine.wall
                goals.aim(f"{wall:g} times as fast as {begin}", times >= wall, f"{times:.1f} times")
                times = other.cpu / mine.cpu
                goals.aim(f"{begin} takes {cpu:g} times the CPU time", times >= cpu, f"{times:.1f} times")
                own = found["the sweep alone"].cpu if begin == "nornir" else mine.cpu
                if begin != "pyinfra":
                    subject = "the sweep alone" if begin == "nornir" else "all of it"
                    goals.hold(
                        f"{subject} takes less CPU time than {begin}", own < other.cpu, f"{own / other.cpu:.2f} of it"
                    )
    each = found["the sweep, nothing read"].cpu / hosts
    goals.hold(f"handing out costs at most {OVERHEAD * 1000:g} ms a host", each <= OVERHEAD, f"{each * 1000:.2f} ms")
    return goals


def main() -> int:
    """Measure, print, judge."""
    hosts = int(sys.argv[1]) if len(sys.argv) > 1 else HOSTS
    legacy = len(sys.argv) > 2
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with twin_of(prepare(folder, hosts, legacy), folder / "inventories" / "twin") as info:
            lab = lab_of(folder, folder / "inventories" / "twin", info.pid, legacy)
            held: dict[tuple[int, str], int] = {}
            watched = ours(lab, folder / "watched", each=held)
            found = compare(lab, folder, watched)
    mine = found["fellesdrift drift"]
    rows = [
        [
            name,
            f"{cost.wall:.1f}",
            f"{cost.wall / mine.wall:.2f}",
            f"{cost.cpu:.1f}",
            f"{cost.cpu / mine.cpu:.2f}",
            f"{cost.cpu / len(lab.hosts) * 1000:.1f}",
        ]
        for name, cost in found.items()
    ]
    kind = "ssh of 2005" if legacy else "ssh of today"
    others = f"others used {mine.others:.0%} of the machine, the devices among them"
    heads = ["drift", "wall s", "/ ours", "CPU s", "/ ours", "CPU ms a host"]
    table(f"{len(lab.hosts):,} devices, {kind}; {others}", heads, rows)
    sizes = ", ".join(f"{name} {held[pid, name] / MB:.0f}" for pid, name in sorted(held) if held[pid, name] > MB)
    print(f"\n  memory, all processes: {watched.memory / MB:.0f} MB; each at its most (MB): {sizes}")
    goals = judge(found, len(lab.hosts))
    if hosts >= 10_000:
        lasting = max(size for (_, name), size in held.items() if name != ESTATE_READER)
        goals.aim(f"no process that lasts above {PARENT / MB:g} MB", lasting <= PARENT, f"{lasting / MB:.0f} MB")
    return goals.verdict()


if __name__ == "__main__":
    sys.exit(main())
