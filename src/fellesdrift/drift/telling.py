"""What a run found, as lines for people at a terminal."""

from __future__ import annotations

import json
from typing import Any

from fellesdrift.drift.model import KINDS, Finding, HostResult, Ledger
from fellesdrift.drift.sealed import STATES

MOST_TOLD = 200
_LONGEST = 60


def attention(ledger: Ledger) -> list[HostResult]:
    """The hosts that need somebody: all that are not clean, but those that were left out or that nobody gave into this
    version's care."""
    return [
        host
        for host in ledger.hosts
        if host.asked and host.state != "clean" and not (host.state == "unsupported" and not host.managed)
    ]


def told_each(hosts: list[HostResult]) -> list[HostResult]:
    """Those of them that are told one by one. Ansible takes a process for each, and nobody reads thousands of lines
    when a line of the core is down: drift comes first, and the ledger has them all."""
    return sorted(hosts, key=lambda host: host.state != "drift")[:MOST_TOLD]


def summary(ledger: Ledger) -> str:
    """The whole run in a few lines."""
    counts = ", ".join(f"{ledger.counts[state]} {state.replace('_', ' ')}" for state in STATES if ledger.counts[state])
    first = f"{ledger.outcome}: {ledger.findings} finding{'' if ledger.findings == 1 else 's'}"
    lines = [
        f"{first}; {ledger.planned} host{'' if ledger.planned == 1 else 's'}: {counts}",
        f"coverage {ledger.coverage:.0%} of all hosts" + ("" if ledger.complete else f"; {'; '.join(ledger.gaps)}"),
    ]
    if not set(KINDS) <= set(ledger.kinds):
        lines.append(f"looked at {', '.join(ledger.kinds)} only")
    lines += [f"unfinished: {one}; what it has touched is expected" for one in ledger.unfinished]
    if (more := len(attention(ledger)) - MOST_TOLD) > 0:
        lines.append(f"told one by one: the first {MOST_TOLD} hosts that need somebody; {more} more are in the ledger")
    seen = "found" if ledger.canary.found else f"NOT found ({ledger.canary.why})"
    lines.append(f"canary {ledger.canary.planted}: {seen}")
    if not ledger.history.kept:
        lines.append(f"no history kept: {ledger.history.why}")
    return "\n".join(lines)


def host_lines(host: HostResult) -> list[str]:
    """One host: its state, each finding, and what mends it."""
    if host.state != "drift":
        return [f"{host.state.replace('_', ' ')}: {host.code + ': ' if host.code else ''}{host.why}"]
    lines = [f"drift: {len(host.findings)} finding{'' if len(host.findings) == 1 else 's'}"]
    for finding in host.findings:
        lines.append(f"  {finding.severity} {finding.nature}: {place(finding)}" + _since(finding))
        if finding.kind != "startup":
            lines += [f"    want {short(finding.want)}", f"    have {short(finding.have)}"]
        lines += [f"    owner {finding.owner}"] if finding.owner else []
        lines += [f"    {step}" for step in finding.remedy.steps]
        lines += [f"    {finding.remedy.note}"] if finding.remedy.note else []
    lines += [
        f"  mends it: {command}" for command in dict.fromkeys(one.remedy.command for one in host.findings) if command
    ]
    lines += [f"  expected ({finding.expected}): {place(finding)}" for finding in host.expected]
    return lines


def place(finding: Finding) -> str:
    """kind/key/attribute."""
    return "/".join(part for part in (finding.kind, finding.key, finding.attribute) if part)


def short(value: Any) -> str:
    """A value on one line; a long one is cut, for the ledger has all of it."""
    if value is None:
        return "-"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _since(finding: Finding) -> str:
    if not finding.first_seen:
        return ""
    return " (new)" if finding.first_seen == finding.last_seen else f" (since {finding.first_seen})"
