"""What must hold for the snapshot of a Windows host: it is whole, of that host, and holds no secret."""

from __future__ import annotations

from fellesdrift.estate import places, snapshots, windows_snapshots
from fellesdrift.estate.draft import Draft
from fellesdrift.estate.models import Host


def check_baseline(draft: Draft, host: Host) -> None:
    """Of a host that has one: a server is brought under management when somebody does so."""
    path = draft.inventory_dir / "snapshots" / "baseline" / f"{host.name}{windows_snapshots.SUFFIX}"
    shown = places.shown(path, draft.inventory_dir)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        draft.refuse(
            "FD132", "The snapshot cannot be read.", (), host=host.name, file=shown, found=type(error).__name__
        )
        return
    check_text(draft, host.name, text, shown)


def check_text(draft: Draft, host: str, text: str, shown: str) -> None:
    """Note FD132 for what is no snapshot of this host, FD133 for each secret in it."""
    try:
        snapshot = windows_snapshots.read(text)
    except windows_snapshots.SnapshotFormError as error:
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
