"""What must hold for the snapshot of an exchange: it is whole and of that exchange."""

from __future__ import annotations

from fellesdrift.estate import exchange_snapshots
from fellesdrift.estate.draft import Draft
from fellesdrift.estate.typed_snapshots import SnapshotFormError


def check_text(draft: Draft, host: str, text: str, shown: str) -> None:
    """Note FD132 for what is no snapshot of this exchange."""
    expected = f"JSON of the schema {exchange_snapshots.SCHEMA}, of {host}"
    try:
        found = exchange_snapshots.read(text).exchange
    except SnapshotFormError as error:
        draft.refuse(
            "FD132",
            "The snapshot is not that of an exchange.",
            (),
            host=host,
            file=shown,
            found=str(error),
            expected=expected,
        )
        return
    if found != host:
        draft.refuse(
            "FD132",
            "The snapshot is not of this exchange.",
            (),
            host=host,
            file=shown,
            found=f"exchange {found}",
            expected=expected,
        )
