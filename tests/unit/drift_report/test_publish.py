"""What is public after each night, good or bad."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import ledgers
from typer.testing import CliRunner

from fellesdrift.cli import app
from fellesdrift.drift import ledger as files
from fellesdrift.drift.model import Ledger
from fellesdrift.errors import FellesdriftError
from fellesdrift.reports import publish as module
from fellesdrift.reports.publish import folders, publish


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    (tmp_path / "runs").mkdir()
    return tmp_path / "runs"


def night(runs: Path, day: int, ledger: Ledger | None) -> Path:
    folder = runs / f"202611{day:02d}T023000Z"
    folder.mkdir()
    if ledger is not None:
        files.write(folder / files.FILE, ledger)
    return folder


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_night_that_ended(runs: Path, tmp_path: Path) -> None:
    folder = night(runs, 20, ledgers.drift())
    to = tmp_path / "public"
    mask = os.umask(0o077)
    try:
        status = publish(runs, to, 60)
    finally:
        os.umask(mask)
    assert names(to) == {"index.html", "ledger.json", "report.xml", "status.json"}
    assert (to / "ledger.json").read_bytes() == (folder / files.FILE).read_bytes()
    assert json.loads((to / "status.json").read_text(encoding="utf-8")) == status
    assert (status["outcome"], status["complete"], status["coverage"]) == ("drift", False, 0.5)
    assert oct((to / "index.html").stat().st_mode)[-3:] == "644"
    assert oct(to.stat().st_mode)[-3:] == "755"


def test_a_night_that_left_no_ledger_is_incomplete_and_the_last_is_shown_as_old(runs: Path, tmp_path: Path) -> None:
    night(runs, 20, ledgers.clean())
    night(runs, 21, ledgers.blind())
    night(runs, 22, None)
    to = tmp_path / "public"
    status = publish(runs, to, 60)
    assert names(to) == {"index.html", "last-ledger.json", "report.xml", "status.json"}
    html = (to / "index.html").read_text(encoding="utf-8")
    assert "Incomplete run: what follows is older" in html
    assert "The run that began 2026-11-22 02:30:00 UTC ended before it could say anything" in html
    assert "FD703" in html
    # the last run that proves something, not the one whose canary was blind
    assert "Every one of the 12 hosts that were read is as it should be" in html
    assert (status["outcome"], status["coverage"], status["complete"]) == ("incomplete", 0.0, False)
    assert status["last"]["outcome"] == "clean"
    assert 'errors="1"' in (to / "report.xml").read_text(encoding="utf-8")


def test_a_failure_is_published_as_one(runs: Path, tmp_path: Path) -> None:
    night(runs, 20, ledgers.clean())
    night(runs, 21, ledgers.failure())
    assert publish(runs, tmp_path / "public", 60)["outcome"] == "failure"
    assert "The run is a failure" in (tmp_path / "public/index.html").read_text(encoding="utf-8")


def test_a_ledger_that_somebody_edited_is_none(runs: Path, tmp_path: Path) -> None:
    path = night(runs, 20, ledgers.drift()) / files.FILE
    path.write_text(path.read_text(encoding="utf-8").replace('"drift"', '"clean"'), encoding="utf-8")
    assert publish(runs, tmp_path / "public", 60)["outcome"] == "incomplete"
    assert "Nothing is known of any host" in (tmp_path / "public/index.html").read_text(encoding="utf-8")


def test_all_files_change_in_one_step(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    to = tmp_path / "public"
    night(runs, 20, ledgers.clean())
    publish(runs, to, 60)
    before = (to / "index.html").read_text(encoding="utf-8")
    night(runs, 21, ledgers.drift())

    def full(path: Path, text: str) -> None:
        if path.name == "ledger.json":
            raise OSError(28, "No space left on device")
        path.write_text(text, encoding="utf-8")

    with monkeypatch.context() as patch:
        patch.setattr(module.files, "write", full)
        with pytest.raises(FellesdriftError, match="FD750"):
            publish(runs, to, 60)
    assert (to / "index.html").read_text(encoding="utf-8") == before
    publish(runs, to, 60)
    assert (to / "index.html").read_text(encoding="utf-8") != before
    assert len([path for path in tmp_path.iterdir() if path.name.startswith(".public")]) == 1, "what is old is gone"


def test_so_many_nights_are_kept_and_the_last_that_ended(runs: Path, tmp_path: Path) -> None:
    ended = night(runs, 1, ledgers.clean())
    for day in range(2, 8):
        night(runs, day, None)
    (runs / "notes").mkdir()
    (runs / "99999999T999999Z").mkdir()
    publish(runs, tmp_path / "public", 3)
    assert [path.name[6:8] for path in folders(runs)] == ["01", "05", "06", "07"]
    assert ended.exists() and (runs / "notes").exists() and (runs / "99999999T999999Z").exists()


def test_the_errors_of_publishing(runs: Path, tmp_path: Path, golden: Callable[[str, object], None]) -> None:
    (tmp_path / "public").mkdir()
    cases: list[tuple[Path, Any]] = [(runs, None), (tmp_path / "nowhere", None), (runs, ledgers.clean)]
    said = []
    for number, (folder, made) in enumerate(cases):
        if made is not None:
            night(folder, number + 1, made())
        with pytest.raises(FellesdriftError) as caught:
            publish(folder, tmp_path / "public", 60)
        said.append(str(caught.value))
    golden("drift_report/publish_errors", "\n\n".join(said))


def test_the_command(runs: Path, tmp_path: Path) -> None:
    night(runs, 20, ledgers.drift())
    done = CliRunner().invoke(app, ["drift", "publish", str(runs), str(tmp_path / "public"), "--keep", "7"])
    assert done.exit_code == 0, done.output
    assert done.stdout == "published 20261120T023000Z: drift, coverage 50.0%\n"


@pytest.mark.parametrize(("zone", "shown"), [("Europe/Oslo", True), ("", False), ("Nowhere/None", False)])
def test_local_times_are_those_of_the_estate(runs: Path, tmp_path: Path, zone: str, shown: bool) -> None:
    night(runs, 20, ledgers.drift().model_copy(update={"time_zone": zone}))
    publish(runs, tmp_path / "public", 60)
    text = (tmp_path / "public" / "index.html").read_text(encoding="utf-8")
    assert ("CET" in text or "CEST" in text) is shown
    night(runs, 21, None)
    publish(runs, tmp_path / "public", 60)
    text = (tmp_path / "public" / "index.html").read_text(encoding="utf-8")
    assert ("CET" in text or "CEST" in text) is shown
