"""What must hold for the times of a stage: deadlines that end while the lease lasts, a soak that verifies something."""

from __future__ import annotations

from fellesdrift.estate.draft import Draft, KeyPath
from fellesdrift.estate.stages import Stage

LEASE_SECONDS = 1800
"""How long a lease lasts after the last record (journal/lease.py; a test holds the two together)."""


def check(draft: Draft, stage: Stage, path: KeyPath) -> None:
    """All checks of time-outs and soaks."""
    for name, seconds in stage.timeouts:
        if seconds >= LEASE_SECONDS:
            draft.refuse(
                "FD173",
                f"The time-out {name!r} of {stage.id!r} is longer than a lease: another run could take over meanwhile.",
                (*path, "timeouts", name),
                found=f"{seconds} s",
                expected=f"less than {LEASE_SECONDS} s",
            )
    if stage.soak is not None and stage.soak.every > stage.soak.minutes:
        draft.refuse(
            "FD172",
            f"The soak of {stage.id!r} would end before it has verified anything again.",
            (*path, "soak", "every"),
            found=f"every {stage.soak.every} minutes, for {stage.soak.minutes}",
            expected=f"at most every {stage.soak.minutes} minutes",
        )


def minutes_of_waiting(stage: Stage) -> int:
    """The minutes that the soaks and, at worst, the people take. Steps of the point of no return are not in it: that is
    declared on another day."""
    soaks = (stage.soak.minutes if stage.soak else 0) + sum(wave.soak or 0 for wave in stage.waves)
    return soaks + sum(step.minutes for step in stage.steps if step.when != "finalize")
