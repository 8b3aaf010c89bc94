"""Past the point of no return: the stage was finalized, or the manual step that ends its way back was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.cutover.next_command import mend_command, stage_command
from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from fellesdrift.cutover.progress import StageProgress
    from fellesdrift.estate import Estate


def no_way_back(estate: Estate, progress: StageProgress) -> FellesdriftError | None:
    """FD691 for a stage whose way back has ended; says what can still be done. None while there is a way back."""
    if progress.shown.no_way_back is None:
        return None
    key = (progress.municipality, progress.stage)
    return FellesdriftError(
        "FD691",
        f"there is no way back from the stage {progress.stage} of {progress.municipality}",
        key=progress.stage,
        found=progress.shown.no_way_back,
        expected="a stage that can be taken back",
        next_step="mend it forward: "
        + (stage_command(estate, "reconcile", *key) if progress.state == "held" else mend_command(estate)),
    )
