"""`fellesdrift drift`: the nightly check, for scripts and timers."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from fellesdrift.commands.options import DEFAULT_INVENTORY, AsJson, Inventory
from fellesdrift.drift import sealed
from fellesdrift.errors import FellesdriftError

OutOption = Annotated[Path, typer.Option("--out", help="Folder of the run's results; what an earlier run left goes.")]
LimitOption = Annotated[str | None, typer.Option("--limit", "-l", help="Only these hosts, as Ansible's --limit.")]
KindsOption = Annotated[
    list[str] | None,
    typer.Option("--kinds", help="Only these kinds: interface, route, ...; of Windows hosts service, share, ..."),
]
DeadlineOption = Annotated[
    float | None,
    typer.Option("--deadline", min=0.01, help="Minutes for the whole run; what is not read by then is not run."),
]
HostOption = Annotated[float, typer.Option("--host-seconds", min=2.0, help="Seconds that one host may take.")]
CheckOption = Annotated[bool, typer.Option("--check", help="Keep no history in the journal's database.")]
DiffOption = Annotated[bool, typer.Option("--diff", help="Show the lines that differ.")]
ProcessesOption = Annotated[int, typer.Option("--processes", min=0, help="Processes that read; 0: one for each core.")]
SessionsOption = Annotated[int, typer.Option("--sessions", min=0, help="Hosts at a time in each; 0: as measured best.")]

_STAND_IN = "estate"
"""The one name over which Ansible runs: what it does for each host of an inventory is more than the sweep does."""
_SLACK = 120.0
"""Seconds after its deadline that a run has to write its ledger before it is ended."""


def drift(
    context: typer.Context,
    inventory: Inventory = DEFAULT_INVENTORY,
    limit: LimitOption = None,
    kinds: KindsOption = None,
    out: OutOption = Path("reports/drift"),
    deadline: DeadlineOption = None,
    host_seconds: HostOption = 120.0,
    check: CheckOption = False,
    diff: DiffOption = False,
    processes: ProcessesOption = 0,
    sessions: SessionsOption = 0,
    as_json: AsJson = False,
) -> None:
    """Hold every host against what is written down of it.

    Exit 0: clean; 1: drift; 2: the run is a failure and proves nothing; 3: incomplete. Only the run's own ledger
    counts: without one the run is incomplete, whatever the playbook said.
    """
    if context.invoked_subcommand is not None:  # of a run that was made: commands/drift_reports.py
        return
    path, run = out.absolute() / sealed.FILE, secrets.token_hex(8)
    playbook, wanted = _playbook(), _wanted(kinds)
    _clear(path)
    variables: dict[str, object] = {
        "drift_run": run,
        "drift_ledger": str(path),
        "drift_kinds": wanted,
        "drift_host_seconds": host_seconds,
        "drift_processes": processes,
        "drift_sessions": sessions,
        "drift_inventory": [str(inventory)],
    }
    if limit is not None:
        variables["drift_limit"] = limit
    if deadline is not None:
        variables["drift_run_seconds"] = deadline * 60
    command = [sys.executable, "-P", "-m", "fellesdrift.commands.lean_ansible", str(playbook), "-i", f"{_STAND_IN},"]
    command += ["-e", json.dumps(variables), *(["--check"] if check else []), *(["--diff"] if diff else [])]
    _run(command, None if deadline is None else deadline * 60 + _SLACK, quiet=as_json)
    try:
        found = sealed.read(path, run)
    except FellesdriftError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(sealed.EXIT_CODES["incomplete" if error.code == "FD703" else "failure"]) from error
    if as_json:
        typer.echo(path.read_text(encoding="utf-8"), nl=False)
    if found["failure"] is not None and as_json:
        sys.stderr.write(f"{found['failure']['text']}\n")
    outcome: sealed.Outcome = found["outcome"]
    raise typer.Exit(sealed.EXIT_CODES[outcome])


def _clear(path: Path) -> None:
    """Nothing that an earlier run left may be taken for this one's. FD702 when it cannot be removed."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise sealed.unwritable(path, error) from error


def _playbook() -> Path:
    path = Path("playbooks/drift.yml")
    if not path.is_file():
        raise FellesdriftError(
            "FD663",
            "this is not the project's folder",
            found=f"no playbooks/ in {Path.cwd().name}",
            expected="the clone's top folder",
        )
    return path


def _wanted(kinds: list[str] | None) -> list[str]:
    """The kinds, [] for all. FD712 for one that there is not; names may be given with commas or one by one."""
    if not kinds:
        return []
    from fellesdrift.drift.kinds import all_kinds
    from fellesdrift.drift.model import EXCHANGE_KINDS, KINDS

    wanted = dict.fromkeys(name.strip() for part in kinds for name in part.split(",") if name.strip())
    plain = {*KINDS, *EXCHANGE_KINDS}
    # what knows those of Windows hosts is loaded when one of them is named
    unknown = [name for name in wanted if name not in plain and name not in all_kinds()]
    if unknown:
        raise FellesdriftError(
            "FD712",
            "there is no such kind",
            key="--kinds",
            found=", ".join(unknown),
            expected=f"some of {', '.join(KINDS)}; of an exchange's: {', '.join(EXCHANGE_KINDS)}; of a Windows host's: "
            "docs/windows.md",
        )
    return [kind for kind in KINDS if kind in wanted] + [kind for kind in wanted if kind not in KINDS]


def _run(command: list[str], seconds: float | None, quiet: bool) -> None:
    """Run the playbook to its end; how it ends says nothing. One that is stuck after its deadline is ended."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    output = subprocess.PIPE if quiet else None
    with subprocess.Popen(
        command, env=environment, stdout=output, stderr=subprocess.STDOUT if quiet else None
    ) as process:
        # a timer or a person ends this: the playbook goes too, and its sweep with it
        signal.signal(signal.SIGTERM, lambda *_: process.kill())
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        except BaseException:
            process.kill()
            raise
