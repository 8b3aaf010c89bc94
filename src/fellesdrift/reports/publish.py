"""The newest run of a folder of dated runs, made public: a folder that is replaced as a whole, in one step.

What is public is never quietly older than it says. When the newest run left no ledger (its window ended, it was
killed), the page is that of the last run that ended, under a notice that the newest is incomplete; that ledger is then
called last-ledger.json, so that nobody who reads ledger.json takes it for tonight's.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fellesdrift.drift import ledger as ledgers
from fellesdrift.drift.model import Ledger
from fellesdrift.errors import FellesdriftError
from fellesdrift.reports import files
from fellesdrift.reports.junit import junit, junit_unfinished
from fellesdrift.reports.page import page, page_without_ledger
from fellesdrift.reports.text import moment, time_zone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

SCHEMA = "fellesdrift.published/1"
RUN = re.compile(r"\d{8}T\d{6}Z")
"""Name of a run's folder: when it began, in UTC."""


@dataclass(frozen=True)
class Night:
    """One run's folder: its ledger, or why there is none that can be trusted."""

    folder: Path
    ledger: Ledger | None = None
    problem: str = ""

    @property
    def began(self) -> str:
        """As in a ledger: 2026-11-22T03:00:00Z."""
        return _began(self.folder.name)


def _began(name: str) -> str:
    """ValueError when the name is not that of a run's folder."""
    return datetime.strptime(name, "%Y%m%dT%H%M%SZ").strftime("%Y-%m-%dT%H:%M:%SZ")


def publish(runs: Path, to: Path, keep: int, zone: tzinfo | None = None) -> dict[str, Any]:
    """Make the newest run public, remove all but the newest `keep` runs, and give what status.json says.

    zone   of the local times beside UTC; by default the estate's, as the newest ledger says it

    FD750 cannot be written; FD752 `to` is something else already; FD753 there has been no run.
    """
    newest, last = _newest(runs)
    status = _status(newest, last)
    _replace(to, _contents(newest, last, status, zone or _zone_of_the_estate(newest, last)))
    _forget(runs, keep, last)
    return status


def folders(runs: Path) -> list[Path]:
    """The folders of runs, oldest first; anything else in there is left alone."""
    if not runs.is_dir():
        return []
    return sorted(path for path in runs.iterdir() if _is_run(path.name) and path.is_dir(follow_symlinks=False))


def _is_run(name: str) -> bool:
    try:
        return RUN.fullmatch(name) is not None and bool(_began(name))
    except ValueError:
        return False


def _newest(runs: Path) -> tuple[Night, Night | None]:
    """The newest run, and the last that ended and is no failure."""
    found = folders(runs)
    if not found:
        raise FellesdriftError(
            "FD753",
            "there is no run to publish",
            file=runs.name,
            found="no folder of a run",
            expected="folders named by when a run began, such as 20261122T030000Z",
            next_step="see what the check itself said: it makes the folder before it starts",
        )
    newest = _night(found[-1])
    for folder in reversed(found):
        night = newest if folder == newest.folder else _night(folder)
        if night.ledger is not None and night.ledger.outcome != "failure":
            return newest, night
    return newest, None


def _night(folder: Path) -> Night:
    try:
        return Night(folder, ledgers.read(folder / ledgers.FILE))
    except FellesdriftError as error:
        return Night(folder, problem=f"{error.code}: {error.problem} ({error.found})")


def _status(newest: Night, last: Night | None) -> dict[str, Any]:
    told = newest.ledger
    before = None if last is None or last.ledger is None else last.ledger
    return {
        "schema": SCHEMA,
        "published": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "folder": newest.folder.name,
        "outcome": told.outcome if told else "incomplete",
        "complete": told.complete if told else False,
        "coverage": told.coverage if told else 0.0,
        "gaps": told.gaps if told else [newest.problem],
        "counts": told.counts if told else None,
        "findings": told.findings if told else None,
        "run": told.run if told else None,
        "ended": told.ended if told else None,
        "last": None if before is None else {"run": before.run, "outcome": before.outcome, "ended": before.ended},
    }


def _zone_of_the_estate(*nights: Night | None) -> tzinfo | None:
    ledgers_ = [night.ledger for night in nights if night is not None and night.ledger is not None]
    name = next((ledger.time_zone for ledger in ledgers_ if ledger.time_zone), None)
    try:
        return time_zone(name)
    except FellesdriftError:
        return None  # not known on this machine: what is published says UTC


def _contents(newest: Night, last: Night | None, status: Mapping[str, Any], zone: tzinfo | None) -> dict[str, str]:
    files_ = {"status.json": json.dumps(status, ensure_ascii=False, indent=1) + "\n"}
    if newest.ledger is not None:
        files_["index.html"] = page(newest.ledger, zone)
        files_["report.xml"] = junit(newest.ledger)
        files_["ledger.json"] = newest.ledger.as_json()
        return files_
    local = f" ({moment(newest.began, zone)})" if zone else ""
    notice = (
        f"The run that began {moment(newest.began)}{local} ended before it could say anything; its coverage is 0 %. "
        f"{newest.problem}."
    )
    files_["report.xml"] = junit_unfinished(notice, newest.began)
    if last is None or last.ledger is None:
        files_["index.html"] = page_without_ledger(notice)
    else:
        files_["index.html"] = page(last.ledger, zone, notice)
        files_["last-ledger.json"] = last.ledger.as_json()
    return files_


def _replace(to: Path, contents: Mapping[str, str]) -> None:
    """`to` is a link to a folder beside it, and the link is what is replaced: all files change in the same moment."""
    if to.exists() and not to.is_symlink():
        raise FellesdriftError(
            "FD752",
            "what is published cannot be replaced",
            file=to.name,
            found="something that was not published here",
            expected="nothing, or the link that an earlier run published",
            next_step="move it away, or publish to another name",
        )
    prefix = f".{to.name}."
    folder = to.with_name(f"{prefix}{secrets.token_hex(8)}")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
        folder.chmod(0o755)  # whoever serves it reads it, whatever this process keeps to itself
        for name, text in contents.items():
            files.write(folder / name, text)
        link = to.with_name(f"{prefix}link")
        link.unlink(missing_ok=True)
        link.symlink_to(folder.name)
        link.replace(to)
        for path in to.parent.glob(f"{prefix}*"):
            if path.is_dir(follow_symlinks=False) and path != folder:
                shutil.rmtree(path)
    except OSError as error:
        raise files.cannot_write(to, error) from error


def _forget(runs: Path, keep: int, last: Night | None) -> None:
    """Remove the oldest runs; never the last that ended, which is all that is known when the later ones did not."""
    for folder in folders(runs)[: -max(1, keep)]:
        if last is None or folder != last.folder:
            shutil.rmtree(folder, ignore_errors=True)
