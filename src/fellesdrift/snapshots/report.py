"""The import report: what became of every host of the estate, and what is otherwise than in the baseline.

As data it is `snapshots/latest/report.json` (docs/snapshot.md describes the schema); as lines it ends a run.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate.exchange_snapshots import is_exchange
from fellesdrift.estate.typed_snapshots import is_typed
from fellesdrift.snapshots.findings import Findings, compare, unmanaged
from fellesdrift.snapshots.store import Entry
from fellesdrift.snapshots.taking import STATES, State, Taken
from fellesdrift.snapshots.typed_findings import compare_typed, unmanaged_typed
from fellesdrift.state.network import Resources

SCHEMA, VERSION = "fellesdrift.snapshot.report", 1
NOT_READ: tuple[State, ...] = ("unreachable", "refused", "unreadable")
_LISTED = 6


@dataclass(frozen=True)
class Source:
    """What a report knows of one host before it looks at anything.

    taken     what became of it in this run
    kept      its entry in the index before this run, and `previous` its text, None when it cannot be relied on
    baseline  its text, None when there is none
    desired   gives its desired resources at the completed stages; may raise FellesdriftError
    """

    taken: Taken
    kept: Entry | None = None
    previous: str | None = None
    baseline: str | None = None
    desired: Callable[[], Resources] = dict


@dataclass(frozen=True)
class HostReport:
    """One host. taken: of the file in latest/ after this run, "" when there is none. What could not be compared is
    None, and `compared` says why; unmanaged likewise."""

    state: State
    code: str
    why: str
    taken: str
    changed: bool
    compared: str
    findings: Findings | None
    unmanaged: list[str] | None
    unmanaged_why: str = ""

    def as_data(self) -> dict[str, Any]:
        """In JSON's types."""
        data = asdict(self)
        data["findings"] = None if self.findings is None else asdict(self.findings)
        return data


@dataclass(frozen=True)
class Report:
    """hosts: every host of the estate, in its order. left_over: hosts in latest/ that the estate no longer has."""

    estate: str
    made: str
    hosts: dict[str, HostReport]
    left_over: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """State -> hosts; all six are there, and they sum to the hosts of the estate."""
        found = Counter(host.state for host in self.hosts.values())
        return {state: found[state] for state in STATES}

    @property
    def not_read(self) -> list[str]:
        """The hosts that were asked and not read."""
        return [name for name, host in self.hosts.items() if host.state in NOT_READ]

    def as_json(self) -> str:
        """As it is written."""
        hosts = {name: host.as_data() for name, host in self.hosts.items()}
        data = {
            "schema": SCHEMA,
            "version": VERSION,
            "estate": self.estate,
            "made": self.made,
            "counts": self.counts,
            "hosts": hosts,
            "left_over": self.left_over,
        }
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def report_of(estate: str, made: str, sources: Mapping[str, Source], kept: Iterable[str] = ()) -> Report:
    """The report of a run. kept: the hosts of the index."""
    hosts = {name: _host(source) for name, source in sources.items()}
    return Report(estate, made, hosts, sorted(set(kept) - hosts.keys()))


def _host(source: Source) -> HostReport:
    taken = source.taken
    read = taken.state == "read"
    config = taken.config if read else source.previous
    findings, compared = _compared(source.baseline, config)
    left, left_why = _unmanaged(config, source.desired)
    return HostReport(
        state=taken.state,
        code=taken.code,
        why=taken.why,
        taken=taken.taken if read else (source.kept.taken if source.kept and source.previous is not None else ""),
        changed=read and config != source.previous,
        compared=compared,
        findings=findings,
        unmanaged=left,
        unmanaged_why=left_why,
    )


def _compared(baseline: str | None, config: str | None) -> tuple[Findings | None, str]:
    if config is None:
        return None, "there is no snapshot of it that can be used"
    if baseline is None:
        return None, "there is no baseline"
    try:
        if (is_typed(config), is_exchange(config)) != (is_typed(baseline), is_exchange(baseline)):
            return None, "the baseline is of another kind of host"
        return (compare_typed if is_typed(config) else compare)(baseline, config), "with the baseline"
    except FellesdriftError as error:
        return None, f"{error.code}: {error.problem}: {error.found}"


