"""A seed makes a scenario: which mishaps, where, and when. The same seed makes the same one on every machine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fellesdrift.chaos.mishaps import KINDS, Ending, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fellesdrift.estate import Estate

_EARLIEST, _LATEST = 3, 48
"""Between these records of the journal a mishap strikes that strikes at one: an undisturbed stage writes some fifty."""
_SHARE_OF_LASTING = 45
_MOST_PASSING = 2


@dataclass(frozen=True)
class Mishap:
    """One thing that goes wrong. target: a device, a line, or `controller`. at: which line, step or record, from 1."""

    name: str
    target: str
    at: int

    @property
    def kind(self) -> Kind:
        """What it does."""
        return KINDS[self.name]

    def text(self) -> str:
        """For the table: `san-rtr1 restarts in the middle (step 2)`."""
        moment = {"start": "", "step": f" (step {self.at})", "record": f" (record {self.at})"}[self.kind.begins]
        if self.kind.begins == "start" and "match" in self.kind.fault:
            moment = f" ({self.at})"
        return f"{self.target} {self.kind.what}{moment}"


@dataclass(frozen=True)
class Scenario:
    """What a seed stands for."""

    seed: int
    municipality: str
    stage: str
    mishaps: tuple[Mishap, ...]

    def expected(self, struck: Sequence[Mishap]) -> Ending:
        """The right ending, of those that really struck: that of the one that lasts, or done."""
        return next((mishap.kind.ending for mishap in struck if mishap.kind.lasting), "done")


class Dice:
    """Numbers that follow from a seed, the same for every version of Python."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._thrown = 0

    def below(self, limit: int) -> int:
        """0 to limit - 1."""
        self._thrown += 1
        digest = hashlib.sha256(f"{self._seed}/{self._thrown}".encode()).digest()
        return int.from_bytes(digest[:8]) % limit

    def one_of[T](self, things: Sequence[T]) -> T:
        """One of them."""
        return things[self.below(len(things))]


def draw(seed: int, estate: Estate, municipality: str, stage: str) -> Scenario:
    """What goes wrong: up to two mishaps that pass, and sometimes one that lasts."""
    dice = Dice(seed)
    hosts = [host for wave in estate.stage(stage).waves for host in estate.select(wave.hosts, municipality)]
    targets = {"device": hosts, "controller": ["the controller"], **_lines(estate, municipality)}
    possible = {name: kind for name, kind in KINDS.items() if targets[kind.where]}
    lasting = [name for name, kind in possible.items() if kind.lasting]
    passing = [name for name, kind in possible.items() if not kind.lasting]
    names = [dice.one_of(lasting)] if dice.below(100) < _SHARE_OF_LASTING else []
    others = dice.below(_MOST_PASSING + 1) if names else 1 + dice.below(_MOST_PASSING)
    names += [dice.one_of(passing) for _ in range(others)]
    mishaps = []
    for name in dict.fromkeys(names):
        kind = KINDS[name]
        target = targets[kind.where]
        at = _EARLIEST + dice.below(_LATEST - _EARLIEST) if kind.begins == "record" else 1 + dice.below(3)
        mishaps.append(Mishap(name, dice.one_of(target), at))
    return Scenario(seed, municipality, stage, tuple(mishaps))


def _lines(estate: Estate, municipality: str) -> dict[str, list[str]]:
    """The lines that end at the municipality's routers, by what they are."""
    record = estate.municipality(municipality)
    mine = {name for name, host in estate.hosts.items() if host.municipality == municipality}
    leased = [
        key
        for key, link in estate.links.items()
        if link.kind == "leased_line" and any(end.host in mine for end in link.ends)
    ]
    return {
        "fibre": [record.fibre] if record.fibre else [],
        "uplink": [record.uplink] if record.uplink else [],
        "unit line": [key for key in leased if key != record.uplink],
    }
