"""Reading and comparing a typical Windows server, and 1,000 of them in the drift check's sweep.

    bench_windows.py [HOSTS]

A typical server: 30 services, 100 registry values, 10 shares, 20 groups, 5 tasks (peers/windows_hosts.py), simulated,
in a process of its own on the same cores. The candidates take turns; each logs in anew for every host:

ours          what the drift check does: all five kinds, typed, with dependencies, members, permissions and schedules
over pywinrm  the same over the transport that changes hosts
peer          pywinrm as its documentation shows it: one shell a host, in it one command an area, its text compared:
              which services run, the registry's values, names and paths of shares, names of groups and of tasks
as the peer   ours reading and comparing what the peer's commands print, and no more: the goal is held against this one
floor         the very messages of ours, posted by pywinrm's transport; what comes back is not looked at

Requests and bytes are counted by a relay between the two, in a run of its own.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from measure import MB, Goals, machine, table, used_by_others
from peers.windows_hosts import KEY
from winrm.protocol import Protocol
from winrm.transport import Transport

from fellesdrift.drift.sweep import Done, Job, Limits, sweep
from fellesdrift.drift.threads import threads
from fellesdrift.drift.windows_judge import places
from fellesdrift.drift.windows_recorded import WindowsRecorded
from fellesdrift.drift.windows_visit import WindowsOrder, visit
from fellesdrift.estate.windows_snapshots import read
from fellesdrift.session.wsman import Client, WindowsTarget, open_client
from fellesdrift.session.wsman.reading import ReadingConnection, reading_client
from fellesdrift.snapshots.windows_reading import WHOLE, Scope
from fellesdrift.snapshots.windows_taking import take_windows
from fellesdrift.state.windows import KINDS as STATE_KINDS
from fellesdrift.state.windows import open_host

HOSTS = 1000
ROUNDS = 7
A_ROUND = 10  # hosts
KINDS = ("service", "registry", "share", "group", "scheduled_task")
COMMANDS = ("net start", f'reg query "{KEY}" /s', "net share", "net localgroup", "schtasks /query")
TASKS = r'Drive="c:" AND Path="\\windows\\tasks\\"'
AIM = 2.0
PROCESSES = 2


@dataclass(frozen=True)
class Lab:
    """Where the simulated hosts are, and what the first of them is recorded to have."""

    targets: tuple[WindowsTarget, ...]
    recorded: WindowsRecorded

    def of(self, target: WindowsTarget) -> WindowsRecorded:
        return replace(self.recorded, name=target.host.upper())


@contextmanager
def standing(hosts: int) -> Iterator[Lab]:
    """So many hosts, up."""
    script = Path(__file__).parent / "peers" / "windows_hosts.py"
    command = [sys.executable, str(script), str(hosts)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        said = json.loads(process.stdout.readline())
        targets = tuple(
            WindowsTarget(name, "127.0.0.1", port, said["user"], said["password"])
            for name, port in said["ports"].items()
        )
        taken = take_windows(targets[0], Scope({"registry": {KEY: WHOLE}}, KINDS))
        if taken.state != "read":
            raise SystemExit(f"the first host was not read: {taken.code} {taken.why}")
        snapshot = read(taken.config)
        sizes = {kind: len(keys) for kind, keys in snapshot.kinds.items()}
        sizes["registry"] = len(snapshot.kinds["registry"][KEY]["values"])
        print(f"a typical server: {sizes}")
        try:
            yield Lab(targets, WindowsRecorded(snapshot.computer, snapshot.kinds))
        finally:
            process.stdin.close()


def ours(lab: Lab, target: WindowsTarget) -> None:
    """The drift check's visit of a host."""
    answer = visit(WindowsOrder(target), lab.of(target), KINDS, 60.0)
    if answer.state != "clean":
        raise SystemExit(f"not clean: {answer}")


def over_pywinrm(lab: Lab, target: WindowsTarget) -> None:
    """The same over the other transport."""
    answer = visit(WindowsOrder(target), lab.of(target), KINDS, 60.0, opener=open_client)
    if answer.state != "clean":
        raise SystemExit(f"not clean: {answer}")


