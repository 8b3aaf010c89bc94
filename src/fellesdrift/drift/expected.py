"""What an unfinished stage explains: the resources that it has touched are what it makes of them, not drift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from fellesdrift.cutover.progress import UNFINISHED
from fellesdrift.drift.model import Finding

if TYPE_CHECKING:
    from fellesdrift.cutover.progress import StageProgress

type Progress = Mapping[tuple[str, str], StageProgress]
type Reasons = Mapping[tuple[str, str, str], str]
"""(host, kind, key) -> why a difference there is expected; key "" is the whole host's startup configuration."""


def unfinished(progress: Progress) -> list[str]:
    """As people read it: "wan_link of sande: running"."""
    return [f"{one.stage} of {one.municipality}: {one.state}" for one in progress.values() if one.state in UNFINISHED]


def reasons(before: Progress, after: Progress) -> dict[tuple[str, str, str], str]:
    """before, after: the journal at the beginning and at the end of the sweep. A stage that was unfinished at one of
    them, or ended between them, may have changed its devices while they were read."""
    found: dict[tuple[str, str, str], str] = {}
    for key in dict.fromkeys([*before, *after]):
        was, is_ = before.get(key), after.get(key)
        states = [one.state for one in (was, is_) if one is not None]
        moved = (was.state if was else "pending") != (is_.state if is_ else "pending")
        if not moved and not any(state in UNFINISHED for state in states):
            continue
        for one in (was, is_):
            if one is not None:
                _of_stage(found, one)
    return found


def _of_stage(found: dict[tuple[str, str, str], str], stage: StageProgress) -> None:
    why = f"stage {stage.stage} of {stage.municipality} is {stage.state}"
    for host, progress in stage.hosts.items():
        if not progress.before and not progress.after:
            continue
        found[host, "startup", ""] = why
        for resources in (progress.before, progress.after):
            for kind, keys in resources.items():
                for key in keys:
                    found[host, kind, key] = why


def split(findings: Iterable[Finding], why: Reasons) -> tuple[list[Finding], list[Finding]]:
    """(drift, expected)."""
    drift: list[Finding] = []
    expected: list[Finding] = []
    for finding in findings:
        key = "" if finding.kind == "startup" else finding.key
        reason = why.get((finding.host, finding.kind, key))
        if reason is None:
            drift.append(finding)
        else:
            expected.append(finding.model_copy(update={"expected": reason}))
    return drift, expected
