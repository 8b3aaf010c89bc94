#!/usr/bin/env python3
"""Run parts of the checks: `scripts/check.py PART...`, from .venv.

Parts that wait for nobody run two at a time, each with its output under a header of its own when it has ended. The
tests that run playbooks come last and alone, for they use every core; `packages` comes first, and where it fails
nothing else is tried.
Else every part runs even when an earlier one failed, so that one run shows all there is to mend. The exit code is 0
only when every part passed and, where tests were asked for, tests were run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
REPORTS = ROOT / "build" / "reports"
# what is measured: all else runs playbooks, and measuring what each worker of Ansible reaches would double its time
MEASURED = ("tests/unit", "tests/integration/session", "tests/integration/twin", "tests/integration/windows")
WINE = "tests/wine"


def pytest(report: str, *arguments: str) -> tuple[str, ...]:
    """A run of pytest, with a report of that name. Four on two cores: much of what a playbook does is waiting."""
    return (f"{BIN}/pytest", "-n", "4", "--dist", "worksteal", f"--junitxml={REPORTS}/{report}.xml", *arguments)


# a part: its commands; it fails when one of them does
PARTS: dict[str, list[tuple[str, ...]]] = {
    "packages": [("scripts/system-packages",)],
    "lint": [
        (f"{BIN}/ruff", "check"),
        (f"{BIN}/ruff", "format", "--check"),
        (f"{BIN}/yamllint", "--strict", "."),
        (f"{BIN}/ansible-lint", "--strict"),
    ],
    "types": [(f"{BIN}/mypy",)],
    "molecule": [(f"{BIN}/molecule", "test", "--all", "--report", "--command-borders")],
    "unit": [pytest("unit", "-m", "not long", "tests/unit")],
    "integration": [pytest("integration", "-m", "not long", "tests/integration")],
    "measured": [pytest("measured", "-m", "not long", "--cov", "--cov-report=term", *MEASURED)],
    # one Windows for all of it, so one process
    "wine": [(f"{BIN}/pytest", f"--junitxml={REPORTS}/wine.xml", WINE)],
    "played": [pytest("played", "-m", "not long", "tests", *(f"--ignore={each}" for each in (*MEASURED, WINE)))],
    "long": [pytest("long", "-m", "long", "tests")],
    "bench": [("scripts/bench",)],
}
FIRST = ("packages",)
TESTS = ("unit", "integration", "measured", "wine", "played", "long")
ALONE = ("unit", "integration", "played", "long", "bench")


@dataclass(frozen=True)
class Outcome:
    """How a part ended: its exit code, the seconds that it took."""

    part: str
    code: int
    seconds: float


def header(text: str) -> None:
    """Print a line that the eye finds."""
    print(f"\n━━ {text} {'━' * max(4, 100 - len(text))}", flush=True)


def environment() -> dict[str, str]:
    """The caller's environment, with .venv first on PATH, whatever the caller's own ansible settings are.

    An ANSIBLE_ variable of the operator (an inventory, a vault, another collection path) would change what is tested.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "MOLECULE_"))}
    if not sys.stdout.isatty():
        kept["NO_COLOR"] = "1"
    return kept | {
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "MOLECULE_GLOB": "tests/molecule/*/molecule.yml",
        # else it lies in the home folder, under the name of this folder: two clones of one name would share it
        "MOLECULE_EPHEMERAL_DIRECTORY": str(ROOT / "build" / "molecule"),
    }


def run(part: str, *, shown: bool) -> tuple[Outcome, str]:
    """Run all of a part's commands; the output goes to the terminal when `shown`, else it is returned."""
    started = time.monotonic()
    code, output = 0, ""
    for command in PARTS[part]:
        line = "$ " + " ".join(command).replace(f"{ROOT}/", "") + "\n"
        if shown:
            print(line, end="", flush=True)
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(),
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=None if shown else subprocess.PIPE,
            stderr=None if shown else subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        output += line + (done.stdout or "")
        code = code or done.returncode
    return Outcome(part, code, time.monotonic() - started), output


def side_by_side(parts: Sequence[str]) -> list[Outcome]:
    """Run parts two at a time and show each when it has ended."""
    outcomes = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for future in as_completed([pool.submit(run, part, shown=len(parts) == 1) for part in parts]):
            outcome, output = future.result()
            if len(parts) > 1:
                header(f"{outcome.part} ({outcome.seconds:.0f} s)")
                print(output, end="", flush=True)
            outcomes.append(outcome)
    return outcomes


def alone(parts: Sequence[str]) -> list[Outcome]:
    """Run parts one after the other, their output shown as it comes."""
    outcomes = []
    for part in parts:
        header(part)
        outcomes.append(run(part, shown=True)[0])
    return outcomes


def counted() -> tuple[int, int]:
    """Tests passed and failed, by the reports of the runs that have just ended; a skipped test counts as neither."""
    passed = failed = 0
    for report in REPORTS.glob("*.xml"):
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            wrong = int(suite.get("failures", "0")) + int(suite.get("errors", "0"))
            failed += wrong
            passed += int(suite.get("tests", "0")) - wrong - int(suite.get("skipped", "0"))
    return passed, failed


def main(parts: Sequence[str]) -> int:
    """Run the parts named, sum them up, and return the exit code."""
    unknown = [part for part in parts if part not in PARTS]
    if unknown or not parts:
        print(f"check: {', '.join(unknown) or 'nothing'} to run; parts: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    started = time.monotonic()
    shutil.rmtree(REPORTS.parent, ignore_errors=True)
    REPORTS.mkdir(parents=True)

    outcomes = alone([part for part in parts if part in FIRST])
    together = [part for part in parts if part not in (*FIRST, *ALONE)]
    if all(outcome.code == 0 for outcome in outcomes):
        if together:
            header(" and ".join(together))
            outcomes += side_by_side(together)
        outcomes += alone([part for part in parts if part in ALONE])

    header("summary")
    for outcome in outcomes:
        print(f"{outcome.part:<12} {'passed' if outcome.code == 0 else 'FAILED':<8} {outcome.seconds:6.0f} s")
    print(f"{'in all':<12} {'':<8} {time.monotonic() - started:6.0f} s", flush=True)
    failed = any(outcome.code for outcome in outcomes)
    if any(outcome.part in TESTS for outcome in outcomes):
        if not any(REPORTS.glob("*.xml")):
            print("no test was run", file=sys.stderr)
            return 1
        print("{} passed, {} failed".format(*counted()), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
