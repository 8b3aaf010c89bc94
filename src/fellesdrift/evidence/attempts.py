"""The attempts at a stage, and which one somebody means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from fellesdrift.journal import Journal, Record

_SHOWN = 8


def records_of(journal: Journal | None, municipality: str, stage: str, wanted: str | None) -> list[Record]:
    """The records of one attempt, oldest first. wanted: the beginning of its id; None: the last one.

    FD670 when the stage was never begun for the municipality, FD671 when no attempt, or more than one, begins so.
    """
    attempts: dict[str, list[Record]] = {}
    for record in journal.records(municipality, stage) if journal else []:
        attempts.setdefault(record.attempt, []).append(record)
    if not attempts:
        raise FellesdriftError(
            "FD670",
            f"the journal has nothing of the stage {stage} of {municipality}",
            key=f"{municipality} {stage}",
            found="no record",
            expected="a stage that was begun at least once",
            next_step="fellesdrift status shows where each stage stands",
        )
    if wanted is None:
        return list(attempts.values())[-1]
    fitting = [name for name in attempts if wanted and name.startswith(wanted)]
    if len(fitting) != 1:
        raise FellesdriftError(
            "FD671",
            f"{'several attempts begin' if fitting else 'no attempt begins'} with these characters",
            key="--attempt",
            found=wanted,
            expected="the beginning of exactly one attempt's id",
            details=[f"{name[:_SHOWN]}  {own[0].at:%Y-%m-%d %H:%M} UTC" for name, own in attempts.items()],
        )
    return attempts[fitting[0]]
