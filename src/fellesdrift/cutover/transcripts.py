"""Where the transcripts of an attempt lie: beside the journal, whose records say what they are of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "transcripts"


def folder_of(journal: Path, municipality: str, stage: str, attempt: str) -> Path:
    """<folder of the journal>/transcripts/<municipality>-<stage>-<attempt>; in it a file HOST.log for each host."""
    return journal.parent / FOLDER / f"{municipality}-{stage}-{attempt}"
