"""Which manual steps of a stage wait for an answer: one rule for what lists them and for what takes the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fellesdrift.cutover.attempt import ManualProgress
    from fellesdrift.cutover.progress import StageProgress


def waited_for(progress: StageProgress) -> list[ManualProgress]:
    """Those that were asked and have no answer, whether their deadline has passed or not."""
    return [step for step in progress.shown.manual.values() if step.answer is None and is_at(progress, step)]


def is_at(progress: StageProgress, step: ManualProgress) -> bool:
    """Whether the stage is where the step belongs. A run need not be at work: the next one that goes on takes the
    answer. A way back asks nobody, and of a held stage a person has to choose first whether it goes on."""
    if step.when == "finalize":
        return progress.state == "done"
    return progress.state == "running" or (progress.state == "stopped" and not progress.on_way_back)