def as_the_peer(lab: Lab, target: WindowsTarget) -> None:
    """What the peer's five commands print, typed."""
    recorded = lab.recorded.kinds
    with open_host(target, partial(open_client, make=reading_client)) as host:
        query = host.client.query
        running = {row["Name"] for row in query("Win32_Service", ["Name"], 'State="Running"')}
        shares = {(row["Name"], row["Path"]) for row in query("Win32_Share", ["Name", "Path"], "Type=0")}
        groups = {row["Name"] for row in query("Win32_Group", ["Name"], "LocalAccount=TRUE")}
        tasks = {row["Name"] for row in query("CIM_DataFile", ["Name"], TASKS)}
        registry = STATE_KINDS["registry"].read(host, recorded["registry"])
    wrong = [*places({"registry": recorded["registry"]}, {"registry": registry}, ["registry"])]
    services, paths = recorded["service"], {name: one["path"] for name, one in recorded["share"].items()}
    if (
        wrong
        or not {name for name, one in services.items() if one.get("state") == "running"} <= running <= set(services)
        or shares != set(paths.items())
        or groups != set(recorded["group"])
        or len(tasks) != len(recorded["scheduled_task"])
    ):
        raise SystemExit(f"not as recorded: {wrong} {running} {shares} {groups} {tasks}")


class Peer:
    """One shell a host, one command an area; each text as the first host printed it."""

    def __init__(self) -> None:
        self.expected: list[str] = []

    def __call__(self, _lab: Lab, target: WindowsTarget) -> None:
        protocol = Protocol(target.endpoint, "ntlm", target.username, target.password, proxy=None)
        shell = protocol.open_shell(codepage=target.code_page)
        said = []
        for command in COMMANDS:
            number = protocol.run_command(shell, command)
            output, _, code = protocol.get_command_output(shell, number)
            protocol.cleanup_command(shell, number)
            if code != 0:
                raise SystemExit(f"{command}: {code}")
            said.append(output.decode("cp850"))
        protocol.close_shell(shell)
        self.expected = self.expected or said
        if said != self.expected:
            raise SystemExit("another text than the first host's")


def messages(lab: Lab) -> list[bytes]:
    """What ours sends to a host."""
    found: list[bytes] = []

    class Told(ReadingConnection):
        def exchange(self, message: bytes, during: str) -> tuple[bytes, bool]:
            found.append(message)
            return super().exchange(message, during)

    def make(target: WindowsTarget) -> Client:
        client = reading_client(target)
        client.connection = Told(target)
        return client

    visit(WindowsOrder(lab.targets[0]), lab.recorded, KINDS, 60.0, opener=partial(open_client, make=make))
    return found


class Floor:
    """Post so many messages. What is in a shell that has ended is answered by a fault, which is an answer too."""

    def __init__(self, sent: list[bytes]) -> None:
        self.sent = [each for each in sent if b"/windows/shell/cmd" not in each] + sent[:1] * sum(
            b"/windows/shell/cmd" in each for each in sent
        )

    def __call__(self, _lab: Lab, target: WindowsTarget) -> None:
        transport = Transport(
            endpoint=target.endpoint, username=target.username, password=target.password, auth_method="ntlm", proxy=None
        )
        for message in self.sent:
            transport.send_message(message)
        transport.close_session()


class Relay:
    """Between a client and a host, and counts."""

    def __init__(self, port: int) -> None:
        self.requests = self.bytes = self.port = 0
        self._upstream = port
        self.over = threading.Event()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asks: bool) -> None:
        while data := await reader.read(65536):
            self.bytes += len(data)
            if asks:
                self.requests += data.count(b"POST /wsman")
            writer.write(data)
        writer.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection("127.0.0.1", self._upstream)
        await asyncio.gather(self._pump(reader, out, True), self._pump(there, writer, False), return_exceptions=True)
        self.over.set()

    @contextmanager
    def up(self) -> Iterator[Relay]:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._accept, "127.0.0.1", 0), loop).result(10)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self.over.wait(5)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()


@dataclass(frozen=True)
class Measured:
    """A host of a candidate: medians. wall, cpu in ms; requests and bytes counted once."""

    wall: float
    cpu: float
    requests: int
    bytes: int


