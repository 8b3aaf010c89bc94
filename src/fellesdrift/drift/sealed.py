"""The file of a run as plain data: whether it can be trusted, and how the run ended.

The command that started a run asks no more than that; the records of `model` take longer to load than their file to
read.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILE = "ledger.json"
SCHEMA = "fellesdrift.drift/1"

HostState = Literal["clean", "drift", "unreachable", "refused", "error", "unsupported", "not_run"]
STATES: tuple[HostState, ...] = ("clean", "drift", "unreachable", "refused", "error", "unsupported", "not_run")
Outcome = Literal["clean", "drift", "failure", "incomplete"]
EXIT_CODES: dict[Outcome, int] = {"clean": 0, "drift": 1, "failure": 2, "incomplete": 3}

type Counted = tuple[str, str, bool, int]
"""Of a host: its name, its state, whether it was asked, how many findings it has."""


def digest_of(data: dict[str, Any]) -> str:
    """SHA-256 of a ledger's JSON data without its own digest."""
    body = json.dumps({**data, "digest": ""}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def read(path: Path, run: str | None = None) -> dict[str, Any]:
    """The data in a file, under its seal and with the right sums; `run`: only of that run. FD703 when there is none
    that can be trusted, FD701 when the sums do not fit."""
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise untrusted(path, "another schema", f"schema {SCHEMA}")
        if data.get("digest") != digest_of(data):
            raise untrusted(path, "its digest does not fit its text", "the file as the run wrote it")
        if run is not None and data["run"] != run:
            raise untrusted(path, f"the ledger of run {data['run']}", f"run {run}")
        if data["outcome"] not in EXIT_CODES:
            raise untrusted(path, f"outcome {data['outcome']}", f"one of {', '.join(EXIT_CODES)}")
        hosts = [(host["host"], host["state"], host["asked"], len(host["findings"])) for host in data["hosts"]]
        if data["failure"] is None or hosts:
            check_sums(data, hosts)
    except FileNotFoundError as error:
        raise untrusted(path, "no file", "the ledger that a run writes at its end") from error
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise untrusted(path, f"unreadable ({type(error).__name__})", "the file as the run wrote it") from error
    return data


def check_sums(said: Mapping[str, Any], hosts: Iterable[Counted]) -> None:
    """FD701 when a host is missing, twice there or counted wrongly. said: `planned`, `asked`, `findings`, `counts`."""
    listed = list(hosts)
    states = Counter(state for _, state, _, _ in listed)
    counted = {state: states.pop(state, 0) for state in STATES}
    findings = sum(number for _, _, _, number in listed)
    if (
        len({name for name, _, _, _ in listed}) != said["planned"]
        or len(listed) != said["planned"]
        or counted != said["counts"]
        or states
        or sum(asked for _, _, asked, _ in listed) != said["asked"]
        or findings != said["findings"]
        or any((state == "drift") != bool(number) for _, state, _, number in listed)
    ):
        raise FellesdriftError(
            "FD701",
            "the counts of the drift run do not sum to its hosts",
            found=f"{len(listed)} hosts, {sum(counted.values())} states, {findings} findings",
            expected=f"{said['planned']} hosts, each in one state, {said['findings']} findings",
            next_step="trust nothing of this run, and report it: this is a fault of fellesdrift",
        )


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


def untrusted(path: Path, found: str, expected: str) -> FellesdriftError:
    """There is no file, or it is not to be believed."""
    return FellesdriftError(
        "FD703",
        "there is no ledger of this drift run that can be trusted, so the run is incomplete",
        file=path.name,
        found=found,
        expected=expected,
        next_step="look at what the run said last, then run it again",
    )
