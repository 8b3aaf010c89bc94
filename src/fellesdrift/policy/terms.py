"""Rows of the table -> the terms of one interface's list, for what comes in there.

A list of entries that permit and deny is exact only in the right order:

    behind a guarded interface   answers; questions to other guarded networks, and then nothing more to those; answers
                                 to whole municipalities; questions to the rest; questions to the Internet
    behind a transit interface   nobody who pretends to be guarded; answers; questions; questions from the Internet

Each group speaks of packets that no other group speaks of, or of answers, which come first: the table's order is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Network

from fellesdrift.policy.aerleon_text import Term
from fellesdrift.policy.rows import ANY, INTERNET, PRIVATE, Row

ANYWHERE = "0.0.0.0/0"


def guarded_terms(rows: Sequence[Row], here: str, others: Sequence[str]) -> list[Term]:
    """For the interface of the network `here`; others: what the firewall's other guarded interfaces stand before."""
    near: list[Row] = []
    far: list[Row] = []
    exact: list[Row] = []
    wide: list[Row] = []
    internet: list[Row] = []
    from_internet: list[Row] = []
    for row in rows:
        sources = [here] if here not in row.not_from and any(_inside(here, p) for p in _named(row.sources)) else []
        sources += [p for p in _named(row.sources) if _inside(p, here) and p != here]
        if sources:
            asked = replace(row, sources=tuple(sources), not_from=())
            targets = [p for p in _named(row.destinations) if not _inside(p, here)]
            near.append(_to(asked, [p for p in targets if _in_any(p, others)]))
            far.append(_to(asked, [p for p in targets if not _in_any(p, others)]))
            if INTERNET in row.destinations:
                internet.append(_to(asked, [ANYWHERE]))
        servers = tuple(p for p in _named(row.destinations) if _inside(p, here))
        if servers and row.action == "permit":
            clients = tuple(p for p in _named(row.sources) if not _inside(p, here))
            covers = any(_inside(other, p) and other != p for p in clients for other in others)
            (wide if covers else exact).append(replace(row, sources=clients, destinations=servers))
            if INTERNET in row.sources:
                from_internet.append(replace(row, sources=(ANYWHERE,), destinations=servers))
    terms = [*_answers(exact), *_questions(near)]
    if wide:
        terms.append(Term("guarded", "deny", (), tuple(others), remark="Nothing else to the other zones"))
        terms += _answers(wide)
    terms += _questions(far)
    private = Term("private", "deny", destinations=PRIVATE, remark="What follows is of the Internet only")
    return [*terms, *_behind(private, [*_answers(from_internet), *_questions(internet)])]


def transit_terms(rows: Sequence[Row], guarded: Sequence[str]) -> list[Term]:
    """For an interface with everything behind it that is not guarded."""
    answered, asked, to_internet, from_internet = [], [], [], []
    for row in rows:
        clients = tuple(p for p in _named(row.sources) if _in_any(p, guarded))
        if clients and row.action == "permit":
            servers = [p for p in _named(row.destinations) if not _in_any(p, guarded)]
            answered.append(replace(row, sources=clients, destinations=tuple(servers)))
            if INTERNET in row.destinations:
                to_internet.append(replace(row, sources=clients, destinations=(ANYWHERE,)))
        targets = [p for p in _named(row.destinations) if _in_any(p, guarded)]
        sources = tuple(p for p in _named(row.sources) if not _in_any(p, guarded))
        asked.append(replace(_to(row, targets), sources=sources, not_from=()))
        if INTERNET in row.sources:
            from_internet.append(replace(_to(row, targets), sources=(ANYWHERE,)))
    spoofed = Term("spoofed", "deny", tuple(guarded), (), remark="Nobody out here is in a guarded network")
    private = Term("private", "deny", PRIVATE, remark="What follows is of the Internet only")
    last = _behind(private, [*_answers(to_internet), *_questions(from_internet)])
    return [spoofed, *_answers(answered), *_questions(asked), *last]


def plain_terms(rows: Sequence[Row]) -> list[Term]:
    """Permits as they stand, for a list that denies the rest."""
    return _questions([row for row in rows if row.action == "permit"])


def _behind(private: Term, terms: list[Term]) -> list[Term]:
    """What concerns every address that is not private: those are denied first."""
    return [private, *terms] if any(term.action == "permit" for term in terms) else []


def _to(row: Row, destinations: Iterable[str]) -> Row:
    return replace(row, destinations=tuple(destinations))


def _questions(rows: Iterable[Row]) -> list[Term]:
    return [term for row in _needed([row for row in rows if row.sources and row.destinations]) for term in _terms(row)]


def _needed(rows: Sequence[Row]) -> list[Row]:
    """Without denials that no later permit overlaps: the last line of the list denies those too."""
    return [
        row
        for number, row in enumerate(rows)
        if row.action == "permit"
        or any(later.action == "permit" and _overlap(row, later) for later in rows[number + 1 :])
    ]


def _answers(rows: Iterable[Row]) -> Iterator[Term]:
    for row in rows:
        for term in _terms(row) if row.sources and row.destinations else ():
            turned = replace(
                term,
                sources=term.destinations,
                destinations=term.sources,
                replies=True,
                remark=f"{row.rule}, answers",
            )
            if term.protocol is None:
                yield from (replace(turned, protocol=protocol) for protocol in ("tcp", "udp"))
                yield replace(turned, protocol="icmp", icmp="echo-reply")
            else:
                yield replace(turned, icmp="echo-reply" if term.protocol == "icmp" else None)


def _terms(row: Row) -> Iterator[Term]:
    """A term for each protocol of the row."""
    sources, destinations = (tuple(p for p in places if p != ANYWHERE) for places in (row.sources, row.destinations))
    term = Term(row.rule, row.action, sources, destinations, remark=row.rule)
    if ANY in row.services:
        yield term
        return
    for protocol in ("tcp", "udp"):
        ports = tuple(one.partition("/")[2] for one in row.services if one.startswith(f"{protocol}/"))
        if ports:
            yield replace(term, protocol=protocol, ports=ports)
    if "icmp/echo" in row.services:
        yield replace(term, protocol="icmp", icmp="echo-request")


def _overlap(one: Row, other: Row) -> bool:
    return _meet(one.sources, other.sources) and _meet(one.destinations, other.destinations)


def _meet(these: Sequence[str], those: Sequence[str]) -> bool:
    return any(IPv4Network(mine).overlaps(IPv4Network(yours)) for mine in these for yours in those)


def _named(places: Iterable[str]) -> list[str]:
    return [place for place in places if place != INTERNET]


def _in_any(place: str, networks: Iterable[str]) -> bool:
    return place != INTERNET and any(_inside(place, network) for network in networks)


def _inside(prefix: str, other: str) -> bool:
    return IPv4Network(prefix).subnet_of(IPv4Network(other))
