"""Whatever happens to the file or the disk: an error before anything is done, and nothing lost that was confirmed."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal, Record, lease
from fellesdrift.journal.lease import Holder

ESTATE = "Drammensregionen"
ME = Holder.of_process(os.getpid())
PAGE = 4096


def filled(path: Path) -> list[Record]:
    with Journal.create(path, ESTATE) as journal:
        with journal.transaction() as connection:
            lease.acquire(connection, ["sande"], ME)
            for number in range(30):
                about = {"name": f"rolle {number}"} if number % 3 == 0 else None
                payload = {"number": number, "text": "y" * 200}
                journal.append("sande", "wan_link", "a1", f"h{number % 4}", "step_intended", payload, about)
        return journal.records()


def look(path: Path) -> list[Record] | str:
    """What a run sees that opens a stage: the records, or the code of the error that it ends with."""
    try:
        with Journal.open(path, ESTATE) as journal:
            with journal.transaction() as connection:
                lease.acquire(connection, ["sande"], ME)
            return journal.records()
    except FellesdriftError as error:
        return error.code


def _damaged(path: Path, whole: bytes, change: Callable[[bytearray], None], expected: list[Record]) -> str:
    data = bytearray(whole)
    change(data)
    path.write_bytes(data)
    path.with_name(path.name + "-journal").unlink(missing_ok=True)
    seen = look(path)
    if isinstance(seen, list):
        assert seen == expected, "damage that nobody was told of"
        return "harmless"
    # FD610: a lease of which nobody can say any more that its holder is gone is waited for
    assert seen in ("FD602", "FD603", "FD604", "FD605", "FD610"), seen
    return seen


def _any_bit(tmp_path: Path, offsets: Callable[[int], list[int]]) -> dict[str, int]:
    path = tmp_path / "journal.sqlite"
    expected = filled(path)
    whole = path.read_bytes()
    counts: dict[str, int] = {}
    for offset in offsets(len(whole)):
        bit = 1 << random.Random(offset).randrange(8)

        def flip(data: bytearray, offset: int = offset, bit: int = bit) -> None:
            data[offset] ^= bit

        code = _damaged(path, whole, flip, expected)
        counts[code] = counts.get(code, 0) + 1
    return counts


def test_a_flipped_bit_is_seen_or_does_no_harm(tmp_path: Path) -> None:
    draw = random.Random(5)
    counts = _any_bit(tmp_path, lambda size: [*range(0, 100, 20), *draw.sample(range(size), 60)])
    assert counts["FD604"] > 5


@pytest.mark.long
def test_any_flipped_byte_is_seen_or_does_no_harm(tmp_path: Path) -> None:
    _any_bit(tmp_path, lambda size: list(range(0, size, 3)))


def test_a_file_that_was_cut_off_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    expected = filled(path)
    whole = path.read_bytes()
    for size in [*range(0, len(whole), PAGE + 100), len(whole) - 1]:
        code = _damaged(path, whole, lambda data, size=size: data.__delitem__(slice(size, None)), expected)
        assert code in ("FD604", "harmless"), size
        # the last page may be cut in what is unused of it; nothing else
        assert code != "harmless" or size > len(whole) - PAGE


_CUT_OFF = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size=2")  # the pages go to the file before the end of the transaction
connection.execute("PRAGMA journal_mode=TRUNCATE")
connection.execute("BEGIN IMMEDIATE")
for trigger in ("records_never_change_update", "records_never_change_delete"):
    connection.execute(f"DROP TRIGGER {trigger}")
connection.execute("UPDATE records SET payload = payload || payload, host = 'half'")
os._exit(9)
"""


def half_written(path: Path) -> Path:
    """A transaction that was killed while its pages were on their way to the file; gives the rollback journal."""
    assert subprocess.run([sys.executable, "-c", _CUT_OFF, str(path)], check=False).returncode == 9
    side = path.with_name(path.name + "-journal")
    assert side.stat().st_size > PAGE
    return side


def test_a_transaction_that_was_cut_off_is_undone_by_whoever_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    expected = filled(path)
    half_written(path)
    with Journal.reading(path, ESTATE) as reader:  # status, in the middle of the night
        assert reader is not None
        assert reader.records() == expected
    assert look(path) == expected


