"""`fellesdrift journal`: what it prints, and what it leaves behind."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.journal import forge
from typer.testing import CliRunner

from fellesdrift.cli import app
from fellesdrift.commands import journal as commands
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal, export_check

SCHEMA1 = Path(__file__).parents[2] / "fixtures" / "journal" / "schema1.sql"


@pytest.fixture
def estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the commands ask of an estate."""
    made = SimpleNamespace(
        name="Drammensregionen", journal=tmp_path / "journal.sqlite", production=False, retention=365
    )
    monkeypatch.setattr(commands, "load", lambda _: made)
    return made


@pytest.fixture
def filled(estate: Any) -> Any:
    run("init")
    with Journal.open(estate.journal, estate.name) as journal:
        journal.append("sande", "wan_link", "a1", "", "opened", {"title": "vei til Røyken"})
        journal.append("sande", "wan_link", "a1", "", "manual_answered", {"step": "call"}, {"name": "En Prøve"})
        journal.append("sande", "", "d1", "san-rtr1", "day2_host_intended", {"change": "change 17"})
    return estate


def run(*arguments: object) -> str:
    """The output of a journal command that raises nothing and ends with 0."""
    outcome = CliRunner().invoke(app, ["journal", *map(str, arguments)], catch_exceptions=False)
    assert outcome.exit_code == 0
    return outcome.output


def refused(*arguments: object) -> FellesdriftError:
    with pytest.raises(FellesdriftError) as caught:
        run(*arguments)
    return caught.value


def test_show_says_what_is_erased(filled: Any) -> None:
    assert [line.strip().split("  ")[2:] for line in run("show").splitlines()] == [
        ["sande/wan_link", "-", "opened", "vei til Røyken"],
        ["sande/wan_link", "-", "manual_answered", "", "[En Prøve]"],
        ["sande/day-2", "san-rtr1", "day2_host_intended", "change 17"],
    ]
    assert run("erase", "--check") == "would erase the personal data of 0 records\n"
    assert run("erase", "--older-than", "0", "--check") == "would erase the personal data of 1 records: 2\n"
    assert "[En Prøve]" in run("show")
    assert run("erase", "--record", "2") == "erased the personal data of 1 records: 2\n"
    shown = run("show").splitlines()
    assert shown[1].endswith("[erased]")
    assert shown[3].endswith("-  -  personal_erased  asked for")
    told = [json.loads(line) for line in run("show", "--json").splitlines()]
    assert [record["erased"] for record in told] == [False, True, False, False]
    assert refused("erase", "--record", "2").code == "FD615"
    assert run("verify").startswith("4 records, the chain is whole")


def test_out_and_in_again(filled: Any, tmp_path: Path) -> None:
    out, file = tmp_path / "out.jsonl", tmp_path / "backup.jsonl"
    lines = run("export").splitlines()
    assert [list(json.loads(line)) for line in lines[1:]] == [["record"]] * 3
    assert "En Prøve" not in "".join(lines)
    assert run("export", "--out", out).startswith(f"wrote 3 records to {out}; the chain's head is ")
    head = export_check.check(out).head
    assert run("verify", "--file", out) == f"3 records of Drammensregionen, the chain is whole; its head is {head}\n"
    assert run("verify") == f"3 records, the chain is whole; its head is {head}\n"
    assert run("backup", file) == f"wrote 3 records to {file} and its digest to {file}.sha256\n"
    assert refused("restore", file).code == "FD601"
    filled.journal.rename(tmp_path / "old.sqlite")
    assert run("restore", file) == "restored 3 records of Drammensregionen; the chain is whole\n"
    assert run("verify").startswith("4 records, the chain is whole")


def test_a_broken_one_is_printed_and_not_taken_for_whole(filled: Any) -> None:
    forge(filled.journal, "UPDATE records SET event = 'closed' WHERE seq = 2")
    outcome = CliRunner().invoke(app, ["journal", "export"])
    assert len(outcome.stdout.splitlines()) == 4, "what there is, for who has to look into it"
    assert isinstance(outcome.exception, FellesdriftError)
    assert outcome.exception.code == "FD604"


def test_an_old_one(estate: Any) -> None:
    with closing(sqlite3.connect(estate.journal)) as connection:
        connection.executescript(SCHEMA1.read_text(encoding="utf-8"))
    assert refused("show").code == "FD608"
    assert run("upgrade").startswith(f"done; the journal as it was: {estate.journal}.schema1-")
    assert run("upgrade") == "nothing to do\n"
    assert run("verify").startswith("8 records")


def test_a_production_journal_is_not_restored_into_memory(filled: Any, tmp_path: Path) -> None:
    run("backup", tmp_path / "copy")
    filled.production, filled.journal = True, Path("/dev/shm/never-made.sqlite")
    assert refused("restore", tmp_path / "copy").code == "FD606"
