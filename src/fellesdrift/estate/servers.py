"""Servers and exchanges by what they do: many at a time, for readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from fellesdrift.estate.models import MANAGED, Estate


def roles_of_servers(estate: Estate) -> dict[str, str]:
    """For each host that stands on a LAN, the group that says what it does: the smallest whose members all have one
    platform, and which is not simply all that stands on one LAN (that says where). Without one, its platform."""
    standing: dict[str, set[str]] = {}
    for host in estate.hosts.values():
        if host.platform not in MANAGED and host.link is not None:
            standing.setdefault(host.link, set()).add(host.name)
    places = {frozenset(hosts) for hosts in standing.values()}
    roles: dict[str, str] = {name: estate.hosts[name].platform for hosts in standing.values() for name in hosts}
    wanted: list[tuple[int, str]] = []
    for name, members in estate.groups.items():
        platforms = {estate.hosts[member].platform for member in members}
        if len(platforms) == 1 and not platforms & MANAGED and frozenset(members) not in places:
            wanted.append((len(members), name))
    # The smallest last: it has the last word.
    for _, name in sorted(wanted, reverse=True):
        roles.update(dict.fromkeys(set(estate.groups[name]) & roles.keys(), name))
    return roles


def counted(hosts: Iterable[str], roles: dict[str, str]) -> list[str]:
    """ "12 terminal servers", "1 oracle server": most first."""
    numbers = Counter(roles[host] for host in hosts)
    ordered = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return [f"{number} {_words(role, number)}" for role, number in ordered]


def _words(role: str, number: int) -> str:
    words = role.replace("_", " ")
    return words.removesuffix("s") if number == 1 else words
