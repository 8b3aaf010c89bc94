"""An engine that is broken on purpose is found out: else the model would prove nothing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from support.cutover_model.machine import Cutovers
from support.cutover_model.mutants import MUTANTS

ENOUGH = 3000
"""Histories; the first that finds it ends the search."""
QUICKLY_FOUND = (
    "a stage is closed without saving",
    "the intent is written after the step",
    "the way back forgets the hosts that were finished",
    "whoever holds a lease is taken for dead",
)


@pytest.mark.parametrize(
    "broken", [name if name in QUICKLY_FOUND else pytest.param(name, marks=pytest.mark.long) for name in MUTANTS]
)
def test_a_broken_engine_is_found_out(broken: str) -> None:
    @seed(0)
    class Seeded(Cutovers):
        pass

    rules = settings(
        max_examples=ENOUGH,
        stateful_step_count=20,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with MUTANTS[broken](), pytest.raises(AssertionError):
        run_state_machine_as_test(Seeded, settings=rules)
