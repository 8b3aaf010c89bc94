"""Where the lines of an exchange's routes lead: what no exchange says, and the inventory does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fellesdrift.estate.numbering import Numbering


@dataclass(frozen=True)
class Far:
    """The far end of a route's lines. host: an exchange, None: the public network; route: the number of its end."""

    host: str | None
    route: int | None = None


Cabling = Mapping[str, Mapping[int, Far]]
"""host -> number of a route -> its far end. A route that is not in it leads nobody knows where."""


def cabling_of(numbering: Numbering | None) -> dict[str, dict[int, Far]]:
    """The cabling of a numbering plan's trunks; without a plan none is known."""
    found: dict[str, dict[int, Far]] = {}
    for line in numbering.trunks.values() if numbering is not None else ():
        if line.public:
            (end,) = line.ends
            found.setdefault(end.exchange, {})[end.route] = Far(None)
            continue
        one, other = line.ends
        found.setdefault(one.exchange, {})[one.route] = Far(other.exchange, other.route)
        found.setdefault(other.exchange, {})[other.route] = Far(one.exchange, one.route)
    return found
