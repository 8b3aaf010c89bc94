"""What is known of a call that was followed: where it ends, by which decisions, and what was missing to know it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Result = Literal["rings", "public", "vacant", "incomplete", "blocked", "loop", "inconclusive"]
"""rings: at sets or a switchboard; public: left to the public network; vacant: nobody has the number; incomplete: more
digits are needed; blocked: nothing takes the call; loop: it goes in circles; inconclusive: the data does not say."""


@dataclass(frozen=True)
class Step:
    """One decision: the exchange that makes it, and what it is."""

    host: str
    text: str

    def __str__(self) -> str:
        return f"{self.host}: {self.text}"


@dataclass(frozen=True)
class RingsAt:
    """host    the exchange, of `public` the last one
    number  what rings there, of `public` what is sent to the public network
    sets    terminal numbers of the sets that ring; () for a switchboard and the public network
    """

    host: str
    number: str
    sets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """Computed from what the exchanges were read to have; no telephone was rung, no line was tried.

    rings_at   where it ends, of `rings` and `public` only
    why        what is not known, of `inconclusive` only; unknown_at: the exchange of which it is not
    path       every decision in its order, also those for what could not be used
    """

    at: str
    dialled: str
    result: Result
    rings_at: RingsAt | None = None
    why: str | None = None
    unknown_at: str | None = None
    path: tuple[Step, ...] = field(default=(), repr=False)
    computed: Literal[True] = True

    @property
    def arrives(self) -> bool:
        """It rings, or is left to the public network."""
        return self.result in ("rings", "public")

    def __str__(self) -> str:
        where = self.rings_at
        if where is None:
            ends = self.result if self.why is None else f"{self.result}: {self.why}"
        elif self.result == "public":
            ends = f"to the public network from {where.host}, as {where.number}"
        else:
            sets = f" at TN {', '.join(where.sets)}" if where.sets else ", the switchboard"
            ends = f"rings {where.number} of {where.host}{sets}"
        return f"{self.dialled} dialled at {self.at}: {ends} (computed)"
