"""What a sweep needs to visit Windows hosts too. What reads them is imported only where there are some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from fellesdrift.drift.crew import Work
    from fellesdrift.drift.recorded import Writings
    from fellesdrift.estate import Host

ACCOUNTS = "windows__service_accounts"
"""A variable of the inventory: patterns of accounts that are nobody's, so that their names may be kept."""


def windows_order(host: Host, target: Any, command: str) -> Any:
    """What a process of the sweep is told of a Windows host."""
    from fellesdrift.drift.windows_visit import WindowsOrder

    return WindowsOrder(target, command, tuple(str(name) for name in host.variables.get(ACCOUNTS) or ()))


def with_windows(network: Work, writings: Writings, kinds: Collection[str], seconds: float) -> Work:
    """A visitor for both: network devices go to `network`. seconds: for one host."""
    from fellesdrift.drift.windows_visit import Either

    return Either(network, writings, tuple(kinds), seconds)


def windows_kinds() -> tuple[str, ...]:
    """The kinds of Windows hosts that there are."""
    from fellesdrift.state.windows import KINDS

    return tuple(KINDS)
