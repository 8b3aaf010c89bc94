"""Exports, backups and what comes back from them; and what is erased of people. On both stores."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from support.journal import forge

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal, backup, chain, export_check, exporting, personal
from fellesdrift.journal.place import Place
from fellesdrift.journal.tables import drift_runs

ESTATE = "Drammensregionen"
NAME = "Kari Nordmann-prøve"


def code_of(work: Callable[[], object]) -> FellesdriftError:
    with pytest.raises(FellesdriftError) as caught:
        work()
    return caught.value


@pytest.fixture
def journal(journal: Journal) -> Journal:
    for number in range(1, 6):
        about = {"name": NAME} if number in (2, 4) else None
        journal.append("sande", "wan_link", "a1", "", "manual_answered", {"step": f"prøve {number}"}, about)
    with journal.transaction() as connection:
        run = dict.fromkeys(drift_runs.c.keys(), "x") | dict.fromkeys(("complete", "planned", "asked", "findings"), 1)
        connection.execute(drift_runs.insert(), run)
    return journal


def test_what_is_erased_is_gone_and_the_chain_still_verifies(journal: Journal, place: Place, tmp_path: Path) -> None:
    assert personal.due(journal, 0) == [2, 4]
    assert personal.due(journal, 1) == []
    assert personal.held_by(journal, 4) == [4]
    personal.erase(journal, [2], "asked for")

    assert journal.verify() == 6
    two, four, last = (journal.records()[index] for index in (1, 3, 5))
    assert (two.personal, two.erased, two.payload) == (None, True, {"step": "prøve 2"})
    assert (four.personal, four.erased) == ({"name": NAME}, False)
    assert (last.event, last.payload) == ("personal_erased", {"records": [2], "reason": "asked for"})
    for number, found in ((2, "erased already"), (1, "never any"), (99, "no such record")):
        error = code_of(lambda number=number: personal.held_by(journal, number))
        assert (error.code, error.found) == ("FD615", found)

    personal.erase(journal, [4], "older than 0 days")
    assert NAME not in "".join(exporting.lines(journal, personal=True, history=True))
    if isinstance(place, Path):
        journal.close()
        left = [file for file in place.parent.iterdir() if NAME.encode() in file.read_bytes()]
        assert left == []


def test_its_age_counts(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(UTC) + timedelta(days=366)

    monkeypatch.setattr(personal, "datetime", Later)
    assert personal.due(journal, 365) == [2, 4]
    assert personal.due(journal, 400) == []


def test_an_export_can_be_checked_without_the_journal(journal: Journal, tmp_path: Path) -> None:
    out = tmp_path / "export.jsonl"
    told = exporting.write(journal, out, personal=False)
    assert told == export_check.Told(ESTATE, 2, 5, journal.head()[1], personal=False)
    assert out.stat().st_mode & 0o077 == 0
    assert NAME not in out.read_text(encoding="utf-8")
    assert export_check.check(out) == told
    assert code_of(lambda: exporting.write(journal, out, personal=False)).code == "FD618"
    assert code_of(lambda: exporting.write(journal, tmp_path / "no" / "x", personal=False)).code == "FD618"


def test_whatever_is_changed_in_an_export_is_found(journal: Journal, tmp_path: Path) -> None:
    """Each line taken away, doubled, or changed in each of its values."""
    lines = list(exporting.lines(journal, personal=True))
    copy = tmp_path / "copy.jsonl"

    def codes(changed: list[str]) -> str:
        copy.write_text("".join(changed), encoding="utf-8")
        return code_of(lambda: export_check.check(copy)).code

    for index in range(len(lines)):
        assert codes(lines[:index] + lines[index + 1 :]) in ("FD604", "FD616")
        assert codes(lines[:index]) == "FD616"
        if index:
            assert codes(lines[: index + 1] + lines[index:]) == "FD604"
            told = json.loads(lines[index])["record"]
            for name, value in told.items():
                other = {"salt": "0", "body": "{}"} if name == "personal" else (value + 1 if name == "seq" else "other")
                if name == "personal" and value is None:
                    continue
                changed = json.dumps({"record": told | {name: other}}) + "\n"
                assert codes([*lines[:index], changed, *lines[index + 1 :]]) == "FD604", name
    assert codes(["not json\n"]) == "FD616"
    assert codes(["[]\n"]) == "FD616"
    assert codes([lines[0].replace('"version": 1', '"version": 9'), *lines[1:]]) == "FD616"


def _bytes(change: Callable[[bytes], bytes]) -> Callable[[list[bytes]], bytes]:
    return lambda lines: change(b"".join(lines))


@pytest.mark.parametrize(
    ("change", "line", "found"),
    [
        (_bytes(lambda whole: whole[:-40]), 6, "the line ends in its middle: the file was cut off"),
        (_bytes(lambda whole: whole[: whole.rindex("ø".encode()) + 1]), 6, "the line ends in its middle"),
        (lambda lines: b"".join([*lines[:2], b"{]\n", *lines[3:]]), 3, "the line is no JSON"),
        (lambda lines: b"".join([*lines[:2], b"\xff\n", *lines[3:]]), 3, "the line is no JSON"),
        (lambda lines: b"".join([*lines[:2], b"[]\n", *lines[3:]]), 3, "the line is JSON, but no object"),
        (lambda lines: lines[0].replace(b'"records": 5', b'"records": "five"'), 1, "schema or records is no number"),
        (lambda lines: lines[0].replace(b'"head"', b'"tail"'), 1, "a first line without head"),
        (lambda lines: lines[0].replace(b'"version": 1', b'"version": 9'), 1, "version 9"),
        (_bytes(lambda _: b""), None, "an empty file"),
        (lambda lines: b"".join(lines[:-1]), None, "4 records of 5, which end in"),
    ],
)
def test_what_is_wrong_with_a_copy_is_said_in_plain_words(
    journal: Journal, tmp_path: Path, change: Callable[[list[bytes]], bytes], line: int | None, found: str
) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(change([line.encode() for line in exporting.lines(journal, personal=True)]))
    error = code_of(lambda: export_check.check(copy))
    assert (error.code, error.file) == ("FD616", str(copy) if line is None else f"{copy}:{line}")
    assert found in (error.found or "")


def test_a_record_that_is_none_is_a_broken_chain(journal: Journal, tmp_path: Path) -> None:
    first, *_ = exporting.lines(journal, personal=True)
    (tmp_path / "copy").write_text(f'{first}{{"record": []}}\n', encoding="utf-8")
    error = code_of(lambda: export_check.check(tmp_path / "copy"))
    assert (error.code, error.key, error.found) == ("FD604", "record 1", "its shape does not match its digest")


def test_a_file_that_is_not_there_is_said_to_be_none(journal: Journal, tmp_path: Path) -> None:
    missing, place = tmp_path / "missing.jsonl", tmp_path / "other.sqlite"
    for code, work in (
        ("FD616", lambda: export_check.check(missing)),
        ("FD617", lambda: backup.restore(missing, place, ESTATE)),
    ):
        error = code_of(work)
        assert (error.code, error.file, error.found) == (code, str(missing), "there is no such file")
    error = code_of(lambda: exporting.write(journal, tmp_path / "no" / "copy", personal=False))
    assert (error.code, error.found) == ("FD618", "there is no such folder")
    assert code_of(lambda: export_check.check(tmp_path)).found == "Is a directory"

    backup.backup(journal, missing)
    backup.digest_beside(missing).write_text("", encoding="ascii")
    error = code_of(lambda: backup.restore(missing, place, ESTATE))
    assert (error.code, error.found) == ("FD617", "missing.jsonl.sha256 beside it holds no digest")
    backup.digest_beside(missing).unlink()
    error = code_of(lambda: backup.restore(missing, place, ESTATE))
    assert (error.code, error.found) == ("FD617", "missing.jsonl.sha256 beside it: there is no such file")


def test_it_comes_back_from_its_backup(journal: Journal, new_place: Callable[[], Place], tmp_path: Path) -> None:
    file, other = tmp_path / "backup.jsonl", new_place()
    before, head = journal.records(), journal.head()[1]
    told = backup.backup(journal, file)
    assert told.personal
    if program := shutil.which("sha256sum"):
        subprocess.run([program, "--check", "--quiet", f"{file.name}.sha256"], cwd=tmp_path, check=True)
    assert backup.restore(file, other, ESTATE) == told
    with Journal.open(other, ESTATE) as again:
        assert again.records()[:5] == before
        assert again.records()[5].payload == {"from": file.name, "records": 5, "head": head}
        assert again.verify() == 6
        assert [row.outcome for row in again_runs(again)] == ["x"]
    error = code_of(lambda: backup.restore(file, other, ESTATE))
    assert error.code == "FD601"
    assert code_of(lambda: backup.backup(journal, file)).code == "FD618"


def again_runs(journal: Journal) -> list[object]:
    with journal.view() as connection:
        return list(connection.execute(drift_runs.select()))


def test_from_a_file_to_a_server_and_back(journal: Journal, server: object, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.jsonl" for name in ("one", "two")]
    backup.backup(journal, files[0])
    on_server: Place = server.database()
    backup.restore(files[0], on_server, ESTATE)
    with Journal.open(on_server, ESTATE) as other:
        backup.backup(other, files[1])
    backup.restore(files[1], tmp_path / "back.sqlite", ESTATE)
    with Journal.open(tmp_path / "back.sqlite", ESTATE) as last:
        assert last.records()[:5] == journal.records()
        assert [record.event for record in last.records()[5:]] == ["restored", "restored"]
        assert last.verify() == 7


def test_what_is_no_whole_backup_of_this_estate_is_refused(
    journal: Journal, new_place: Callable[[], Place], tmp_path: Path
) -> None:
    file, other = tmp_path / "backup.jsonl", new_place()
    backup.backup(journal, file)
    whole = file.read_text(encoding="utf-8")

    def refused(estate: str = ESTATE) -> str:
        return code_of(lambda: backup.restore(file, other, estate)).code

    assert refused("Et annet sted") == "FD617"
    file.write_text(whole.replace("prøve 3", "prøve 4"), encoding="utf-8")
    assert refused() == "FD617"  # its digest
    digest = chain.digest(file.read_text(encoding="utf-8"))
    backup.digest_beside(file).write_text(f"{digest}  {file.name}\n", encoding="ascii")
    assert refused() == "FD604"  # whoever changes the digest too meets the chain
    backup.digest_beside(file).unlink()
    assert refused() == "FD617"
    export = tmp_path / "export.jsonl"
    exporting.write(journal, export, personal=False)
    backup.digest_beside(export).write_text(f"{chain.digest(export.read_text(encoding='utf-8'))}  x\n")
    assert code_of(lambda: backup.restore(export, other, ESTATE)).code == "FD617"
    assert Journal.read_only(other, ESTATE) is None


def test_a_backup_is_one_state_while_somebody_writes(journal: Journal, place: Place, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with Journal.open(place, ESTATE) as mine:
            while not stop.is_set():
                mine.append("sande", "wan_link", "a1", "h", "e", {"text": "x" * 500})

    thread = threading.Thread(target=write)
    thread.start()
    try:
        copies = [tmp_path / f"copy{number}" for number in range(3)]
        counts = [backup.backup(journal, copy).records for copy in copies]
    finally:
        stop.set()
        thread.join()
    assert counts == sorted(counts)
    for copy, count in zip(copies, counts, strict=True):
        assert export_check.check(copy).records == count
    assert journal.verify() >= counts[-1]


def test_a_backup_of_a_broken_journal_is_none(
    journal: Journal, behind_its_back: Callable[[str], None], tmp_path: Path
) -> None:
    behind_its_back("UPDATE records SET payload = '{}' WHERE seq = 2")
    file = tmp_path / "backup.jsonl"
    for write in (backup.backup, partial(exporting.write, personal=False)):
        error = code_of(lambda write=write: write(journal, file))
        assert (error.code, error.file, error.key) == ("FD604", str(journal.place), "record 2")
        assert "bring back a copy of the journal" in (error.next_step or "")
        assert list(tmp_path.glob("*backup*")) == []


def test_a_copy_that_the_disk_does_not_keep_is_none(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal is whole, what is read back is not: the place is to blame."""
    monkeypatch.setattr(exporting, "lines", lambda *_, **__: ["{}"])
    file = tmp_path / "backup.jsonl"
    error = code_of(lambda: exporting.write(journal, file, personal=True))
    assert (error.code, error.file) == ("FD618", str(file))
    assert "not what was written" in (error.found or "")
    assert list(tmp_path.glob("*backup*")) == []


def test_an_erased_journal_comes_back_erased(journal: Journal, new_place: Callable[[], Place], tmp_path: Path) -> None:
    personal.erase(journal, [2], "asked for")
    backup.backup(journal, tmp_path / "b")
    other = new_place()
    backup.restore(tmp_path / "b", other, ESTATE)
    with Journal.open(other, ESTATE) as again:
        assert [record.erased for record in again.records()] == [False, True, False, False, False, False, False]
        assert again.verify() == 7


def test_forge_is_what_it_says(tmp_path: Path) -> None:
    """The tests above rest on it: without it the triggers would have stopped them."""
    with Journal.create(tmp_path / "j.sqlite", ESTATE) as made:
        made.append("sande", "s", "a", "h", "e", {})
        forge(tmp_path / "j.sqlite", "DELETE FROM records")
        assert made.records() == []
