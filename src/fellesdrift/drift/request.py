"""What is asked of a run, and what comes back from its sweep."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from fellesdrift.drift.judge import Answer
from fellesdrift.drift.model import EXCHANGE_KINDS, KINDS, Kind
from fellesdrift.drift.sweep import Done
from fellesdrift.session.target import EXCHANGES, WINDOWS

if TYPE_CHECKING:
    from pathlib import Path

    from fellesdrift.estate import Estate, Host
    from fellesdrift.session import Target
    from fellesdrift.session.overlay import OverlayTarget
    from fellesdrift.session.wsman import WindowsTarget

    type Login = Target | WindowsTarget | OverlayTarget

MANAGED_GROUP = "managed"


@dataclass(frozen=True)
class Request:
    """What is asked for.

    run           the id under which the result is accepted
    asked         hosts that --limit left in; limit: as it was given
    target        host -> its login; raises FellesdriftError
    host_seconds, run_seconds   for a host; for all of them (None: as long as it takes)
    processes, sessions         0: as many as fit this machine
    keep_history  False in check mode
    tell          takes a line for people
    """

    run: str
    estate: Estate
    roles_path: Sequence[Path]
    asked: Set[str]
    target: Callable[[str], Login]
    kinds: tuple[Kind, ...]
    limit: str = ""
    host_seconds: float = 120.0
    run_seconds: float | None = None
    processes: int = 0
    sessions: int = 0
    keep_history: bool = True
    tell: Callable[[str], None] = lambda _line: None

    def asks(self, host: Host) -> bool:
        """Whether a host was asked: --limit left it in, and kinds of its platform are looked at."""
        kinds = self.network_kinds
        if host.platform == WINDOWS:
            kinds = self.windows_kinds
        elif host.platform in EXCHANGES:
            kinds = self.exchange_kinds
        return host.name in self.asked and bool(kinds)

    @property
    def network_kinds(self) -> tuple[Kind, ...]:
        """Those of the wanted kinds that network devices have."""
        return tuple(kind for kind in self.kinds if kind in KINDS)

    @property
    def windows_kinds(self) -> tuple[Kind, ...]:
        """Those of the wanted kinds that Windows hosts have."""
        return tuple(kind for kind in self.kinds if kind not in KINDS and kind not in EXCHANGE_KINDS)

    @property
    def exchange_kinds(self) -> tuple[Kind, ...]:
        """Those of the wanted kinds that exchanges have."""
        return tuple(kind for kind in self.kinds if kind in EXCHANGE_KINDS)

    @cached_property
    def managed(self) -> frozenset[str] | None:
        """The hosts that the estate says this version looks after; None: it has no such group, and means all."""
        groups = self.estate.groups
        return frozenset(groups[MANAGED_GROUP]) if MANAGED_GROUP in groups else None

    @cached_property
    def places(self) -> frozenset[str]:
        """Groups that are a LAN's hosts, all of them: they say where a host stands, and nothing of what it is."""
        on_link: dict[str | None, set[str]] = {}
        for host in self.estate.hosts.values():
            on_link.setdefault(host.link, set()).add(host.name)
        on_link.pop(None, None)
        lans = set(map(frozenset, on_link.values()))
        return frozenset(name for name, hosts in self.estate.groups.items() if frozenset(hosts) in lans)


@dataclass
class Swept:
    """What came back. ended: how each visit ended; canary_problem: why its answer is none."""

    answers: dict[str, Answer] = field(default_factory=dict)
    ended: dict[str, Done] = field(default_factory=dict)
    canary: Answer | None = None
    canary_problem: str = ""
