"""The evidence as one HTML page that needs nothing from outside: for a screen, and for paper.

Its first page is for somebody who decides, its last for somebody who checks. Folded parts are open in print.
"""

from __future__ import annotations

from datetime import tzinfo
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fellesdrift.evidence.model import SCHEMA
from fellesdrift.evidence.moments import duration
from fellesdrift.reports import frame, text

if TYPE_CHECKING:
    from jinja2 import Environment

    from fellesdrift.evidence.model import Change, Evidence

_TEMPLATES = Path(__file__).parent / "templates"
_MOST_LINES = 400
"""Lines of one attribute's difference; the JSON beside the page holds all of it."""


def page(evidence: Evidence) -> str:
    """The page's text."""
    zone = ZoneInfo(evidence.time_zone)
    return frame.render(
        _templates(),
        "evidence.html.j2",
        [frame.HERE / "page.css", _TEMPLATES / "evidence.css"],
        _TEMPLATES / "evidence.js",
        one=evidence,
        zone=zone,
        schema=SCHEMA,
        gates=_by_answer(evidence),
        last_gates=[gate for gate in evidence.gates if gate.at == evidence.gates[-1].at],
        windows=list(dict.fromkeys(opening.window for opening in evidence.openings if opening.window)),
        versions=list(dict.fromkeys(opening.version for opening in evidence.openings if opening.version)),
    )


def _by_answer(evidence: Evidence) -> list[tuple[str, list[object]]]:
    """The answers, those that stand in the way first."""
    groups: dict[str, list[object]] = {"fail": [], "inconclusive": [], "pass": []}
    for gate in evidence.gates:
        groups.setdefault(gate.result, []).append(gate)
    return [(result, found) for result, found in groups.items() if found]


@cache
def _templates() -> Environment:
    templates = frame.environment(_TEMPLATES)
    templates.filters.update(clock=_clock, day=_day, duration=duration, diff=_diff)
    return templates


def _clock(utc: str, zone: tzinfo) -> str:
    """`22:04:05`, local; the day is told apart from it."""
    return text.moment(utc, zone)[11:19] if utc else ""


def _day(utc: str, zone: tzinfo) -> str:
    return text.moment(utc, zone)[:10] if utc else ""


def _diff(change: Change) -> list[tuple[str, str]]:
    """(what it is: want, have, same; its line). What is new is drawn as wanted, what goes as had."""
    kinds = {"+": "want", "-": "have"}
    lines = [(kinds.get(sign, "same"), f"{sign} {text.visible(line)}") for sign, line in change.lines[:_MOST_LINES]]
    more = len(change.lines) - _MOST_LINES
    return [*lines, ("same", f"... {more} more lines in the JSON file")] if more > 0 else lines
