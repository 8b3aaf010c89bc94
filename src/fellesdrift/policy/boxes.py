"""Sets of packets as boxes, so that "every packet of this flow" is a question with an exact answer.

A box is one closed interval in each of six dimensions:

    source, destination   IPv4 addresses as numbers
    protocol              0-255
    source port, destination port   0-65535; all of them where the protocol has none
    mark                  TCP: 0 opens a conversation, 1-255 belongs to one; ICMP: the type; else anything
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network

type Interval = tuple[int, int]
type Box = tuple[Interval, Interval, Interval, Interval, Interval, Interval]

ICMP, TCP, UDP = 1, 6, 17
ECHO_REPLY, ECHO = 0, 8
ADDRESSES: Interval = (0, 0xFFFFFFFF)
PROTOCOLS: Interval = (0, 255)
PORTS: Interval = (0, 65535)
MARKS: Interval = (0, 255)
ESTABLISHED: Interval = (1, 255)
EVERYTHING: Box = (ADDRESSES, ADDRESSES, PROTOCOLS, PORTS, PORTS, MARKS)
_NAMES = {ICMP: "icmp", TCP: "tcp", UDP: "udp"}


def addresses(prefix: str) -> Interval:
    """The addresses of a prefix such as 10.61.0.0/16."""
    network = IPv4Network(prefix)
    return int(network.network_address), int(network.broadcast_address)


def outside(intervals: Iterable[Interval], whole: Interval = ADDRESSES) -> list[Interval]:
    """What of `whole` is in none of the intervals, in order."""
    found, start = [], whole[0]
    for low, high in sorted(intervals):
        if low > start:
            found.append((start, min(low - 1, whole[1])))
        start = max(start, high + 1)
    return [*found, (start, whole[1])] if start <= whole[1] else found


def overlap(one: Interval, other: Interval) -> Interval | None:
    """What two intervals share."""
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return (low, high) if low <= high else None


def meets(one: Box, other: Box) -> bool:
    """Whether any packet is in both."""
    a, b, c, d, e, f = one  # written out, for this is asked a million times
    u, v, w, x, y, z = other
    return (
        (a[0] <= u[1] and u[0] <= a[1])
        and (b[0] <= v[1] and v[0] <= b[1])
        and (c[0] <= w[1] and w[0] <= c[1])
        and (d[0] <= x[1] and x[0] <= d[1])
        and (e[0] <= y[1] and y[0] <= e[1])
        and (f[0] <= z[1] and z[0] <= f[1])
    )


def covers(one: Box, other: Box) -> bool:
    """Whether every packet of `other` is in `one`."""
    return all(mine[0] <= theirs[0] and theirs[1] <= mine[1] for mine, theirs in zip(one, other, strict=True))


def intersect(one: Box, other: Box) -> Box | None:
    """The packets that are in both."""
    if not meets(one, other):
        return None
    return _box([(max(mine[0], theirs[0]), min(mine[1], theirs[1])) for mine, theirs in zip(one, other, strict=True)])


def subtract(box: Box, other: Box) -> list[Box]:
    """The packets of `box` that are not in `other`, as boxes that share none."""
    if not meets(box, other):
        return [box]
    pieces: list[Box] = []
    rest = list(box)
    for dimension, (low, high) in enumerate(other):
        start, end = rest[dimension]
        for piece in ((start, low - 1), (high + 1, end)):
            if piece[0] <= piece[1]:
                pieces.append(_box([*rest[:dimension], piece, *rest[dimension + 1 :]]))
        rest[dimension] = (max(start, low), min(end, high))
    return pieces


def without(boxes: Iterable[Box], others: Iterable[Box]) -> list[Box]:
    """The packets of `boxes` that are in none of `others`."""
    left = list(boxes)
    # one that covers a whole box first: it leaves nothing to cut
    near = [other for other in others if any(meets(box, other) for box in left)]
    for other in sorted(near, key=lambda other: not any(covers(other, box) for box in left)):
        if not left:
            break
        left = [piece for box in left for piece in subtract(box, other)]
    return left


def replies(box: Box) -> list[Box]:
    """What the other side sends back in the conversations that `box` opens: TCP that belongs to one, UDP from the port
    asked, an answer to an echo. Other protocols have no answers that could be told from questions."""
    source, destination, protocol, sport, dport, mark = box
    found: list[Box] = []
    if overlap(protocol, (TCP, TCP)):
        found.append((destination, source, (TCP, TCP), dport, sport, ESTABLISHED))
    if overlap(protocol, (UDP, UDP)):
        found.append((destination, source, (UDP, UDP), dport, sport, MARKS))
    if overlap(protocol, (ICMP, ICMP)) and overlap(mark, (ECHO, ECHO)):
        found.append((destination, source, (ICMP, ICMP), PORTS, PORTS, (ECHO_REPLY, ECHO_REPLY)))
    return found


def example(box: Box) -> str:
    """One packet of the box, in words: the counter-example that an operator can look for."""
    source, destination, protocol, sport, dport, mark = (interval[0] for interval in box)
    number = next((known for known in (TCP, UDP, ICMP) if overlap(box[2], (known, known))), protocol)
    words = f"{_NAMES.get(number, f'protocol {number}')} {IPv4Address(source)}"
    if number in (TCP, UDP):
        words += f":{sport} to {IPv4Address(destination)}:{dport}"
        return words + (", of a conversation" if number == TCP and mark else "")
    return f"{words} to {IPv4Address(destination)}" + (f", type {mark}" if number == ICMP else "")


def _box(intervals: Sequence[Interval]) -> Box:
    return intervals[0], intervals[1], intervals[2], intervals[3], intervals[4], intervals[5]
