"""Reading and comparing an exchange of 1,500 telephones, against one print a telephone; and its growth to 15,000.

    bench_pbx.py [SETS [MORE...]]

The exchanges are simulated, in a process of their own on the same cores. The candidates take turns; each logs in anew:

ours           what the drift check does: all kinds by whole prints, typed, compared with what is recorded
ours, sets     the same, of sets alone: what the peer reads too
peer           one print a telephone, as one types them at a terminal: LD 20 once, then REQ, TYPE, TN, DATE, PAGE, DES
               for each; a bare socket that waits for exactly the prompt that it knows will come, and compares texts
floor          one print of all sets over the same bare socket; what comes is not looked at

A round trip is a line that is typed and waited for: over a line of a branch office each costs its delay.
"""

from __future__ import annotations

import json
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from measure import Goals, machine, table, used_by_others

from fellesdrift.drift.exchange_visit import ExchangeOrder, visit
from fellesdrift.drift.model import EXCHANGE_KINDS
from fellesdrift.drift.typed_recorded import TypedRecorded
from fellesdrift.estate.exchange_snapshots import read
from fellesdrift.session.overlay import OverlayTarget
from fellesdrift.snapshots.exchange_taking import take_exchange

SETS, MORE = 1500, (5000, 15000)
ROUNDS = 3
AIM = 20.0
GROWTH = 1.3
"""How much dearer a telephone may become while their number grows tenfold."""
PLACES = ("*",)
SECONDS = 300.0


@dataclass
class Exchange:
    """One of them. texts: what the peer first saw of each telephone."""

    target: OverlayTarget
    recorded: TypedRecorded
    sets: int
    texts: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """One turn: lines typed, bytes that came, seconds."""

    lines: int
    heard: int
    wall: float
    cpu: float


