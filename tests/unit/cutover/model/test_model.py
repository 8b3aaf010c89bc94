"""The engine keeps its promises in whatever order things happen (issue 5, "It must show")."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from support.cutover_model.machine import Cutovers

HISTORIES = 250
SHORT, LONG = 7, 20
"""Rules of a history. A long one costs four times a short one, and most of what goes wrong takes few rules."""
TOLD = frozenset({"opened", "done", "rolled_back", "held", "stopped", "refused", "finalized", "reconciled"}) | {
    "manual_answered",
    "soak_checked",
    "drained",
    "given_back",
    "host_left",
    "host_failed",
}
"""What the summary of a long run counts."""


def histories(count: int, start: int, steps: int) -> None:
    """So many histories of up to so many rules, the same for the same start. They are short enough to be read as they
    are: making a failing one shorter takes minutes."""

    @seed(start)
    class Seeded(Cutovers):
        pass

    rules = settings(
        max_examples=count,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Seeded, settings=rules)


@pytest.mark.parametrize("start", range(4))
def test_whatever_the_order(start: int) -> None:
    histories(50, start, 6)


@pytest.mark.long
@pytest.mark.parametrize("start", range(100, 140))
def test_ten_thousand_histories(start: int) -> None:
    """40 times 250, those of every twentieth case longer; each is a case of its own, so that all cores have some. What
    each has gone through is printed:

    python -m pytest -m long --no-cov -rP tests/unit/cutover/model/test_model.py
    """
    before = Cutovers.told.copy()
    histories(HISTORIES, start, SHORT if start % 20 else LONG)
    told = Cutovers.told - before
    print(f"seed {start}: {told.pop('histories')} histories, {told.total()} records")
    print(", ".join(f"{number} {event}" for event, number in sorted(told.items()) if event in TOLD))
