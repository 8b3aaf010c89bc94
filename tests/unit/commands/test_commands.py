"""The command line: what a script can rely on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fellesdrift import __version__, cli
from fellesdrift.cli import app
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import load_estate
from fellesdrift.journal import Journal

PROJECT = Path(__file__).parents[3]
PRODUCTION = PROJECT / "inventories" / "production"


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """A copy of the production estate, no longer production, whose journal lies in the test's own folder."""
    copy = tmp_path / "inventories" / "production"
    shutil.copytree(PRODUCTION, copy)
    estate = copy / "group_vars" / "all" / "estate.yml"
    text = estate.read_text(encoding="utf-8")
    estate.write_text(text.replace("production: true", "production: false"), encoding="utf-8")
    return copy


def test_a_production_journal_must_outlive_a_restart(inventory: Path, tmp_path: Path) -> None:
    text = (PRODUCTION / "group_vars" / "all" / "estate.yml").read_text(encoding="utf-8")
    (inventory / "group_vars" / "all" / "estate.yml").write_text(
        text.replace("journal/production.sqlite", "/tmp/journal.sqlite"), encoding="utf-8"
    )
    with pytest.raises(FellesdriftError) as caught:
        run("journal", "init", "-i", inventory)
    assert caught.value.code == "FD606"
    assert not Path("/tmp/journal.sqlite").exists()


def run(*arguments: object) -> tuple[int, str]:
    """Exit code and output of a command that raises nothing."""
    outcome = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    return outcome.exit_code, outcome.output


def test_version() -> None:
    assert run("version") == (0, f"{__version__}\n")


def test_status_without_a_journal_writes_nothing(inventory: Path) -> None:
    code, output = run("status", "-i", inventory)
    assert code == 3
    assert output.startswith(f"NO JOURNAL: there is none at {inventory.parents[1]}/journal/production.sqlite\n")
    assert f"  the first time only: fellesdrift journal init -i {inventory}\n" in output
    assert "pending" not in output
    assert not (inventory.parents[1] / "journal").exists()
    code, output = run("status", "-i", inventory, "--json")
    told = json.loads(output)
    assert (code, told["schema"], told["journal_found"], told["unfinished"]) == (3, "fellesdrift.status/1", False, True)
    assert {(row["state"], row["next"], row["unfinished"]) for row in told["rows"]} == {("unknown", "-", True)}


def test_status_of_an_empty_journal_is_known(inventory: Path) -> None:
    run("journal", "init", "-i", inventory)
    code, output = run("status", "-i", inventory)
    assert code == 0
    assert "ansible-playbook playbooks/plan.yml -i inventories/production -e municipality=sande" in output
    assert json.loads(run("status", "-i", inventory, "--json")[1])["rows"][0]["state"] == "pending"


def test_status_of_an_unfinished_stage_ends_with_1(inventory: Path) -> None:
    estate = load_estate([inventory])
    with Journal.create(estate.journal, estate.name) as journal:
        journal.append("sande", "wan_link", "a", "", "opened", {})
        journal.append("sande", "wan_link", "a", "", "held", {"hosts": ["san-rtr1"], "reason": "død"})
    code, output = run("status", "-i", inventory)
    assert code == 1
    assert "held" in output
    assert "mend san-rtr1" in output


def test_the_journal_is_made_once_shown_and_verified(inventory: Path) -> None:
    code, output = run("journal", "init", "-i", inventory)
    assert (code, "Drammensregionen" in output) == (0, True)
    with pytest.raises(FellesdriftError) as caught:
        run("journal", "init", "-i", inventory)
    assert caught.value.code == "FD601"
    estate = load_estate([inventory])
    with Journal.open(estate.journal, estate.name) as journal:
        journal.append("sande", "wan_link", "a", "san-rtr1", "step_intended", {"title": "vei til Røyken"})
    assert "vei til Røyken" in run("journal", "show", "-i", inventory)[1]
    assert json.loads(run("journal", "show", "-i", inventory, "--json")[1])["host"] == "san-rtr1"
    assert run("journal", "show", "-i", inventory, "--municipality", "svelvik")[1] == ""
    code, output = run("journal", "verify", "-i", inventory)
    assert (code, output.startswith("1 records, the chain is whole; its head is ")) == (0, True)


