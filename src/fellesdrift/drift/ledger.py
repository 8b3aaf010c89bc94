"""The file of a run: it is there whole, with the right sums and its seal, or it is not there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pydantic import ValidationError

from fellesdrift.drift.model import SCHEMA, STATES, Ledger, digest_of
from fellesdrift.errors import FellesdriftError
from fellesdrift.snapshots import store

if TYPE_CHECKING:
    from pathlib import Path

FILE = "ledger.json"


def write(path: Path, ledger: Ledger) -> None:
    """Replace the file in one step; on disk when this returns. FD701 when the sums do not fit, FD702 when the folder
    cannot be written to."""
    check_sums(ledger)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        store.write(path, ledger.as_json())
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> FellesdriftError:
    """The ledger's file cannot be written, or an earlier one not be removed."""
    return FellesdriftError(
        "FD702",
        "the ledger of the drift run cannot be written",
        file=path.name,
        found=error.strerror or type(error).__name__,
        expected="a folder that this user may write to, and room on its disk",
        next_step="run it again when that is so; nothing was changed on any device",
    )


def read(path: Path, run: str | None = None) -> Ledger:
    """The ledger in a file; `run`: only of that run. FD703 when there is none that can be trusted."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise _untrusted(path, "another schema", f"schema {SCHEMA}")
        if data.get("digest") != digest_of(data):
            raise _untrusted(path, "its digest does not fit its text", "the file as the run wrote it")
        ledger = Ledger.model_validate(data)
    except FileNotFoundError as error:
        raise _untrusted(path, "no file", "the ledger that a run writes at its end") from error
    except (OSError, ValueError, ValidationError) as error:
        raise _untrusted(path, f"unreadable ({type(error).__name__})", "the file as the run wrote it") from error
    if run is not None and ledger.run != run:
        raise _untrusted(path, f"the ledger of run {ledger.run}", f"run {run}")
    check_sums(ledger)
    return ledger


def check_sums(ledger: Ledger) -> None:
    """FD701 when a host is missing, twice there or counted wrongly; a failure has no hosts to count."""
    if ledger.failure is not None and not ledger.hosts:
        return
    names = [host.host for host in ledger.hosts]
    counted = {state: sum(host.state == state for host in ledger.hosts) for state in STATES}
    findings = sum(len(host.findings) for host in ledger.hosts)
    if (
        len(set(names)) != ledger.planned
        or len(names) != ledger.planned
        or counted != ledger.counts
        or sum(host.asked for host in ledger.hosts) != ledger.asked
        or findings != ledger.findings
        or any((host.state == "drift") != bool(host.findings) for host in ledger.hosts)
    ):
        raise FellesdriftError(
            "FD701",
            "the counts of the drift run do not sum to its hosts",
            found=f"{len(names)} hosts, {sum(counted.values())} states, {findings} findings",
            expected=f"{ledger.planned} hosts, each in one state, {ledger.findings} findings",
            next_step="trust nothing of this run, and report it: this is a fault of fellesdrift",
        )


def _untrusted(path: Path, found: str, expected: str) -> FellesdriftError:
    return FellesdriftError(
        "FD703",
        "there is no ledger of this drift run that can be trusted, so the run is incomplete",
        file=path.name,
        found=found,
        expected=expected,
        next_step="look at what the run said last, then run it again",
    )
