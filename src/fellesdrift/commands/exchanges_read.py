"""What all exchanges of an estate were read to have, from its snapshots: which one, and from when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fellesdrift.estate import exchange_snapshots, places
from fellesdrift.estate.numbering_checks import EXCHANGES
from fellesdrift.estate.typed_snapshots import SnapshotFormError
from fellesdrift.snapshots.store import Latest, read_text

if TYPE_CHECKING:
    from pathlib import Path

    from fellesdrift.estate import Estate
    from fellesdrift.estate.typed_snapshots import Kinds


@dataclass(frozen=True)
class Read:
    """resources: None when nothing is known; source: where from and from when, or why not; taken: UTC, of a snapshot of
    snapshots/latest."""

    resources: Kinds | None
    source: str
    taken: str | None = None


def exchanges_of(estate: Estate) -> list[str]:
    """The estate's exchanges, in its order."""
    return [name for name, host in estate.hosts.items() if host.platform in EXCHANGES]


def read_exchanges(estate: Estate, *, baseline: bool = False) -> dict[str, Read]:
    """Each exchange as it was read last, or, where it was not read since, before the first move; with `baseline` all of
    them as they were then. Raises FD905 for an index of snapshots that cannot be read."""
    latest = Latest(estate.inventory_dir)
    index = {} if baseline else latest.index()
    found = {}
    for name in exchanges_of(estate):
        entry = index.get(name)
        if entry is None:
            found[name] = _of_baseline(estate, estate.snapshot(name))
            continue
        text = latest.trusted(name, entry)
        shown = f"snapshots/latest, read {entry.taken}"
        if text is None:
            # an older state in its place would look like an answer of today
            found[name] = Read(None, f"{shown}: the file was changed since, or is gone", entry.taken)
        else:
            found[name] = _parsed(name, text, shown, entry.taken)
    return found


def _of_baseline(estate: Estate, path: Path) -> Read:
    text = read_text(path)
    if text is None:
        return Read(None, f"never read: there is no {places.shown(path, estate.inventory_dir)}")
    return _parsed(path.stem, text, "snapshots/baseline, as it was before the first move", None)


def _parsed(name: str, text: str, shown: str, taken: str | None) -> Read:
    try:
        snapshot = exchange_snapshots.read(text)
    except SnapshotFormError as error:
        return Read(None, f"{shown}: no snapshot of an exchange ({error})", taken)
    if snapshot.exchange != name:
        return Read(None, f"{shown}: it is of {snapshot.exchange}", taken)
    unread = f"; not answered: {', '.join(snapshot.unread)}" if snapshot.unread else ""
    return Read(snapshot.kinds, f"{shown}{unread}", taken)
