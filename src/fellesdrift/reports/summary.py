"""Sums over a ledger that every report shows, in one order: what needs somebody first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fellesdrift.drift.model import JUDGED
from fellesdrift.reports.text import line, visible

if TYPE_CHECKING:
    from fellesdrift.drift.model import Finding, HostResult, Ledger
    from fellesdrift.drift.sealed import HostState

WORST_FIRST: tuple[HostState, ...] = ("drift", "error", "refused", "unreachable", "not_run", "unsupported", "clean")
SEVERITIES = ("high", "medium", "low")


@dataclass(frozen=True)
class Unknown:
    """Hosts of which nothing is known, for one and the same reason. asked: False when --limit left them out."""

    state: HostState
    code: str
    why: str
    asked: bool
    hosts: list[str] = field(default_factory=list)


def outcome_text(ledger: Ledger) -> str:
    """How the run ended, in one sentence."""
    hosts = ledger.counts.get("drift", 0)
    match ledger.outcome:
        case "clean":
            return f"Every one of the {plural(sum(_judged(ledger)), 'host')} that were read is as it should be"
        case "drift":
            return f"{plural(ledger.findings, 'finding')} on {plural(hosts, 'host')}"
        case "failure":
            return "The run is a failure: it proves nothing, not even what it found"
        case "incomplete":
            return "Nothing was found, but not everything that was asked is known"


def _judged(ledger: Ledger) -> list[int]:
    return [ledger.counts.get(state, 0) for state in JUDGED]


def plural(number: int, noun: str) -> str:
    """`1 host`, `2 hosts`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}".replace(",", " ")


def words(name: str) -> str:
    """A state or a group as words: `not run`, `core routers`."""
    return visible(name).replace("_", " ")


def counted(counts: Counter[HostState]) -> list[tuple[HostState, int]]:
    """The states that there are, worst first."""
    return [(state, counts[state]) for state in WORST_FIRST if counts[state]]


def by_cell(ledger: Ledger) -> dict[tuple[str, str], list[HostResult]]:
    """(municipality, part) -> its hosts."""
    cells: dict[tuple[str, str], list[HostResult]] = {}
    for host in ledger.hosts:
        cells.setdefault((host.municipality, host.part), []).append(host)
    return cells


def states(hosts: Iterable[HostResult]) -> Counter[HostState]:
    """State -> number of hosts."""
    return Counter(host.state for host in hosts)


def by_municipality(ledger: Ledger) -> dict[str, Counter[HostState]]:
    """Municipality -> state -> hosts, in the ledger's order."""
    found: dict[str, Counter[HostState]] = {}
    for host in ledger.hosts:
        found.setdefault(host.municipality, Counter())[host.state] += 1
    return found


def findings(ledger: Ledger) -> list[Finding]:
    """All drift: high before medium before low, and within it in the ledger's order."""
    every = [finding for host in ledger.hosts for finding in host.findings]
    return sorted(every, key=lambda finding: SEVERITIES.index(finding.severity))


def unknown(ledger: Ledger) -> list[Unknown]:
    """Every host that was not judged, hosts with one reason together; what was asked comes first."""
    groups: dict[tuple[bool, HostState, str, str], Unknown] = {}
    for host in ledger.hosts:
        if host.state in JUDGED:
            continue
        why = line(host.why)
        group = Unknown(host.state, host.code, why, host.asked)
        groups.setdefault((host.asked, host.state, host.code, why), group).hosts.append(host.host)
    return sorted(groups.values(), key=lambda one: (not one.asked, WORST_FIRST.index(one.state)))
