"""`fellesdrift rehearse --chaos SEED`: a stage on a twin while devices, lines and the controller break."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from fellesdrift import twin
from fellesdrift.chaos import Outcome, Trial
from fellesdrift.commands.table import print_table
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import load_estate

REPORTS = Path("reports") / "chaos"
SPEED = 30.0
"""The dead man's switch acts after 10 s, a device is given up after 16."""
_SEEDS = re.compile(r"(\d+)(?:\.\.(\d+))?")


def seeds_of(text: str) -> list[int]:
    """`7`, `1..50` or `3,8,20..25`. FD680 for anything else."""
    found: list[int] = []
    for part in text.split(","):
        match = _SEEDS.fullmatch(part.strip())
        if match is None or (match[2] is not None and int(match[2]) < int(match[1])):
            raise FellesdriftError(
                "FD680", "this is no seed", key="--chaos", found=text, expected="a number, or several: 1..50 or 3,8"
            )
        found += range(int(match[1]), int(match[2] or match[1]) + 1)
    return found


def rehearse_in_chaos(text: str, inventory: Path, out: Path, municipality: str, stage: str) -> bool:
    """Every seed on a twin of its own; prints the table. True when each ended as it should."""
    outcomes = []
    for seed in seeds_of(text):
        outcome = one(seed, inventory, out, municipality, stage)
        outcomes.append(outcome)
        sys.stdout.write(f"seed {seed}: {outcome.found}, {'; '.join(outcome.wrong) or 'right'}\n")
        sys.stdout.flush()
    print_table(
        f"Chaos: {stage} of {municipality}",
        ["seed", "what went wrong", "expected", "found", "result", "seconds"],
        [outcome.row() for outcome in outcomes],
    )
    return not any(outcome.wrong for outcome in outcomes)


def one(seed: int, inventory: Path, out: Path, municipality: str, stage: str) -> Outcome:
    """One seed. What the playbooks said is kept where it did not end as it should."""
    twin.up(inventory, out, speed=SPEED)
    try:
        estate = load_estate([out])
        estate.municipality(municipality)
        if municipality not in estate.stage(stage).municipalities:
            raise FellesdriftError("FD681", "this stage does not move this municipality", found=municipality, key=stage)
        outcome = Trial(estate, out, seed, municipality, stage).run()
    finally:
        twin.down(out)
    if outcome.wrong:
        REPORTS.mkdir(parents=True, exist_ok=True)
        kept = REPORTS / f"seed-{seed}.txt"
        kept.write_text("\n\n".join(["\n".join(outcome.row()), *outcome.runs]), encoding="utf-8")
        sys.stdout.write(f"seed {seed}: what was said is in {kept}\n")
    return outcome
