"""The files of vault passwords: one a vault id, closed to others, never guessed at."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fellesdrift.errors import FellesdriftError
from fellesdrift.vault.client import main
from fellesdrift.vault.passwords import VARIABLE, identities, password

CLIENT = Path(__file__).parents[3] / "scripts" / "vault-password-client"


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    for name in ("sande", "drammen", "sande.old", ".hidden"):
        (folder / name).write_text(f"passord for {name}\n", encoding="utf-8")
        (folder / name).chmod(0o600)
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def test_a_password_is_the_line_of_its_file(keys: Path) -> None:
    assert password("sande") == "passord for sande"
    assert identities() == ["drammen", "sande"]


def _no_variable(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)


def _no_folder(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "nowhere/at/all")


def _open_folder(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.chmod(0o770)


def _open_file(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (keys / "sande").chmod(0o640)


def _empty(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (keys / "sande").write_text("\n", encoding="utf-8")


def _two_lines(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (keys / "sande").write_text("one\ntwo\n", encoding="utf-8")


def _missing(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (keys / "sande").unlink()


WAYS = {
    "no_variable": (_no_variable, "FD930"),
    "no_folder": (_no_folder, "FD930"),
    "missing": (_missing, "FD931"),
    "open_folder": (_open_folder, "FD932"),
    "open_file": (_open_file, "FD932"),
    "empty": (_empty, "FD933"),
    "two_lines": (_two_lines, "FD933"),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_wrong_is_said_and_no_password_is_shown(
    keys: Path, monkeypatch: pytest.MonkeyPatch, golden: Callable[[str, object], None], way: str
) -> None:
    spoil, code = WAYS[way]
    spoil(keys, monkeypatch)
    with pytest.raises(FellesdriftError) as caught:
        password("sande")
    assert caught.value.code == code
    text = str(caught.value).replace(str(keys), "KEYS")
    assert "passord for" not in text
    golden(f"secrets/{way}", text)


@pytest.mark.parametrize("name", ["../sande", "", ".hidden", "Sande", "sande.old"])
def test_no_other_file_is_read(keys: Path, name: str) -> None:
    with pytest.raises(FellesdriftError) as caught:
        password(name)
    assert caught.value.code == "FD931"


def test_the_client_speaks_ansibles_protocol(keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--vault-id", "sande"]) == 0
    assert capsys.readouterr().out == "passord for sande\n"
    assert main(["--vault-id", "lier"]) == 2
    assert capsys.readouterr().out == ""
    (keys / "sande").chmod(0o644)
    assert main(["--vault-id", "sande"]) == 1
    assert main(["--identities", "--program", "x-client"]) == 0
    assert capsys.readouterr().out == "drammen@x-client,sande@x-client\n"


def test_the_script_is_a_client(keys: Path) -> None:
    done = subprocess.run([CLIENT, "--vault-id", "drammen"], check=True, capture_output=True, text=True)
    assert done.stdout == "passord for drammen\n"
    done = subprocess.run([CLIENT, "--identities"], check=True, capture_output=True, text=True)
    assert done.stdout == f"drammen@{CLIENT},sande@{CLIENT}\n"
