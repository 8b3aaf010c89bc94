"""The journal: an intent with its lease check, and what a journal of 100,000 records costs who asks it.

An intent is what WriteGuard does before each step: take the lock, check and renew the lease, read where the stage
stands, append, and have it on the disk. The file lies beside this project, on its disk. The server is Debian's
PostgreSQL with its own settings, on a unix socket of this machine, where there is one.

The journal has hundreds of earlier attempts of each stage, each with the records that a stage writes.
"""

from __future__ import annotations

import itertools
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from measure import BIN, PRODUCTION, ROOT, Goals, machine, run, table, used_by_others

from fellesdrift.cutover.progress import read_progress
from fellesdrift.estate import load_estate
from fellesdrift.journal import Journal, chain, lease, tables
from fellesdrift.journal.place import Place

sys.path.insert(0, str(ROOT / "tests"))

RECORDS = 100_000
INTENTS = 300
INTENT_MS, STATUS_S = 50, 0.5
ROUNDS = 7


def fill(journal: Journal, stages: list[tuple[str, str]]) -> None:
    """A hundred thousand records of stages that were done and rolled back again and again, chained as `append` chains
    them, and written many at a time."""
    steps = [("step_intended", "step_confirmed")[number % 2] for number in range(40)]
    events = ("opened", *steps, "done", "rollback_opened", "rolled_back")
    before = {"route": {"0.0.0.0/0": {"next_hops": ["10.61.0.2"]}}}
    payload = chain.text_of({"before": before, "after": {}, "title": "x" * 120})
    digest, at, previous = chain.digest(payload), "2026-11-22T03:00:00.000+00:00", chain.BEGINNING
    rows: list[dict[str, object]] = []
    for attempt in itertools.count():
        municipality, stage = stages[attempt % len(stages)]
        for event in events:
            host = "san-rtr1" if event in steps else ""
            fields = (municipality, stage, f"attempt{attempt}", host, event, digest)
            link = chain.link(previous, at, fields)
            names = ("municipality", "stage", "attempt", "host", "event", "payload_digest")
            known = {"seq": len(rows) + 1, "at": at, "payload": payload, "previous": previous, "chain": link}
            rows.append(dict(zip(names, fields, strict=True)) | known)
            previous = link
        if len(rows) >= RECORDS:
            break
    with journal.transaction() as connection:
        for start in range(0, len(rows), 5000):
            connection.execute(tables.records.insert(), rows[start : start + 5000])


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each."""
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        found.append((time.perf_counter() - begin) * 1000)
    return sorted(found)


def intents(journal: Journal, key: tuple[str, str]) -> list[float]:
    """Milliseconds of each of many intents."""
    holder = lease.Holder.of_process(os.getpid())
    with journal.transaction() as connection:
        token = lease.acquire(connection, ["sande", "platform"], holder)
        journal.append(*key, "now", "", "opened", {})

    def one() -> None:
        with journal.transaction() as connection:
            lease.check_and_renew(connection, token, holder)
            read_progress(journal.current(*key))
            journal.append(*key, "now", "san-rtr1", "step_intended", {"title": "ip route 10.0.0.0 255.0.0.0 10.1.1.1"})

    found = timed(one, INTENTS)
    with journal.transaction() as connection:
        journal.append(*key, "now", "", "rolled_back", {})
        lease.release(connection, token)
    return found


@contextmanager
def places(folder: Path) -> Iterator[dict[str, Place]]:
    """A file, and a server's database where there is a server."""
    found: dict[str, Place] = {"SQLite": folder / "journal" / "production.sqlite"}
    if not list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        print("  there is no PostgreSQL here: left out")
        yield found
        return
    from support.postgresql import Server

    server = Server()
    try:
        server.start()
        yield found | {"PostgreSQL": server.database()}
    finally:
        server.stop()


def main() -> int:
    """Measure, print, judge."""
    goals, rows, worst, others = Goals(), [], 0.0, 0.0
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as name:
        folder = Path(name)
        inventory = folder / "inventories" / "production"
        shutil.copytree(PRODUCTION, inventory)
        shutil.copytree(ROOT / "roles", folder / "roles")
        estate = load_estate([inventory])
        stages = [(name, stage.id) for stage in estate.stages for name in stage.municipalities]
        with places(folder) as found:
            for what, place in found.items():
                with Journal.create(place, estate.name) as journal:
                    fill(journal, stages)
                    state, own = machine(), time.process_time()
                    took = intents(journal, stages[0])
                    others = max(others, used_by_others(state, time.process_time() - own))
                    p99 = took[int(len(took) * 0.99) - 1]
                    worst = max(worst, p99)
                    begin = time.perf_counter()
                    count = journal.verify()
                    verified = time.perf_counter() - begin
                    asked = statistics.median(timed(journal.current, 5))
                    figures = [f"{statistics.median(took):.1f}", f"{p99:.1f}", f"{asked:.1f}", f"{verified:.2f}"]
                    rows.append([what, f"{count:,}", *figures])
            command = [BIN / "fellesdrift", "status", "-i", inventory]
            run(command)  # the first one reads the inventory, as every one after a change of it does
            whole = [run(command) for _ in range(ROUNDS)]
    heads = ["store", "records", "intent ms, median", "p99", "where all stages stand, ms", "whole chain, s"]
    table("The journal", heads, rows)
    text = f"{worst:.1f} ms"
    goals.hold_if_alone(
        f"an intent with its lease check in under {INTENT_MS} ms (p99)", worst < INTENT_MS, text, others
    )
    best = min(whole, key=lambda cost: cost.wall)
    goals.hold_if_alone(
        f"fellesdrift status of {RECORDS:,} records in under {STATUS_S} s",
        best.wall < STATUS_S,
        f"{best.wall:.2f} s, of them {best.cpu:.2f} s of CPU",
        best.others,
    )
    return goals.verdict()


if __name__ == "__main__":
    sys.exit(main())
