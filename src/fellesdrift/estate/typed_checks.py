"""What must hold for the snapshot of a host without a configuration, by the kind of host that it is of."""

from __future__ import annotations

from fellesdrift.estate import exchange_checks, exchange_snapshots, places, typed_snapshots, windows_checks
from fellesdrift.estate.draft import Draft
from fellesdrift.estate.models import Host

_WINDOWS = "windows_2003"


def check_baseline(draft: Draft, host: Host) -> None:
    """Of a host that has one: a server or an exchange is brought under management when somebody does so."""
    path = draft.inventory_dir / "snapshots" / "baseline" / f"{host.name}{typed_snapshots.SUFFIX}"
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
    check = windows_checks.check_text if host.platform == _WINDOWS else exchange_checks.check_text
    check(draft, host.name, text, shown)


def check_latest(draft: Draft, host: str, text: str, shown: str) -> None:
    """By what it says of itself: a host that has left the estate has no platform any more."""
    exchange = exchange_snapshots.is_exchange(text)
    (exchange_checks.check_text if exchange else windows_checks.check_text)(draft, host, text, shown)
