"""A ledger as one HTML page that needs nothing from outside: no script, style, font or picture is fetched.

The page is whole without its script; that only searches. What it may do at all, its own policy says: one script and
one style, named by their digests, and no connection. Text of a device that got past the escaping could still not act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from fellesdrift.drift.sealed import STATES
from fellesdrift.reports import frame, summary, text

if TYPE_CHECKING:
    from datetime import tzinfo

    from jinja2 import Environment

    from fellesdrift.drift.model import Finding, HostResult, Ledger
    from fellesdrift.drift.sealed import HostState

MOST_FINDINGS = 2000
"""Findings that are told in full, the most severe first; a browser and a reader have their limits."""
_MOST_LINES = 200
_MOST_TEXT = 2000
"""Lines of one host's difference, and characters of one value. The ledger holds all of it."""


@dataclass(frozen=True)
class Cell:
    """A municipality's part of the platform. number: of its place in the list of hosts; 0 when it has no hosts."""

    municipality: str
    part: str
    number: int = 0
    counts: list[tuple[HostState, int]] = field(default_factory=list)
    hosts: list[HostResult] = field(default_factory=list)

    @property
    def worst(self) -> HostState | None:
        """The state that needs somebody most."""
        return self.counts[0][0] if self.counts else None

    @property
    def attention(self) -> list[HostResult]:
        """Its hosts that need somebody, worst first: not those that were left out, or that nobody gave into the care
        of this version; these are among the ones that are not known."""
        other = [host for host in self.hosts if host.state != "clean" and host.asked]
        other = [host for host in other if host.managed or host.state != "unsupported"]
        return sorted(other, key=lambda host: summary.WORST_FIRST.index(host.state))


@dataclass(frozen=True)
class Matrix:
    """Municipality x part, the fewer of the two across, for a page is higher than wide. down: what the rows are."""

    down: Literal["municipality", "part"]
    columns: list[str]
    rows: dict[str, list[Cell]]


def page(ledger: Ledger, zone: tzinfo | None = None, notice: str = "") -> str:
    """The page's text. zone: local times beside UTC. notice: what a later run left, when it left no ledger."""
    found = summary.findings(ledger)
    cells = _cells(ledger)
    shown = found[:MOST_FINDINGS]
    told = {one.host for one in shown}
    return _render(
        "page.html.j2",
        ledger=ledger,
        zone=zone,
        notice=notice,
        found=shown,
        left_out=len(found) - len(shown),
        by_severity={name: [one for one in shown if one.severity == name] for name in summary.SEVERITIES},
        matrix=_matrix(cells),
        cells=[cell for cell in cells if cell.attention],
        told=told,
        expected=[one for host in ledger.hosts for one in host.expected],
        unknown=summary.unknown(ledger),
        anchors={host.host: number for number, host in enumerate(ledger.hosts, 1)},
    )


def page_without_ledger(notice: str) -> str:
    """The page when no run has ever ended."""
    return _render("nothing.html.j2", notice=notice, zone=None)


def _render(template: str, **variables: Any) -> str:
    return frame.render(_templates(), template, [frame.HERE / "page.css"], frame.HERE / "page.js", **variables)


@cache
def _templates() -> Environment:
    templates = frame.environment()
    filters: Mapping[str, Any] = {
        "short": _short,
        "words": summary.words,
        "place": text.place,
        "age": text.age,
        "plural": summary.plural,
        "diff_lines": _diff_lines,
        "step_lines": _step_lines,
    }
    templates.filters.update(filters)
    templates.globals.update(states=STATES, outcome_text=summary.outcome_text)
    return templates


def _short(data: Any) -> str:
    told = text.value(data)
    if len(told) <= _MOST_TEXT:
        return told
    return f"{told[:_MOST_TEXT]}... ({len(told) - _MOST_TEXT} more characters in the ledger)"


def _step_lines(finding: Finding) -> str:
    return text.visible("\n".join(finding.remedy.steps))


def _diff_lines(host: HostResult) -> list[tuple[str, str]]:
    """(what it is: want, have, same; its text)."""
    kinds = {"-": "want", "+": "have"}
    lines = [(kinds.get(one[:1], "same"), text.visible(one)) for one in host.diff[:_MOST_LINES]]
    more = len(host.diff) - _MOST_LINES
    return [*lines, ("same", f"... {more} more lines in the ledger")] if more > 0 else lines


def _cells(ledger: Ledger) -> list[Cell]:
    """Every municipality with every part of the platform, in the ledger's order; one without hosts is empty."""
    hosts = summary.by_cell(ledger)
    municipalities = dict.fromkeys(name for name, _ in hosts)
    parts = dict.fromkeys(part for _, part in hosts)
    numbers = {where: number for number, where in enumerate(hosts, 1)}
    return [
        Cell(name, part, numbers.get((name, part), 0), summary.counted(summary.states(each)), each)
        for name in municipalities
        for part in parts
        for each in [hosts.get((name, part), [])]
    ]


def _matrix(cells: list[Cell]) -> Matrix:
    municipalities = list(dict.fromkeys(cell.municipality for cell in cells))
    parts = list(dict.fromkeys(cell.part for cell in cells))
    where = {(cell.municipality, cell.part): cell for cell in cells}
    if len(municipalities) <= len(parts):
        return Matrix("part", municipalities, {part: [where[name, part] for name in municipalities] for part in parts})
    return Matrix("municipality", parts, {name: [where[name, part] for part in parts] for name in municipalities})
