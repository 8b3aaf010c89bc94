"""Where one stage stands, for who asks again and again: a record, once written, is never another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.cutover.progress import read_progress

if TYPE_CHECKING:
    from fellesdrift.cutover.progress import StageProgress
    from fellesdrift.journal import Journal


class Following:
    """Reads the records of a stage's latest attempt once, and then those that have come since. A stage of hundreds of
    steps would else take longer for each of them."""

    def __init__(self, journal: Journal, municipality: str, stage: str) -> None:
        self._journal = journal
        self._key = (municipality, stage)
        self._known: dict[tuple[str, str], StageProgress] = {}
        self._last = 0

    def progress(self) -> StageProgress | None:
        """As the journal has it now; None when the stage has no record. It is brought forward by the next call."""
        read = self._journal.since(*self._key, self._last) if self._last else self._journal.current(*self._key)
        read_progress(read, self._known)
        if read:
            self._last = read[-1].seq
        return self._known.get(self._key)
