"""What the journal and the gates add to a cutover: Sande's move on a twin of the production estate.

Devices that answer at once make the rest of a cutover as short as it never is, and devices that take a tenth of a
second for an answer are nearer to a real one; both are shown. The journal's seconds are those of its transactions in
all processes, of which only one is at work at a time; what is written while the gates are asked or decided counts as
the gates'. A write's milliseconds have its waiting for others in them. A soak's waiting is left out.
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
ASKED = "Ask the gates of "
GATES = (ASKED, "Decide by the gates of ")
WAITS = ("Wait to verify",)


@dataclass(frozen=True)
class Times:
    """Seconds of a cutover: as a whole without its waits, each task of its gates, each write to its journal from when
    it was asked for.

    beside   of all transactions together, without those that are part of a task of the gates
    """

    whole: float
    tasks: list[tuple[str, float]]
    journal: list[float]
    beside: float
    cost: Cost

    @property
    def gates(self) -> float:
        """All of them."""
        return sum(seconds for _, seconds in self.tasks)

    @property
    def share(self) -> float:
        """What gates and journal add to the rest."""
        added = self.gates + self.beside
        return added / (self.whole - added)

    def of_stages(self) -> dict[str, list[float]]:
        """stage -> what asking took, and deciding."""
        stages = dict.fromkeys(name.removeprefix(ASKED) for name, _ in self.tasks if name.startswith(ASKED))
        return {
            stage: [sum(seconds for name, seconds in self.tasks if name == task + stage) for task in GATES]
            for stage in stages
        }


def read(path: Path, cost: Cost) -> Times:
    """What the callback has noted."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    moments = [record for record in records if record[0] in ("task", "end")]
    spent = [(one[2], one[1], after[1]) for one, after in pairwise(moments) if one[0] == "task"]
    waited = sum(end - begin for name, begin, end in spent if name.startswith(WAITS))
    gates = [task for task in spent if task[0].startswith(GATES)]
    written = [record[1:] for record in records if record[0] == "journal"]
    beside = sum(
        ended - begun for _, begun, ended in written if not any(begin <= begun < end for _, begin, end in gates)
    )
    tasks = [(name, end - begin) for name, begin, end in gates]
    return Times(cost.wall - waited, tasks, [ended - asked for asked, _, ended in written], beside, cost)


def cutover(folder: Path, answer: float) -> Times:
    """Sande's stages on a twin of their own. answer: seconds that a device takes for one."""
    out, record = folder / "inventories" / "twin", folder / "times"
    info = twin.up(PRODUCTION, out)
    try:
        if answer:
            for device in (*info.ports, *info.windows, *info.exchanges):
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
            f"{one.beside:.2f}",
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
    bounds = [
        [f"{answer:g}", stage, *(f"{seconds:.2f}" for seconds in took)]
        for answer, one in found.items()
        for stage, took in one.of_stages().items()
    ]
    table("Its gates", ["an answer (s)", "stage", "asked (s)", "decided (s)"], bounds)

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
