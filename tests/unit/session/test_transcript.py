"""Transcripts as files: closed to others, bounded, with times, and never in the way."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from fellesdrift.session.transcript import TranscriptFile

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [<>!] ")


@pytest.fixture
def complaints() -> list[str]:
    return []


def test_what_is_sent_and_received_is_kept_with_its_time(tmp_path: Path, complaints: list[str]) -> None:
    path = tmp_path / "transcripts" / "sande-wan_link-1" / "san-rtr1.log"
    write = TranscriptFile(path, complaints.append)
    write("sent", "show clock")
    write("received", "show clock\n21:04:05 CET Sentrum æøå\nsan-rtr1#")
    TranscriptFile(path, complaints.append)("sent", "end")  # another session, perhaps of another process
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line[25:] for line in lines] == [
        "> show clock", "< show clock", "  21:04:05 CET Sentrum æøå", "  san-rtr1#", "> end",
    ]  # fmt: skip
    assert all(LINE.match(lines[number]) for number in (0, 1, 4))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(stat.S_IMODE(folder.stat().st_mode) == 0o700 for folder in path.parents[:2])
    assert complaints == []


def test_it_ends_at_its_bound_and_says_so_once(tmp_path: Path, complaints: list[str]) -> None:
    path = tmp_path / "h.log"
    for _ in range(3):
        write = TranscriptFile(path, complaints.append, limit=300)
        for number in range(10):
            write("received", f"{number} " + "x" * 100)
    text = path.read_text(encoding="utf-8")
    assert len(text) < 450
    assert text.count("has reached its bound") == 1
    assert complaints == []


def test_a_place_that_cannot_be_written_to_is_one_complaint(tmp_path: Path, complaints: list[str]) -> None:
    (tmp_path / "folder").write_text("a file", encoding="utf-8")
    write = TranscriptFile(tmp_path / "folder" / "h.log", complaints.append)
    write("sent", "show clock")
    write("sent", "show clock")
    assert len(complaints) == 1
    assert complaints[0].startswith("the transcript h.log ends here: ")


def test_a_link_is_not_followed(tmp_path: Path, complaints: list[str]) -> None:
    other = tmp_path / "other"
    other.write_text("", encoding="utf-8")
    (tmp_path / "h.log").symlink_to(other)
    TranscriptFile(tmp_path / "h.log", complaints.append)("sent", "show clock")
    assert other.read_text(encoding="utf-8") == ""
    assert len(complaints) == 1


def test_control_characters_do_not_act_on_who_reads(tmp_path: Path, complaints: list[str]) -> None:
    path = tmp_path / "h.log"
    TranscriptFile(path, complaints.append)("received", "a\x1b[2Jb\tc\rd")
    assert path.read_text(encoding="utf-8")[25:] == "< a\\x1b[2Jb\tc\\x0dd\n"
