"""Whether emergency numbers reach the public network, from every exchange and for every set of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fellesdrift.numbering.answer import Answer
from fellesdrift.numbering.follow import Network
from fellesdrift.numbering.unknown import UnknownError


@dataclass(frozen=True)
class Reach:
    """An emergency number at one exchange. reaches: None when that is not known."""

    host: str
    number: str
    reaches: bool | None
    answer: Answer


def emergency(network: Network, numbers: Iterable[str], hosts: Iterable[str] | None = None) -> list[Reach]:
    """Each number at each exchange (all of them without `hosts`), dialled by the set that may dial least.

    It reaches when exactly these digits are left to the public network: 112 that arrives as 0112 is answered by nobody.
    """
    numbers = list(numbers)
    return [
        _reach(network, host, number) for host in (network.exchanges if hosts is None else hosts) for number in numbers
    ]


def _reach(network: Network, host: str, number: str) -> Reach:
    switch = network.exchanges.get(host)
    try:
        level = None if switch is None else switch.lowest_level
    except UnknownError as unknown:
        unknown.host = host
        return Reach(host, number, None, Answer(host, number, "inconclusive", None, str(unknown), host))
    answer = network.ring(host, number, level=level)
    if answer.result == "inconclusive":
        return Reach(host, number, None, answer)
    where = answer.rings_at
    return Reach(host, number, answer.result == "public" and where is not None and where.number == number, answer)
