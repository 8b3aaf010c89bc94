"""The search finds what is planted where it looks: without this, finding nothing would mean nothing."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from .needles import Needles, files_below, forms
from .watch import ProcessList

SECRET = "Plantet-æ/9$x_Qw"
NEEDLES = Needles({"planted": SECRET})
# what every page about type 7 shows for the password "cisco"; the first two digits are the seed
TYPE7_OF_CISCO = ("0822455D0A16", "070C285F4D06")


@pytest.mark.parametrize(
    "leak",
    [
        SECRET.encode(),
        SECRET[::-1].encode() if SECRET.isascii() else SECRET.encode()[::-1],
        base64.b64encode(SECRET.encode()),
        base64.b64encode(b"user:" + SECRET.encode()),
        base64.b64encode(b"Basic " + SECRET.encode() + b"\n"),
        base64.urlsafe_b64encode(b"??" + SECRET.encode()),
        SECRET.encode().hex().encode(),
        SECRET.encode().hex().upper().encode(),
        quote(SECRET, safe="").encode(),
    ],
)
def test_every_form_is_found(leak: bytes) -> None:
    assert NEEDLES.names_in(b"\0before " + leak + b"\xff after") == {"planted"}


def test_type_7_is_found_whatever_its_seed() -> None:
    assert {shown[2:].encode() for shown in TYPE7_OF_CISCO} <= forms("cisco")


def test_what_is_like_it_is_not_taken_for_it() -> None:
    assert NEEDLES.names_in(b"Plantet- <secret> Plantet-other") == set()


def test_hidden_and_binary_files_are_searched_and_those_left_out_are_not(tmp_path: Path) -> None:
    (tmp_path / ".ansible" / "tmp").mkdir(parents=True)
    (tmp_path / ".ansible" / "tmp" / "x").write_bytes(b"\0\1" + SECRET.encode() + b"\2")
    (tmp_path / "passwords").mkdir()
    (tmp_path / "passwords" / "sande").write_text(SECRET, encoding="utf-8")
    assert NEEDLES.found(files_below(tmp_path, without=[tmp_path / "passwords"])) == [".ansible/tmp/x: planted"]


def test_a_secret_on_a_command_line_is_seen() -> None:
    with ProcessList() as processes:
        for _ in range(3):
            subprocess.run([sys.executable, "-c", "import time; time.sleep(0.1)", SECRET], check=True)
    assert NEEDLES.names_in(b"\n".join(processes.seen)) == {"planted"}


def test_a_secret_that_is_too_short_is_refused() -> None:
    with pytest.raises(AssertionError, match="too short"):
        Needles({"planted": "kort"})
