"""What must hold for the snapshot of a Windows host: it is whole, of that host, and holds no secret."""

from __future__ import annotations

from fellesdrift.estate import snapshots, windows_snapshots
from fellesdrift.estate.draft import Draft
from fellesdrift.estate.typed_snapshots import SnapshotFormError


def check_text(draft: Draft, host: str, text: str, shown: str) -> None:
    """Note FD132 for what is no snapshot of this host, FD133 for each secret in it."""
    try:
        snapshot = windows_snapshots.read(text)
    except SnapshotFormError as error:
        draft.refuse(
            "FD132",
            "The snapshot is not that of a Windows host.",
            (),
            host=host,
            file=shown,
            found=str(error),
            expected=f"JSON of the schema {windows_snapshots.SCHEMA}",
        )
        return
    wanted = windows_snapshots.computer_of(host)
    if snapshot.computer.upper() != wanted:
        draft.refuse(
            "FD132",
            "The snapshot is not of this host.",
            (),
            host=host,
            file=shown,
            found=f"computer {snapshot.computer}",
            expected=f"computer {wanted}",
        )
    for where in windows_snapshots.secrets_in(snapshot):
        snapshots.refuse_secret(draft, host, f"{shown}: {where}")