def _cpu(who: int = resource.RUSAGE_SELF) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def compare(lab: Lab) -> dict[str, Measured]:
    """All candidates, in turns."""
    turns: dict[str, Callable[[Lab, WindowsTarget], None]] = {
        "ours": ours,
        "ours over pywinrm": over_pywinrm,
        "ours as the peer": as_the_peer,
        "peer: a WinRS shell": Peer(),
        "floor: raw posts": Floor(messages(lab)),
    }
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in turns}
    for _ in range(ROUNDS):
        for name, turn in turns.items():
            start, before = time.monotonic(), _cpu()
            for target in lab.targets[:A_ROUND]:
                turn(lab, target)
            costs[name].append(((time.monotonic() - start) / A_ROUND, (_cpu() - before) / A_ROUND))
    found = {}
    for name, turn in turns.items():
        relay = Relay(lab.targets[0].port)
        with relay.up():
            turn(lab, replace(lab.targets[0], port=relay.port))
        wall, cpu = (statistics.median(each[place] for each in costs[name]) * 1000 for place in (0, 1))
        found[name] = Measured(wall, cpu, relay.requests, relay.bytes)
    return found


class Work:
    """What a process of the sweep does."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    async def __call__(self, target: WindowsTarget) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(threads(), visit, WindowsOrder(target), self.lab.of(target), KINDS, 60.0)


def swept(lab: Lab) -> tuple[float, float, float, float]:
    """(wall s, CPU s, MB of the largest process that reads, what others used) of all hosts."""
    done: list[Done] = []
    jobs = [Job(target.host, "one", lambda target=target: target) for target in lab.targets]
    limits = Limits(processes=PROCESSES, sessions=32, site_default=64)
    state, start, before = machine(), time.monotonic(), _cpu() + _cpu(resource.RUSAGE_CHILDREN)
    sweep(jobs, Work(lab), limits, done.append)
    wall, cpu = time.monotonic() - start, _cpu() + _cpu(resource.RUSAGE_CHILDREN) - before
    clean = sum(one.value is not None and one.value.state == "clean" for one in done)
    if clean != len(lab.targets):
        raise SystemExit(f"{clean} of {len(lab.targets)} are clean: {next(one for one in done if one.value is None)}")
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / MB
    return wall, cpu, memory, used_by_others(state, cpu)


def main() -> int:
    """Measure, print, judge."""
    hosts = int(sys.argv[1]) if len(sys.argv) > 1 else HOSTS
    with standing(hosts) as lab:
        state, before = machine(), _cpu()
        found = compare(lab)
        busy = used_by_others(state, _cpu() - before)
        wall, cpu, memory, others = swept(lab)
    peer = found["peer: a WinRS shell"]
    rows = [
        [
            name,
            str(one.requests),
            f"{one.bytes / 1000:.0f}",
            f"{one.wall:.1f}",
            f"{one.wall / peer.wall:.2f}",
            f"{one.cpu:.1f}",
            f"{one.cpu / peer.cpu:.2f}",
        ]
        for name, one in found.items()
    ]
    table("a typical server", ["", "requests", "kB", "wall ms", "/ peer", "CPU ms", "/ peer"], rows)
    print(
        f"\n  {hosts:,} hosts swept by {PROCESSES} processes: {wall:.1f} s, {cpu:.1f} s of CPU time"
        f" ({cpu / hosts * 1000:.1f} ms a host), {memory:.0f} MB a process at most; others used {others:.0%}"
    )
    goals, mine, whole = Goals(), found["ours as the peer"], found["ours"]
    times = peer.wall / mine.wall
    goals.hold_if_alone(f"{AIM:g} times the peer's speed", times >= AIM, f"{times:.1f} times", busy)
    times = peer.cpu / mine.cpu
    goals.hold(f"the peer takes {AIM:g} times the CPU time", times >= AIM, f"{times:.1f} times")
    times = peer.cpu / whole.cpu
    goals.aim(f"{AIM:g} times the CPU time of all that ours reads", times >= AIM, f"{times:.1f} times")
    return goals.verdict()


if __name__ == "__main__":
    sys.exit(main())
