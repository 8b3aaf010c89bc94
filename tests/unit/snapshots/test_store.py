"""Files are whole, entries of others stay, and an index that cannot be read is not replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.snapshots import baseline, store
from fellesdrift.snapshots.store import Entry, Latest
from fellesdrift.snapshots.taking import Taken

TIME = "2026-11-22T15:40:00Z"


def test_the_index_is_what_the_validation_reads(tmp_path: Path) -> None:
    latest = Latest(tmp_path)
    latest.write({"bø-rtr1": ("hostname bø\n", TIME), "on": ("x\n", TIME)}, "{}")
    data = yaml.safe_load((tmp_path / "snapshots/latest/index.yml").read_text(encoding="utf-8"))
    content = (tmp_path / "snapshots/latest/bø-rtr1.cfg").read_bytes()
    assert data["bø-rtr1"] == {"taken": TIME, "digest": hashlib.sha256(content).hexdigest()}
    assert isinstance(data["on"]["taken"], str)
    assert latest.index() == {host: Entry(**entry) for host, entry in data.items()}
    assert {path.name for path in latest.folder.iterdir()} == {"bø-rtr1.cfg", "on.cfg", "index.yml", "report.json"}
    assert {path.stat().st_mode & 0o777 for path in latest.folder.iterdir()} == {0o644}


def test_others_entries_stay(tmp_path: Path) -> None:
    latest = Latest(tmp_path)
    latest.write({"a": ("old\n", "2026-11-01T00:00:00Z"), "b": ("b\n", TIME)}, "{}")
    before = (latest.folder / "b.cfg").stat().st_mtime_ns
    latest.write({"a": ("new\n", TIME)}, "{}")
    assert latest.index()["b"].taken == TIME
    assert (latest.folder / "b.cfg").stat().st_mtime_ns == before
    assert latest.text("a") == "new\n"


def test_runs_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Latest(tmp_path).write({f"h{n}": (f"{n}\n", TIME)}, "{}"), range(24)))
    assert set(Latest(tmp_path).index()) == {f"h{n}" for n in range(24)}


def test_a_file_that_was_changed_since_is_not_relied_on(tmp_path: Path) -> None:
    latest = Latest(tmp_path)
    latest.write({"a": ("a\n", TIME)}, "{}")
    assert latest.trusted("a", latest.index()["a"]) == "a\n"
    (latest.folder / "a.cfg").write_text("b\n", encoding="utf-8")
    assert latest.trusted("a", latest.index()["a"]) is None
    assert latest.trusted("a", None) is None


@pytest.mark.parametrize("text", ["[]", "a: b", "a: {taken: 2026-11-22T15:40:00Z, digest: x}", "a: {", "\0"])
def test_an_index_that_is_not_ours_is_refused_and_kept(tmp_path: Path, text: str) -> None:
    latest = Latest(tmp_path)
    latest.folder.mkdir(parents=True)
    (latest.folder / "index.yml").write_text(text, encoding="utf-8")
    with pytest.raises(FellesdriftError, match="FD905"):
        latest.write({"b": ("b\n", TIME)}, "{}")
    assert (latest.folder / "index.yml").read_text(encoding="utf-8") == text


def test_what_cannot_be_written_is_one_error(tmp_path: Path, golden: Callable[[str, object], None]) -> None:
    inventory = tmp_path / "inventories" / "mine"
    (inventory / "snapshots").mkdir(parents=True)
    (inventory / "snapshots" / "latest").write_text("", encoding="utf-8")
    with pytest.raises(FellesdriftError) as caught:
        Latest(inventory).write({"a": ("a\n", TIME)}, "{}")
    golden("snapshot/FD906", caught.value)


def test_a_file_stays_whole_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.cfg"
    store.write(path, "old\n")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.write(path, "new\n")
    assert path.read_text(encoding="utf-8") == "old\n"
    assert [each.name for each in tmp_path.iterdir()] == ["a.cfg"]


def test_a_first_baseline_is_only_for_who_has_none(tmp_path: Path, golden: Callable[[str, object], None]) -> None:
    inventory = tmp_path / "inventories" / "mine"
    path = inventory / "snapshots" / "baseline" / "old-rtr1.cfg"
    path.parent.mkdir(parents=True)
    path.write_text("hostname old-rtr1\n", encoding="utf-8")
    taken = {
        "old-rtr1": Taken("read", config="x"),
        "new-rtr1": Taken("read", config="hostname new-rtr1\n"),
        "dead-rtr1": Taken("unreachable", "FD301", "no answer"),
    }
    with pytest.raises(FellesdriftErrors) as caught:
        baseline.check_first(inventory, ["old-rtr1", "new-rtr1", "dead-rtr1", "nwe-rtr1"], taken)
    golden("snapshot/FD907", caught.value)
    baseline.check_first(inventory, ["new-rtr1"], taken)
    baseline.write_first(inventory, ["new-rtr1"], taken)
    assert (path.parent / "new-rtr1.cfg").read_text(encoding="utf-8") == "hostname new-rtr1\n"
    assert path.read_text(encoding="utf-8") == "hostname old-rtr1\n"
