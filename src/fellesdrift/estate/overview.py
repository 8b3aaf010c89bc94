"""An estate in few words, and its systems as a table: for people, on a terminal or in a spreadsheet."""

from __future__ import annotations

from collections import Counter

from fellesdrift.estate.assumptions import assumptions
from fellesdrift.estate.models import SNAPSHOT_SUFFIX, Estate
from fellesdrift.estate.systems import Decision, InUse, Recommendation, Status, System

NOT_INTRODUCED = "not introduced"
NOTHING_DRAWN = "none drawn"
NONE = "-"


def summary(estate: Estate) -> str:
    """What a check has seen, and plainly what this version does not read."""
    counted = (
        _count(len(estate.hosts), "host"),
        _count(len(estate.links), "link"),
        _count(len(estate.services), "service"),
        _count(len(estate.systems), "system"),
        _count(len(estate.stages), "stage"),
    )
    assumed = len(assumptions(estate))
    words = f"{_count(assumed, 'record')} {'is' if assumed == 1 else 'are'} assumed."
    lines = [f"{estate.name}: {', '.join(counted)}: no errors. {words}"]
    unread = Counter(host.platform for host in estate.hosts.values() if host.platform not in SNAPSHOT_SUFFIX)
    if unread:
        total = unread.total()
        by_platform = ", ".join(f"{count} {platform}" for platform, count in sorted(unread.items()))
        lines.append(
            f"This version cannot read {total} of the hosts yet ({by_platform}): what is said of them is all that is"
            " known."
        )
    return "\n".join(lines)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def systems_table(estate: Estate) -> tuple[list[str], list[list[str]]]:
    """The columns, and a row a system: its name, what each municipality has, then the rest."""
    columns = ["system", *estate.municipalities, "recommendation", "decision", "status", "zone"]
    rows = [
        [
            key,
            *(_today(system.in_use.get(name)) for name in estate.municipalities),
            _recommended(system.recommendation),
            _decided(system.decision),
            _status(system.status, system),
            system.zone,
        ]
        for key, system in estate.systems.items()
    ]
    return columns, rows


def _today(use: InUse | None) -> str:
    if use is None or use.product is None:
        return NOT_INTRODUCED
    return use.product if use.run_by is None else f"{use.product} ({use.run_by})"


def _recommended(recommendation: Recommendation | None) -> str:
    return NONE if recommendation is None else recommendation.product or NOTHING_DRAWN


def _decided(decision: Decision | None) -> str:
    return NONE if decision is None else f"{decision.product}: {', '.join(decision.adopted_by) or 'nobody'}"


def _status(status: Status, system: System) -> str:
    words = [status.state.replace("_", " ")]
    if status.shared_for:
        words.append(f"for {', '.join(status.shared_for)}")
    if system.moves:
        words.append(f"to move: {', '.join(system.moves)}")
    return "; ".join(words)
