"""The access lists of a zone firewall: one for each of its LAN interfaces, for what comes in there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fellesdrift.policy import aerleon_text
from fellesdrift.policy.aerleon_text import Term
from fellesdrift.policy.rows import INTERNET, guarded, rows_of
from fellesdrift.policy.terms import guarded_terms, transit_terms

if TYPE_CHECKING:
    from fellesdrift.estate import Estate, Host, Link, LinkEnd

LAST = Term("rest", "deny", log=True, remark="Everything else")


@dataclass(frozen=True)
class AccessList:
    """name: of the list; interface: whose `in` list it is; entries: as a device takes them, in order."""

    name: str
    interface: str
    entries: list[str]


def zone_lists(host: Host, estate: Estate, members: Collection[str]) -> list[AccessList]:
    """The lists of a zone firewall, by interface in the order of the estate's links.

    members   keys of the municipalities that have completed the role's stage
    Raises FD801 when the table cannot be written.
    """
    rows = rows_of(host, estate, members)
    behind = {link.key: link.prefix for link in guarded(host, estate)}
    found, names = [], Counter[str]()
    for link, end in _interfaces(host, estate):
        name = link.zone.upper().replace("_", "-")
        names[name] += 1
        name = f"{name}-IN" if names[name] == 1 else f"{name}-{names[name]}-IN"
        if link.key in behind:
            others = [prefix for key, prefix in behind.items() if key != link.key]
            terms = guarded_terms(rows, link.prefix, others)
        else:
            terms = transit_terms(rows, list(behind.values()))
        own = own_terms(host, estate, link, end, inside=link.key in behind)
        found.append(AccessList(name, end.interface or "", aerleon_text.entries(name, [*own, *terms, LAST])))
    return found


def own_terms(host: Host, estate: Estate, link: Link, end: LinkEnd, *, inside: bool) -> Iterator[Term]:
    """What the firewall itself needs at an interface: to be managed, to be asked whether it is there, and answers to
    its own pings. inside: nobody but those on the link is behind it."""
    controller = estate.links[estate.controller.link]
    own = tuple(dict.fromkeys((f"{host.management_address}/32", f"{end.address}/32")))
    askers = (link.prefix,) if inside else tuple(member.prefix for member in estate.municipalities.values())
    if not inside or controller.key == link.key:
        management = (f"{host.management_address}/32",)
        yield Term(
            "manage", "permit", (controller.prefix,), management, "tcp", ("22",), remark="Management of this firewall"
        )
    asked = own if inside else own[:1]
    yield Term("ask", "permit", askers, asked, "icmp", icmp="echo-request", remark="Ping of this firewall")
    yield Term("answer", "permit", (), own, "icmp", icmp="echo-reply", remark="Answers to its own ping")


def _interfaces(host: Host, estate: Estate) -> Iterator[tuple[Link, LinkEnd]]:
    for link in estate.links.values():
        end = link.end_of(host.name)
        if end is not None and link.kind != INTERNET:
            yield link, end