@pytest.mark.parametrize(
    "command",
    [
        ("journal", "show"),
        ("journal", "upgrade"),
        ("journal", "erase"),
        ("journal", "erase", "--check"),
        ("stage", "open"),
        ("evidence", "sande", "wan_link"),
    ],
    ids=" ".join,
)
def test_a_journal_that_is_not_there(inventory: Path, command: tuple[str, ...]) -> None:
    """The command that makes it names this inventory: without one, it would make production's."""
    with pytest.raises(FellesdriftError) as caught:
        run(*command, "-i", inventory)
    assert caught.value.code == "FD602"
    assert caught.value.next_step == "the first time only: fellesdrift journal init -i inventories/production"


def test_compose_prints_what_a_host_should_be() -> None:
    assert "resources: {}" in run("compose", "san-rtr1", "-i", PRODUCTION)[1]
    code, output = run("compose", "san-rtr1", "-i", PRODUCTION, "--with", "sande:wan_link")
    assert code == 0
    assert "10.250.61.2/30" in output
    assert "# claimed by: wan_link" in output
    with pytest.raises(FellesdriftError) as caught:
        run("compose", "san-rtr9", "-i", PRODUCTION)
    assert caught.value.code == "FD205"
    with pytest.raises(FellesdriftError):
        run("compose", "san-rtr1", "-i", PRODUCTION, "--with", "sande:wan_lnk")


def test_rehearse_outside_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FellesdriftError) as caught:
        run("rehearse", "-i", PRODUCTION)
    assert caught.value.code == "FD663"


def test_a_rehearsal_that_cannot_begin_is_a_failure(tmp_path: Path) -> None:
    """The twin's folder holds something else: nothing is run, and the table says so."""
    (tmp_path / "twin").mkdir()
    (tmp_path / "twin" / "mine").write_text("keep", encoding="utf-8")
    code, output = run("rehearse", "-i", PRODUCTION, "--out", tmp_path / "twin")
    assert code == 2
    assert "FD505" in output
    assert (tmp_path / "twin" / "mine").exists()


def test_an_error_is_text_on_stderr_and_exit_code_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fellesdrift", "status", "-i", str(tmp_path / "nowhere")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("FD101: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["status"], ["status", "--json"], ["estate", "check"], ["version"]])
def test_a_reader_that_goes_away_ends_it_quietly(words: list[str], inventory: Path) -> None:
    """`| head`: by then the reader is gone, whether that is seen when a line is written or only at the end."""
    where = [] if words == ["version"] else ["-i", str(inventory)]
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "fellesdrift", *words, *where], stdout=writer, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("kind", [BrokenPipeError, OSError, ZeroDivisionError])
def test_what_nobody_thought_of_is_an_error_and_no_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: type[Exception]
) -> None:
    def broken() -> None:
        raise kind

    monkeypatch.setattr(cli, "_run", broken)
    monkeypatch.setattr(cli, "_nobody_reads", lambda: False)
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith(f"{kind.__name__}\n")


@pytest.mark.parametrize("words", [["status"], ["status", "--json"], ["estate", "check"], ["version"], ["--help"]])
@pytest.mark.parametrize("buffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_output_that_cannot_be_written_is_an_error_and_no_answer(
    words: list[str], buffered: str, inventory: Path
) -> None:
    where = [] if words[0] in ("version", "--help") else ["-i", str(inventory)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "fellesdrift", *words, *where],
            stdout=full,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONUNBUFFERED": buffered},
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.decode().startswith("FD001: the output cannot be written\n")
    assert b"Traceback" not in done.stderr
