"""The transcripts of an attempt, by name and digest: what they say stays beside the journal."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from fellesdrift.cutover.transcripts import folder_of
from fellesdrift.evidence.model import Transcript

if TYPE_CHECKING:
    from pathlib import Path


def of(journal: Path | str, municipality: str, stage: str, attempt: str) -> list[Transcript]:
    """Every transcript that is there and can be read, by name."""
    folder = folder_of(journal, municipality, stage, attempt)
    found = []
    for path in sorted(folder.glob("*.log")):
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                found.append(Transcript(f"{folder.name}/{path.name}", file.tell(), digest))
        except OSError:
            found.append(Transcript(f"{folder.name}/{path.name}", 0, "cannot be read"))
    return found