def test_a_torn_side_file_loses_nothing_unseen(tmp_path: Path) -> None:
    """A kill and a damaged side file at once: at any offset it is put right, or said."""
    path = tmp_path / "journal.sqlite"
    expected = filled(path)
    side = half_written(path)
    half, torn = path.read_bytes(), side.read_bytes()
    seen: set[str] = set()
    for size in range(0, len(torn), len(torn) // 12):
        path.write_bytes(half)
        side.write_bytes(torn[:size])
        found = look(path)
        assert found in (expected, "FD604"), size
        seen.add(found if isinstance(found, str) else "whole")
    assert "FD604" in seen


def _child(code: str, path: Path, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    def prepare() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    program = (
        "import sys; from pathlib import Path; from fellesdrift.journal import Journal;"
        f"from fellesdrift.errors import FellesdriftError; path, estate = Path(sys.argv[1]), {ESTATE!r}\n{code}"
    )
    command = [sys.executable, "-c", program, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=prepare)


_APPEND_UNTIL_FULL = """
with Journal.open(path, estate) as journal:
    for number in range(1000):
        try:
            seq = journal.append("sande", "s", "a", "h", "e", {"text": "x" * 3000})
        except FellesdriftError as error:
            print(error.code)
            break
        print(seq)
    print(len(journal.records()), journal.verify())
"""


def test_a_full_disk_is_an_error_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    before = len(filled(path))
    done = _child(_APPEND_UNTIL_FULL, path, limit=path.stat().st_size + 10 * PAGE)
    *confirmed, code, counts = done.stdout.split("\n")[:-1]
    assert code == "FD605", done.stderr
    assert len(confirmed) > 2
    last = int(confirmed[-1])
    assert last == before + len(confirmed)
    assert counts == f"{last} {last}"
    with Journal.open(path, ESTATE) as journal:  # there is room again
        assert journal.append("sande", "s", "a", "h", "e", {}) == last + 1
        assert journal.verify() == last + 1


def test_no_room_for_a_journal_leaves_none(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    code = "try:\n    Journal.create(path, estate)\nexcept FellesdriftError as error:\n    print(error.code)"
    assert _child(code, path, limit=2 * PAGE).stdout == "FD605\n"
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_may_not_grow_is_full(tmp_path: Path) -> None:
    """SQLITE_FULL, as a disk without room gives it."""
    path = tmp_path / "journal.sqlite"
    expected = filled(path)
    with Journal.open(path, ESTATE) as journal:
        with journal.view() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
        with pytest.raises(FellesdriftError) as caught:
            for _ in range(20):
                journal.append("sande", "s", "a", "h", "e", {"text": "x" * 3000})
        assert (caught.value.code, caught.value.found) == ("FD605", "database or disk is full")
        assert journal.records()[: len(expected)] == expected
        journal.verify()


_READ_AS_NOBODY = """
import os
os.setgid(65534); os.setuid(65534)
with Journal.reading(path, estate) as journal:
    print(len(journal.records()))
try:
    with Journal.open(path, estate) as journal:
        journal.append("sande", "s", "a", "h", "e", {})
except FellesdriftError as error:
    print(error.code)
"""


def test_what_may_only_be_read_is_read_and_not_written(tmp_path: Path) -> None:
    """A medium or a folder that nobody may write to: status works, a stage is refused."""
    folder = tmp_path / "readable"
    folder.mkdir()
    path = folder / "journal.sqlite"
    expected = filled(path)
    path.chmod(0o444)
    folder.chmod(0o555)
    if os.geteuid() != 0:
        with pytest.raises(FellesdriftError) as caught, Journal.open(path, ESTATE) as journal:
            journal.append("sande", "s", "a", "h", "e", {})
        assert caught.value.code == "FD605"
        return
    done = _as_nobody(tmp_path, path)
    assert done.stdout == f"{len(expected)}\nFD605\n", done.stderr


def test_a_transaction_that_was_cut_off_is_read_where_it_can_be_undone(tmp_path: Path) -> None:
    """A medium that nobody may write to, taken from a controller that was killed: a copy of both files is read."""
    folder, copy = tmp_path / "readable", tmp_path / "copy"
    folder.mkdir()
    path = folder / "journal.sqlite"
    expected = filled(path)
    half_written(path)
    shutil.copytree(folder, copy)
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    if os.geteuid() == 0:
        done = _as_nobody(tmp_path, path)
        assert "attempt to write a readonly database" in done.stderr
    else:
        with pytest.raises(FellesdriftError) as caught, Journal.reading(path, ESTATE):
            pass
        assert caught.value.code == "FD605"
    with Journal.reading(copy / path.name, ESTATE) as reader:
        assert reader is not None
        assert reader.records() == expected


def _as_nobody(tmp_path: Path, path: Path) -> subprocess.CompletedProcess[str]:
    """Root may write anywhere: somebody else has to try, who may come through to the file."""
    for parent in (tmp_path, *tmp_path.parents):
        if parent == Path(tempfile.gettempdir()):
            break
        parent.chmod(parent.stat().st_mode | 0o011)
    return _child(_READ_AS_NOBODY, path)


def test_a_folder_that_may_not_be_looked_into_is_an_error_and_not_no_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", refused)
    with pytest.raises(FellesdriftError) as caught, Journal.reading(tmp_path / "journal.sqlite", ESTATE):
        pass
    assert caught.value.code == "FD605"


def test_garbage_that_looks_like_a_database_is_no_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE something (x)")
    assert (look(path), _found(path)) == ("FD604", "no such table: meta")
    path.write_bytes(b"")
    assert (look(path), _found(path)) == ("FD604", "an empty file")
    path.write_bytes(b"not a database, but longer than the first bytes of one" * PAGE)
    assert (look(path), _found(path)) == ("FD604", "file is not a database")


def _found(path: Path) -> str | None:
    with pytest.raises(FellesdriftError) as caught, Journal.reading(path, ESTATE):
        pass
    return caught.value.found


def test_a_damaged_file_is_not_blamed_on_the_disk(tmp_path: Path, golden: Callable[[str, object], None]) -> None:
    path = tmp_path / "journal.sqlite"
    filled(path)
    path.write_bytes(path.read_bytes()[: 3 * PAGE])
    with pytest.raises(FellesdriftError) as caught, Journal.reading(path, ESTATE) as journal:
        assert journal is not None
        journal.records()
    golden("cutover/FD604_file", str(caught.value).replace(str(tmp_path), "FOLDER"))


def test_text_that_is_none_is_damage_and_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    filled(path)
    path.write_bytes(path.read_bytes().replace(b'"rolle ', b'"roll\xff '))
    with pytest.raises(FellesdriftError) as caught, Journal.reading(path, ESTATE) as journal:
        assert journal is not None
        journal.records()
    assert (caught.value.code, caught.value.found) == ("FD604", "text in it that is none")
