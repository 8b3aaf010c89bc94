"""A ledger is whole, summed and sealed, or it is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.drift import host_result, ledger_of

from fellesdrift.drift import ledger, sealed
from fellesdrift.drift.model import Finding, fingerprint
from fellesdrift.drift.sealed import SCHEMA
from fellesdrift.errors import FellesdriftError

FINDING = Finding(
    fingerprint=fingerprint("a", "route", "10.0.0.0/8"),
    host="a",
    kind="route",
    key="10.0.0.0/8",
    nature="extra",
    severity="medium",
    have=[{"next_hop": "10.61.0.2", "distance": 1, "name": "blåbær"}],
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / ledger.FILE
    made = ledger_of(host_result("a", "drift", findings=[FINDING]), host_result("b"))
    ledger.write(path, made)
    assert [each.name for each in path.parent.iterdir()] == [ledger.FILE]
    found = ledger.read(path, made.run)
    assert found.model_copy(update={"digest": ""}) == made
    assert json.loads(path.read_text(encoding="utf-8"))["schema"] == SCHEMA
    assert (found.exit_code, found.hosts[0].findings[0].have[0]["name"]) == (1, "blåbær")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["counts"].update(clean=1, drift=0),
        lambda data: data["hosts"][0].update(state="clean", findings=[]),
        lambda data: data.update(outcome="clean"),
        lambda data: data.update(schema="fellesdrift.drift/2"),
        lambda data: data["hosts"].pop(),
    ],
)
def test_what_was_edited_is_not_trusted(tmp_path: Path, change: Callable[[Any], None]) -> None:
    path = tmp_path / ledger.FILE
    ledger.write(path, ledger_of(host_result("a", "drift", findings=[FINDING]), host_result("b")))
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(FellesdriftError, match="FD703"):
        ledger.read(path)


def test_another_run_nothing_and_half_a_file_are_no_ledger(
    tmp_path: Path, golden: Callable[[str, object], None]
) -> None:
    path = tmp_path / ledger.FILE
    with pytest.raises(FellesdriftError) as missing:
        ledger.read(path, "0123456789abcdef")
    golden("drift/no_ledger", missing.value)
    ledger.write(path, ledger_of(host_result("a")))
    with pytest.raises(FellesdriftError, match="the ledger of run 0123456789abcdef"):
        ledger.read(path, "another")
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    with pytest.raises(FellesdriftError, match="FD703"):
        ledger.read(path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"planned": 3},
        {"asked": 1},
        {"findings": 0},
        {"counts": {"clean": 2, "drift": 0}},
        {"hosts": [host_result("a"), host_result("a")]},
        {"hosts": [host_result("a"), host_result("b", "drift")]},
        {"hosts": [host_result("a", findings=[FINDING]), host_result("b")]},
    ],
)
def test_sums_that_do_not_fit_are_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    made = ledger_of(host_result("a", "drift", findings=[FINDING]), host_result("b"))
    with pytest.raises(FellesdriftError, match="FD701"):
        ledger.write(tmp_path / ledger.FILE, made.model_copy(update=wrong))
    assert list(tmp_path.iterdir()) == []


def test_the_texts_of_the_refusals(tmp_path: Path, golden: Callable[[str, object], None]) -> None:
    with pytest.raises(FellesdriftError) as sums:
        ledger.write(tmp_path / ledger.FILE, ledger_of(host_result("a"), planned=2))
    golden("drift/sums", sums.value)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FellesdriftError) as folder:
        ledger.write(tmp_path / "file" / ledger.FILE, ledger_of(host_result("a")))
    golden("drift/unwritable", folder.value)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.pop("hosts"),
        lambda data: data.pop("outcome"),
        lambda data: data.update(outcome="fine"),
        lambda data: data.update(outcome=None),
        lambda data: data.update(hosts=None),
        lambda data: data["hosts"][0].pop("asked"),
        lambda data: data["hosts"][0].update(findings=3),
    ],
)
def test_what_is_sealed_and_is_none_is_not_trusted(tmp_path: Path, change: Callable[[Any], object]) -> None:
    path = tmp_path / sealed.FILE
    ledger.write(path, ledger_of(host_result("a")))
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps({**data, "digest": sealed.digest_of(data)}), encoding="utf-8")
    for read in (sealed.read, ledger.read):
        with pytest.raises(FellesdriftError, match="FD703"):
            read(path)


@pytest.mark.parametrize("change", [{"planned": 2}, {"asked": 0}, {"findings": 1}, {"hosts": []}])
def test_sums_that_do_not_fit_are_seen_without_the_records(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / sealed.FILE
    ledger.write(path, ledger_of(host_result("a")))
    data = json.loads(path.read_text(encoding="utf-8")) | change
    path.write_text(json.dumps({**data, "digest": sealed.digest_of(data)}), encoding="utf-8")
    with pytest.raises(FellesdriftError, match="FD701"):
        sealed.read(path)


def test_the_command_that_starts_a_run_does_not_load_its_records() -> None:
    program = (
        "import sys, fellesdrift.commands.drift_reports\n"
        "assert 'fellesdrift.drift.sealed' in sys.modules\n"
        "print({'fellesdrift.drift.model', 'fellesdrift.estate.models', 'yaml'} & sys.modules.keys())"
    )
    told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "set()"
