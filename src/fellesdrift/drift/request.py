"""What is asked of a run, and what comes back from its sweep."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fellesdrift.drift.judge import Answer
from fellesdrift.drift.model import Kind
from fellesdrift.drift.sweep import Done

if TYPE_CHECKING:
    from pathlib import Path

    from fellesdrift.estate import Estate
    from fellesdrift.session import Target


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
    target: Callable[[str], Target]
    kinds: tuple[Kind, ...]
    limit: str = ""
    host_seconds: float = 120.0
    run_seconds: float | None = None
    processes: int = 0
    sessions: int = 0
    keep_history: bool = True
    tell: Callable[[str], None] = lambda _line: None


@dataclass
class Swept:
    """What came back. ended: how each visit ended; canary_problem: why its answer is none."""

    answers: dict[str, Answer] = field(default_factory=dict)
    ended: dict[str, Done] = field(default_factory=dict)
    canary: Answer | None = None
    canary_problem: str = ""
