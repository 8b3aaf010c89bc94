"""What the journal and the gates add to a cutover: Sande's move on a twin of the production estate.

Devices that answer at once make the rest of a cutover as short as it never is, and devices that take a tenth of a
second for an answer are nearer to a real one; both are shown. The journal's seconds are those of its transactions in
all processes: what several write side by side counts as if it were one after the other. A soak's waiting is left out.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from measure import BIN, PRODUCTION, Cost, Goals, run, table

from fellesdrift import twin

CALLBACKS = Path(__file__).parent / "callbacks"
ANSWER = 0.1  # seconds
SHARE, STEP = 0.05, 0.050  # of the cutover's wall time; seconds
GATES = ("Ask the gates of", "Decide by the gates of")
WAITS = ("Wait to verify",)


@dataclass(frozen=True)
class Times:
    """Seconds of a cutover: as a whole without its waits, its gates, each transaction of its journal."""

    whole: float
    gates: float
    journal: list[float]
    cost: Cost

    @property
    def share(self) -> float:
        """What gates and journal add to the rest."""
        added = self.gates + sum(self.journal)
        return added / (self.whole - added)


def read(path: Path, cost: Cost) -> Times:
    """What the callback has noted."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    moments = [record for record in records if record[0] in ("task", "end")]
    spent = [(one[2], after[1] - one[1]) for one, after in pairwise(moments) if one[0] == "task"]
    waited = sum(seconds for name, seconds in spent if name.startswith(WAITS))
    gates = sum(seconds for name, seconds in spent if name.startswith(GATES))
    return Times(cost.wall - waited, gates, [record[1] for record in records if record[0] == "journal"], cost)


def cutover(folder: Path, answer: float) -> Times:
    """Sande's stages on a twin of their own. answer: seconds that a device takes for one."""
    out, record = folder / "inventories" / "twin", folder / "times"
    info = twin.up(PRODUCTION, out)
    try:
        if answer:
            for device in info.ports:
                twin.control(out, {"do": "fault", "device": device, "kind": "slow", "seconds": answer})
        more = {
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "bench_times",
            "FELLESDRIFT_BENCH_TIMES": str(record),
        }
        names = ["-e", "municipality=sande", "-e", "answers=simulated"]
        command = [BIN / "ansible-playbook", "-i", out, "playbooks/cutover.yml", *names]
        return read(record, run(command, more=more, spare=[info.pid], timeout=900))
    finally:
        twin.down(out)


def main() -> int:
    """Measure, print, judge."""
    found = {}
    for answer in (0.0, ANSWER):
        with tempfile.TemporaryDirectory() as place:
            found[answer] = cutover(Path(place), answer)
    rows = [
        [
            f"{answer:g}",
            f"{one.whole:.1f}",
            f"{one.gates:.2f}",
            f"{sum(one.journal):.2f}",
            str(len(one.journal)),
            f"{1000 * sorted(one.journal)[len(one.journal) // 2]:.1f}",
            f"{1000 * max(one.journal):.0f}",
            f"{one.share:.1%}",
        ]
        for answer, one in found.items()
    ]
    columns = [
        "an answer (s)",
        "cutover (s)",
        "gates (s)",
        "journal (s)",
        "writes",
        "median (ms)",
        "most (ms)",
        "added",
    ]
    table("Sande's cutover, one run each", columns, rows)

    goals = Goals()
    slow = found[ANSWER]
    name = f"journal and gates add less than {SHARE:.0%}, devices that answer in {ANSWER:g} s"
    goals.hold_if_alone(name, slow.share < SHARE, f"{slow.share:.1%}", slow.cost.others)
    median = sorted(slow.journal)[len(slow.journal) // 2]
    goals.hold_if_alone(
        f"a write in under {1000 * STEP:.0f} ms", median < STEP, f"{1000 * median:.1f} ms", slow.cost.others
    )
    return goals.verdict()


if __name__ == "__main__":
    sys.exit(main())
