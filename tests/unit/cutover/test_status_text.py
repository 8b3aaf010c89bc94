"""What `fellesdrift status` prints for people, at any width."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.recorded import recorded

from fellesdrift.commands.status_run import print_rows
from fellesdrift.commands.table import print_table
from fellesdrift.cutover.status import StatusRow, read_status
from fellesdrift.cutover.status_view import view_of
from fellesdrift.estate import Estate

ZONE = "Europe/Oslo"
NOW = datetime(2006, 3, 3, 21, 30, tzinfo=UTC)
STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def rows(tmp_path: Path, estate: Estate) -> Callable[[str], list[StatusRow]]:
    def make(night: str) -> list[StatusRow]:
        with recorded(tmp_path, estate.name, night) as journal:
            return read_status(view_of(estate), journal, NOW).rows

    return make


@pytest.mark.parametrize("night", ["held", "done"])
def test_the_text(
    rows: Callable[[str], list[StatusRow]],
    capsys: pytest.CaptureFixture[str],
    golden: Callable[[str, object], None],
    night: str,
) -> None:
    print_rows("An estate", ZONE, rows(night))
    text = capsys.readouterr().out
    assert all(line == line.rstrip() for line in text.splitlines())
    golden(f"commands/status_{night}", text.rstrip("\n"))


@pytest.mark.parametrize("columns", [20, 80, 120, 160])
def test_a_terminal_breaks_neither_the_table_nor_a_command(
    rows: Callable[[str], list[StatusRow]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    columns: int,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))
    found = rows("held")
    print_rows("An estate", ZONE, found)
    lines = [STYLE.sub("", line).rstrip() for line in capsys.readouterr().out.splitlines()]
    table = lines[: lines.index("", 2)]
    assert max(map(len, table)) <= 80
    row = next(row for row in found if row.state == "held")
    assert f"  {row.next.rpartition(', then: ')[2]}" in lines
    if columns >= 80:
        assert any(line.split() == ["sande", "wan_link", "held", "2006-03-03", "22:08", "CET"] for line in table)
    words = {word for line in table for word in line.split()}
    assert {row.municipality, row.stage, row.state, "2006-03-03"} <= words


def test_a_table_for_a_pipe_is_as_wide_as_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("A title", ["one", "two"], [["a " * 400 + "z", "x"], ["b", ""]])
    lines = capsys.readouterr().out.splitlines()
    assert any(line.endswith("a z   x") for line in lines)
    assert all(line == line.rstrip() for line in lines)
