"""A municipality's own Internet exit after the move: what is bound to it and the firewall's own needs, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fellesdrift.policy import aerleon_text
from fellesdrift.policy.lists import LAST, own_terms
from fellesdrift.policy.rows import INTERNET, exit_rows
from fellesdrift.policy.terms import plain_terms

if TYPE_CHECKING:
    from fellesdrift.estate import Estate, Host

NAME = "INSIDE-IN"


@dataclass(frozen=True)
class ExitList:
    """interface: the inside; entries: of its `in` list. outside: the interfaces to the Internet; needed: whether
    anything is still bound to them."""

    name: str
    interface: str
    entries: list[str]
    outside: list[str]
    needed: bool


def exit_list(host: Host, estate: Estate) -> ExitList | None:
    """What the old exit is to be; None for a host that is no municipality's exit. Raises FD801."""
    own_exit = estate.municipalities[host.municipality].exit
    if own_exit is None or own_exit.host != host.name:
        return None
    ends = [(link, link.end_of(host.name)) for link in estate.links.values() if link.end_of(host.name)]
    inside = next(((link, end) for link, end in ends if end and end.address == own_exit.next_hop), None)
    if inside is None:
        return None
    link, end = inside
    kept = plain_terms(exit_rows(host, estate))
    terms = [*own_terms(host, estate, link, end, inside=False), *kept, LAST]
    outside = [end.interface or "" for link, end in ends if end and link.kind == INTERNET]
    return ExitList(NAME, end.interface or "", aerleon_text.entries(NAME, terms), outside, needed=bool(kept))
