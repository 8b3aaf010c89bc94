"""The report at a terminal and in a log."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console
from support import ledgers
from typer.testing import CliRunner

from fellesdrift.cli import app
from fellesdrift.drift import ledger as files
from fellesdrift.drift.model import Ledger
from fellesdrift.errors import FellesdriftError
from fellesdrift.reports import text
from fellesdrift.reports.terminal import show


def told(ledger: Ledger, terminal: bool = False) -> str:
    out = io.StringIO()
    given = {"force_terminal": True, "color_system": "standard", "width": 200} if terminal else {"width": 2000}
    show(ledger, ZoneInfo("Europe/Oslo"), Console(file=out, **given))
    return out.getvalue()


@pytest.mark.parametrize("name", ["clean", "drift", "incomplete", "failure", "blind"])
def test_a_log_gets_plain_lines(name: str, golden: Callable[[str, object], None]) -> None:
    text_ = told(getattr(ledgers, name)())
    assert "\x1b" not in text_
    assert all(line == line.rstrip() for line in text_.splitlines())
    golden(f"drift_report/terminal_{name}", text_.rstrip("\n"))


def test_many_hosts_in_a_log(golden: Callable[[str, object], None]) -> None:
    golden("drift_report/terminal_huge", told(ledgers.huge(200)).rstrip("\n"))


def test_colour_is_for_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)  # `make test` sets it where it has no terminal itself
    assert "\x1b[1;33mdrift" in told(ledgers.drift(), terminal=True)


def test_a_device_cannot_speak_to_the_terminal() -> None:
    for character in "\x1b\x00\u202e":
        assert character not in told(ledgers.hostile())
        assert f"x>{character}" not in told(ledgers.hostile(), terminal=True)


def test_a_reason_of_many_hosts_is_told_once() -> None:
    hosts = [ledgers.host(f"san-u{number}-rtr1", "unit_routers", "unreachable", why="dark") for number in range(40)]
    lines = [line for line in told(ledgers.ledger(hosts)).splitlines() if line.startswith("unreachable")]
    assert len(lines) == 1
    assert lines[0].endswith("and 28 more")


@pytest.mark.parametrize(
    ("first", "last", "age"),
    [
        ("2026-11-22T02:41:17Z", "2026-11-22T02:41:17Z", "new"),
        ("2026-11-21T02:30:00Z", "2026-11-22T02:41:17Z", "2 nights"),
        # an hour later by the clock of the machine: the night of summer time's end
        ("2026-10-24T01:30:00Z", "2026-10-25T02:30:00Z", "2 nights"),
        ("", "", "unknown"),
    ],
)
def test_for_how_long_it_is_known(first: str, last: str, age: str) -> None:
    assert text.age(ledgers.finding("san-rtr1", "Vlan1", first_seen=first, last_seen=last)) == age


def test_moments_are_said_in_the_zone_of_their_day() -> None:
    oslo = ZoneInfo("Europe/Oslo")
    assert text.moment("2026-10-25T00:59:59Z", oslo) == "2026-10-25 02:59:59 CEST"
    assert text.moment("2026-10-25T01:00:00Z", oslo) == "2026-10-25 02:00:00 CET"
    assert text.moment("yesterday\x1b", oslo) == "yesterday\\x1b"


def test_the_command_writes_what_is_asked_for(tmp_path: Path) -> None:
    ledger = tmp_path / "run" / files.FILE
    files.write(ledger, ledgers.drift())
    paths = {name: tmp_path / "out" / name for name in ("html", "junit", "json")}
    options = [word for name, path in paths.items() for word in (f"--{name}", str(path))]
    done = CliRunner().invoke(app, ["drift", "report", str(ledger.parent), *options, "--time-zone", "Europe/Oslo"])
    assert done.exit_code == 0, done.output
    assert "4 findings on 3 hosts" in done.stdout
    assert "CET" in paths["html"].read_text(encoding="utf-8")
    assert paths["junit"].read_text(encoding="utf-8").startswith("<?xml")
    assert paths["json"].read_bytes() == ledger.read_bytes()


def test_the_errors_of_the_command(tmp_path: Path, golden: Callable[[str, object], None]) -> None:
    ledger = tmp_path / files.FILE
    files.write(ledger, ledgers.clean())
    (tmp_path / "file").write_text("")
    edited = tmp_path / "edited.json"
    edited.write_text(json.dumps(json.loads(ledger.read_text(encoding="utf-8")) | {"coverage": 1.0}), encoding="utf-8")
    cases = [
        [str(ledger), "--time-zone", "Europa/Oslo"],
        [str(ledger), "--time-zone", "../etc"],
        [str(ledger), "--html", str(tmp_path / "file" / "page.html")],
        [str(edited)],
    ]
    said = []
    for arguments in cases:
        done = CliRunner().invoke(app, ["drift", "report", *arguments])
        assert isinstance(done.exception, FellesdriftError), done.output
        said.append(str(done.exception))
    golden("drift_report/errors", "\n\n".join(said))
