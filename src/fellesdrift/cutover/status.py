"""Municipality x stage: where each stands, who holds what, and what to type next."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from fellesdrift.cutover.next_command import playbook_command
from fellesdrift.cutover.progress import StageProgress, read_progress

if TYPE_CHECKING:
    from fellesdrift.estate import Estate
    from fellesdrift.journal import Journal


@dataclass(frozen=True)
class StatusRow:
    """One stage of one municipality. since: ISO 8601 UTC. next: a command, or "-"."""

    municipality: str
    stage: str
    title: str
    state: str
    since: str
    reason: str
    hosts: str
    next: str

    def as_data(self) -> dict[str, Any]:
        """The row as JSON data."""
        return asdict(self)


def status_rows(estate: Estate, journal: Journal | None) -> list[StatusRow]:
    """A row for every stage of every municipality that has it, in the estate's order."""
    progress = read_progress(journal.records()) if journal else {}
    return [
        _row(estate, stage.title, progress.get((name, stage.id), StageProgress(name, stage.id)))
        for name in estate.municipalities
        for stage in estate.stages
        if name in stage.municipalities
    ]


def _row(estate: Estate, title: str, progress: StageProgress) -> StatusRow:
    return StatusRow(
        municipality=progress.municipality,
        stage=progress.stage,
        title=title,
        state=progress.state,
        since=progress.since.isoformat(timespec="seconds") if progress.since else "-",
        reason=progress.reason or "-",
        hosts=", ".join(progress.held_hosts or progress.touched) or "-",
        next=_next(estate, progress),
    )


def _next(estate: Estate, progress: StageProgress) -> str:
    match progress.state:
        case "pending" | "rolled back":
            return playbook_command(estate, "plan", progress.municipality)
        case "held":
            back = playbook_command(estate, "rollback", progress.municipality, progress.stage)
            return f"mend {', '.join(progress.held_hosts)}, then: {back}"
        case "running" | "going back":
            # a run that was killed is finished by running it again
            return playbook_command(estate, "cutover", progress.municipality)
        case _:
            return "-"
