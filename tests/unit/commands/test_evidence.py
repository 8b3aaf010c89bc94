"""`fellesdrift evidence`: what a script is told, by its exit code and on stderr."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support.recorded import recorded

from fellesdrift import cli
from fellesdrift.commands import evidence as command
from fellesdrift.estate import load_estate

PRODUCTION = Path(__file__).parents[3] / "inventories" / "production"

type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A night is recorded, the journal changed behind its back, the evidence asked for: exit code, stdout, stderr."""
    estate, path = load_estate([PRODUCTION]), tmp_path / "journal.sqlite"
    monkeypatch.setattr(command, "load", lambda _: estate.model_copy(update={"journal": path}))

    def made(night: str, *arguments: object, behind_its_back: str = "") -> tuple[int, str, str]:
        with recorded(tmp_path, estate.name, night):
            pass
        with closing(sqlite3.connect(path)) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(behind_its_back)
            connection.commit()
        monkeypatch.setattr("sys.argv", ["fellesdrift", "evidence", "sande", "wan_link", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return (int(ended.value.code or 0), *capsys.readouterr())

    return made


@pytest.mark.parametrize(("night", "code"), [("done", 0), ("held", 1)])
def test_the_exit_code_says_whether_it_has_ended(run: Run, tmp_path: Path, night: str, code: int) -> None:
    page = tmp_path / "page.html"
    assert run(night, "--html", page) == (code, f"wrote {page}\n", "")


@pytest.mark.parametrize("night", ["done", "held"])
def test_a_broken_chain_is_an_error_and_the_files_are_written(run: Run, tmp_path: Path, night: str) -> None:
    page, data = tmp_path / "page.html", tmp_path / "data.json"
    broken = "UPDATE records SET host = 'drm-core2' WHERE seq = 9"
    code, out, err = run(night, "--html", page, "--json", data, behind_its_back=broken)
    assert (code, out) == (2, f"wrote {page}\nwrote {data}\n")
    assert err.startswith("FD604: the journal's chain is broken\n")
    assert "key:      record 9\n" in err
    assert "chain is broken" in page.read_text(encoding="utf-8")
    assert "FD604" in data.read_text(encoding="utf-8")


def test_at_a_terminal_too(run: Run) -> None:
    code, out, err = run("done", behind_its_back="UPDATE records SET host = 'drm-core2' WHERE seq = 9")
    assert (code, out.splitlines()[0].split(":")[0], err.split(":")[0]) == (2, "Done", "FD604")


@pytest.mark.parametrize("payload", ["no JSON", "[]", "{}"])
def test_a_record_that_nobody_can_read_any_more_is_a_broken_chain(run: Run, payload: str) -> None:
    broken = f"UPDATE records SET payload = '{payload}' WHERE event = 'host_intended'"
    code, _, err = run("done", behind_its_back=broken)
    assert (code, err.split("\n")[0]) == (2, "FD604: the journal's chain is broken")
