"""The file of a run: it is there whole, with the right sums and its seal, or it is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from fellesdrift.drift import sealed
from fellesdrift.drift.model import Ledger
from fellesdrift.snapshots import store

if TYPE_CHECKING:
    from pathlib import Path

FILE = sealed.FILE


def write(path: Path, ledger: Ledger) -> None:
    """Replace the file in one step; on disk when this returns. FD701 when the sums do not fit, FD702 when the folder
    cannot be written to."""
    check_sums(ledger)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        store.write(path, ledger.as_json())
    except OSError as error:
        raise sealed.unwritable(path, error) from error


def read(path: Path, run: str | None = None) -> Ledger:
    """The ledger in a file; `run`: only of that run. FD703 when there is none that can be trusted."""
    try:
        return Ledger.model_validate(sealed.read(path, run))
    except ValidationError as error:
        raise sealed.untrusted(path, f"unreadable ({type(error).__name__})", "the file as the run wrote it") from error


def check_sums(ledger: Ledger) -> None:
    """FD701 when a host is missing, twice there or counted wrongly; a failure has no hosts to count."""
    if ledger.failure is not None and not ledger.hosts:
        return
    said = {name: getattr(ledger, name) for name in ("planned", "asked", "findings", "counts")}
    sealed.check_sums(said, ((host.host, host.state, host.asked, len(host.findings)) for host in ledger.hosts))
