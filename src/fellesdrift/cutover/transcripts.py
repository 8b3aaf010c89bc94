"""Where the transcripts of an attempt lie: beside the journal, whose records say what they are of."""

from __future__ import annotations

from pathlib import Path

FOLDER = "transcripts"


def folder_of(journal: Path | str, municipality: str, stage: str, attempt: str) -> Path:
    """<folder of the journal>/transcripts/<municipality>-<stage>-<attempt>; in it a file HOST.log for each host. A
    journal on a server has its transcripts in the folder journal/ where the playbook is run."""
    folder = journal.parent if isinstance(journal, Path) else Path.cwd() / "journal"
    return folder / FOLDER / f"{municipality}-{stage}-{attempt}"