@contextmanager
def standing(sizes: list[int]) -> Iterator[list[Exchange]]:
    """Exchanges with so many telephones, up, and recorded as they are."""
    script = Path(__file__).parent / "peers" / "exchanges.py"
    command = [sys.executable, str(script), *map(str, sizes)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        said = json.loads(process.stdout.readline())
        try:
            yield [_exchange(name, port, said) for name, port in said["ports"].items()]
        finally:
            process.stdin.close()


def _exchange(name: str, port: int, said: dict[str, str]) -> Exchange:
    target = OverlayTarget(name, "127.0.0.1", port, said["user"], said["password"], telnet=True, timeout=SECONDS)
    taken = take_exchange(target, PLACES)
    if taken.state != "read":
        raise SystemExit(f"{name} was not read: {taken.code} {taken.why}")
    found = read(taken.config)
    if found.unread:
        raise SystemExit(f"{name} does not answer {found.unread}")
    return Exchange(target, TypedRecorded(name, found.kinds), len(found.kinds["set"]))


def ours(exchange: Exchange, kinds: tuple[str, ...] = EXCHANGE_KINDS) -> tuple[int, int]:
    """The drift check's visit."""
    count = {"sent": 0, "received": 0}

    def told(way: str, text: str) -> None:
        count[way] += 1 if way == "sent" else len(text)

    target = replace(exchange.target, transcript=told)
    answer = visit(ExchangeOrder(target, "", PLACES), exchange.recorded, kinds, SECONDS)
    if answer.state != "clean":
        raise SystemExit(f"not clean: {answer}")
    return count["sent"], count["received"]


def ours_sets(exchange: Exchange) -> tuple[int, int]:
    """The same of sets alone."""
    return ours(exchange, ("set",))


class Wire:
    """A bare socket at an exchange, and counts."""

    def __init__(self, target: OverlayTarget) -> None:
        self.lines = self.heard = 0
        self._socket = socket.create_connection((target.address, target.port), SECONDS)
        self.until(b">")
        self.type(f"LOGI {target.username}", b"PASS?")
        self.type(target.password, b">")

    def until(self, end: bytes) -> bytes:
        found = bytearray()
        while not found.endswith(end):
            data = self._socket.recv(65536)
            if not data:
                raise SystemExit(f"hung up after {bytes(found[-80:])!r}")
            found += data
        self.heard += len(found)
        return bytes(found)

    def type(self, line: str, end: bytes) -> bytes:
        self.lines += 1
        self._socket.sendall(line.encode() + b"\r")
        return self.until(end)

    def print(self, tn: str) -> bytes:
        """LD 20's print of what begins with a terminal number."""
        for line, end in (("PRT", b"TYPE: "), ("TNB", b"TN   "), (tn, b"DATE "), ("", b"PAGE "), ("", b"DES  ")):
            self.type(line, end)
        return self.type("", b"REQ: ")

    def close(self) -> tuple[int, int]:
        self.type("****", b">")
        self.type("LOGO", b"")
        self._socket.close()
        return self.lines, self.heard


def peer(exchange: Exchange) -> tuple[int, int]:
    """One print a telephone."""
    wire = Wire(exchange.target)
    wire.type("LD 20", b"REQ: ")
    for key in exchange.recorded.kinds["set"]:
        said = wire.print(" ".join(str(int(part)) for part in key.split()))
        if exchange.texts.setdefault(key, said) != said or b"TN   " + key.encode() not in said:
            raise SystemExit(f"{key} is not as it was: {said[:200]!r}")
    return wire.close()


def floor(exchange: Exchange) -> tuple[int, int]:
    """One print of all."""
    wire = Wire(exchange.target)
    wire.type("LD 20", b"REQ: ")
    said = wire.print("")
    if said.count(b"\r\nTN   ") < exchange.sets:
        raise SystemExit(f"{said.count(b'TN   ')} of {exchange.sets} telephones")
    return wire.close()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def turn(do: Callable[[Exchange], tuple[int, int]], exchange: Exchange) -> Measured:
    """One of a candidate's."""
    start, before = time.monotonic(), _cpu()
    lines, heard = do(exchange)
    return Measured(lines, heard, time.monotonic() - start, _cpu() - before)


def middle(turns: list[Measured]) -> Measured:
    """Each figure's median by itself; lines and bytes are the same every time."""
    wall, cpu = (statistics.median(getattr(one, name) for one in turns) for name in ("wall", "cpu"))
    return replace(turns[-1], wall=wall, cpu=cpu)


def compare(exchange: Exchange) -> dict[str, Measured]:
    """All candidates, in turns."""
    candidates = {
        "ours": ours,
        "ours, sets": ours_sets,
        "peer: one print a telephone": peer,
        "floor: one raw print": floor,
    }
    turns: dict[str, list[Measured]] = {name: [] for name in candidates}
    for _ in range(ROUNDS):
        for name, do in candidates.items():
            turns[name].append(turn(do, exchange))
    return {name: middle(found) for name, found in turns.items()}


def shown(one: Measured) -> list[str]:
    """Its figures."""
    return [f"{one.lines:,}", f"{one.heard / 1e6:.2f}", f"{one.wall:.2f}", f"{one.cpu:.2f}"]


def main() -> int:
    """Measure, print, judge."""
    sizes = [int(text) for text in sys.argv[1:]] or [SETS, *MORE]
    with standing(sizes) as exchanges:
        state, before = machine(), _cpu()
        found = compare(exchanges[0])
        busy = used_by_others(state, _cpu() - before)
        grown = [turn(ours, each) for each in exchanges]
    one = found["peer: one print a telephone"]
    rows = [
        [name, *shown(each), f"{one.lines / each.lines:.0f}", f"{one.wall / each.wall:.1f}"]
        for name, each in found.items()
    ]
    table(
        f"an exchange of {exchanges[0].sets:,} telephones",
        ["", "lines typed", "MB heard", "wall s", "CPU s", "peer's lines /", "peer's wall /"],
        rows,
    )
    rows = [
        [f"{each.sets:,}", *shown(one), f"{one.cpu / each.sets * 1e6:.0f}"]
        for each, one in zip(exchanges, grown, strict=True)
    ]
    table("ours, all kinds", ["telephones", "lines typed", "MB heard", "wall s", "CPU s", "CPU us each"], rows)
    goals, mine = Goals(), found["ours"]
    peer_lines = found["peer: one print a telephone"].lines
    goals.hold(
        f"{AIM:g} times fewer round trips", peer_lines / mine.lines >= AIM, f"{peer_lines / mine.lines:.0f} times"
    )
    same = {one.lines for one in grown}
    goals.hold("as many lines, however many telephones", len(same) == 1, f"{sorted(same)} lines")
    dearer = (grown[-1].cpu / exchanges[-1].sets) / (grown[0].cpu / exchanges[0].sets)
    goals.hold(f"a telephone becomes at most {GROWTH:g} times as dear", dearer <= GROWTH, f"{dearer:.2f} times")
    peer_wall = found["peer: one print a telephone"].wall
    goals.hold_if_alone("quicker than the peer, without any delay of a line", mine.wall < peer_wall,
                        f"{peer_wall / mine.wall:.1f} times", busy)  # fmt: skip
    return goals.verdict()


if __name__ == "__main__":
    sys.exit(main())
