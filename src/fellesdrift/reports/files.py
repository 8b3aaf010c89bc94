"""Reports as files: each is there whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.errors import FellesdriftError
from fellesdrift.snapshots import store

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, text: str) -> None:
    """Replace the file in one step; its folder is made when it is not there. FD750 when that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        store.write(path, text)
    except OSError as error:
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: OSError) -> FellesdriftError:
    """FD750."""
    return FellesdriftError(
        "FD750",
        "the report cannot be written",
        file=path.name,
        found=error.strerror or type(error).__name__,
        expected="a place that this user may write to, and room on its disk",
        next_step="the ledger is untouched: make the report again when that is so",
    )
