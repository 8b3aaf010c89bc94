"""What a sweep needs to visit exchanges too. What reads them is imported only where there are some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from fellesdrift.drift.crew import Work
    from fellesdrift.drift.recorded import Writings
    from fellesdrift.estate import Host


def exchange_order(host: Host, target: Any, command: str) -> Any:
    """What a process of the sweep is told of an exchange."""
    from fellesdrift.drift.exchange_visit import ExchangeOrder
    from fellesdrift.snapshots.exchange_reading import PLACES

    return ExchangeOrder(target, command, tuple(str(name) for name in host.variables.get(PLACES) or ()))


def with_exchanges(others: Work, writings: Writings, kinds: Collection[str], seconds: float) -> Work:
    """A visitor for all: what is no exchange goes to `others`. seconds: for one host."""
    from fellesdrift.drift.exchange_visit import WithExchanges

    return WithExchanges(others, writings, tuple(kinds), seconds)