def _unmanaged(config: str | None, desired: Callable[[], Resources]) -> tuple[list[str] | None, str]:
    if config is None:
        return None, "there is no snapshot of it that can be used"
    try:
        return (unmanaged_typed if is_typed(config) else unmanaged)(config, desired()), ""
    except FellesdriftError as error:
        return None, f"{error.code}: {error.problem}"


def age(taken: str, made: str) -> str:
    """ "3 d", "5 h" or "12 min" before `made`."""
    form = "%Y-%m-%dT%H:%M:%SZ"
    try:
        then, at = (datetime.strptime(text, form).replace(tzinfo=UTC) for text in (taken, made))
    except ValueError:
        return "unknown"
    minutes = max(0, int((at - then).total_seconds() // 60))
    if minutes >= 2 * 24 * 60:
        return f"{minutes // (24 * 60)} d"
    return f"{minutes // 60} h" if minutes >= 120 else f"{minutes} min"


_COLUMNS = ("host", "state", "snapshot", "new", "gone", "different", "other", "unmanaged", "")


def lines(report: Report, *, check: bool = False) -> list[str]:
    """For people: a row for each host that was asked, the others by their names, and the sums."""
    asked = {name: host for name, host in report.hosts.items() if host.state not in ("unsupported", "not_run")}
    rows = [_COLUMNS, *(_row(name, host, report.made, check) for name, host in asked.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if not asked:
        text = []
    for state, words in (("unsupported", "not read by this version"), ("not_run", "not asked in this run")):
        names = [name for name, host in report.hosts.items() if host.state == state]
        if names:
            text.append(f"{len(names)} {words}: {', '.join(names)}")
    if report.left_over:
        text.append(f"in latest/, but in this estate no more: {', '.join(report.left_over)}")
    sums = ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in report.counts.items() if number)
    return [*text, f"{len(report.hosts)} hosts: {sums or 'none'}"]


def _row(name: str, host: HostReport, made: str, check: bool) -> tuple[str, ...]:
    found, left = host.findings, host.unmanaged
    if host.state == "read":
        written = "would be written" if check else "written"
        snapshot = written if host.changed else "as before"
    else:
        snapshot = f"{age(host.taken, made)} old, kept" if host.taken else "none"
    numbers = (
        ("-",) * 4
        if found is None
        else tuple(
            str(number)
            for number in (len(found.new), len(found.gone), len(found.different), len(found.added) + len(found.removed))
        )
    )
    why = f"{host.code}: {host.why}" if host.code else host.why
    if not why and found is None:
        why = host.compared
    return (name, host.state, snapshot, *numbers, "-" if left is None else str(len(left)), why)


def details(host: HostReport) -> list[str]:
    """What is otherwise than in the baseline, a line each; long lists are cut and say so."""
    found = host.findings
    if found is None:
        return []
    text: list[str] = []
    for word, names in (("new", found.new), ("gone", found.gone)):
        text += _some(word, names)
    text += _some("different", [f"{each.kind}/{each.key} {each.attribute}" for each in found.different])
    text += _some("added", found.added) + _some("removed", found.removed)
    return text


def _some(word: str, names: list[str]) -> list[str]:
    text = [f"{word}: {name}" for name in names[:_LISTED]]
    return text + ([f"{word}: and {len(names) - _LISTED} more, in report.json"] if len(names) > _LISTED else [])


def refuse_not_read(report: Report) -> FellesdriftError | None:
    """FD901 when a host that was asked was not read."""
    if not report.not_read:
        return None
    return FellesdriftError(
        "FD901",
        "not every device was read",
        found=f"{len(report.not_read)} of {len(report.hosts)} hosts: {', '.join(report.not_read)}",
        expected="each host of the run read",
        next_step="see why above, then run it again with --limit for these; the others are written",
    )
