"""The kinds of resources that a run looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.drift.model import EXCHANGE_KINDS, KINDS
from fellesdrift.drift.windows_crew import windows_kinds
from fellesdrift.session.target import EXCHANGES, WINDOWS

if TYPE_CHECKING:
    from collections.abc import Collection

    from fellesdrift.estate import Estate


def kinds_of(wanted: Collection[str], estate: Estate) -> tuple[str, ...]:
    """Those that are wanted, else all that the estate's hosts have."""
    if wanted:
        return tuple(wanted)
    there = {host.platform for host in estate.hosts.values()}
    found = [*KINDS, *(windows_kinds() if WINDOWS in there else ())]
    found += EXCHANGE_KINDS if there & set(EXCHANGES) else ()
    return tuple(dict.fromkeys(found))


def all_kinds() -> tuple[str, ...]:
    """Every kind that there is."""
    return tuple(dict.fromkeys([*KINDS, *windows_kinds(), *EXCHANGE_KINDS]))
