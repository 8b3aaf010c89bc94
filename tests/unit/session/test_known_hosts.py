"""A file of known hosts is read once, and again when it changes; each address gets its own keys only."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import paramiko
import pytest
from paramiko.hostkeys import HostKeyEntry

from fellesdrift.session.known_hosts import known_blobs, known_keys


@pytest.fixture(scope="module")
def keys() -> list[paramiko.PKey]:
    return [paramiko.ECDSAKey.generate() for _ in range(3)]


def line(names: str, key: paramiko.PKey) -> str:
    return f"{names} {key.get_name()} {key.get_base64()}\n"


def test_each_address_has_its_own(tmp_path: Path, keys: list[paramiko.PKey]) -> None:
    path = tmp_path / "known"
    text = "# a comment\n\nno key at all\n10.0.0.9 ssh-rsa AAAA\n" + line("10.0.0.1", keys[0])
    path.write_text(text + line("[10.0.0.1]:2222,router", keys[1]) + line("10.0.0.1", keys[2]), encoding="utf-8")
    assert known_keys(path, "10.0.0.1") == [keys[0], keys[2]]
    assert known_keys(path, "[10.0.0.1]:2222") == [keys[1]]
    assert known_keys(path, "router") == [keys[1]]
    assert known_keys(path, "10.0.0.2") == []
    assert known_keys(tmp_path / "none", "10.0.0.1") == []


def test_a_hashed_name_is_found(tmp_path: Path, keys: list[paramiko.PKey]) -> None:
    path = tmp_path / "known"
    path.write_text(line(paramiko.HostKeys.hash_host("10.0.0.1"), keys[0]), encoding="utf-8")
    assert known_keys(path, "10.0.0.1") == [keys[0]]
    assert known_keys(path, "10.0.0.2") == []


def test_a_changed_file_is_read_again(tmp_path: Path, keys: list[paramiko.PKey]) -> None:
    path = tmp_path / "known"
    path.write_text(line("10.0.0.1", keys[0]), encoding="utf-8")
    assert known_keys(path, "10.0.0.1") == [keys[0]]
    path.write_text(line("10.0.0.1", keys[1]), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert known_keys(path, "10.0.0.1") == [keys[1]]


def test_threads_that_begin_at_once_read_it_once(
    tmp_path: Path, keys: list[paramiko.PKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, reads, original = tmp_path / "known", [0], Path.read_text

    def slow_read(self: Path, *arguments: str, **options: str) -> str:
        reads[0] += 1
        time.sleep(0.05)
        return original(self, *arguments, **options)

    path.write_text(line("10.0.0.1", keys[0]), encoding="utf-8")
    monkeypatch.setattr(Path, "read_text", slow_read)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: known_keys(path, "10.0.0.1"), range(8)))
    assert found == [[keys[0]]] * 8
    assert reads == [1]


def test_only_the_keys_that_are_asked_for_are_made(
    tmp_path: Path, keys: list[paramiko.PKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, made, original = tmp_path / "known", list[str](), HostKeyEntry.from_line
    path.write_text(line("10.0.0.1", keys[0]) + line("10.0.0.2", keys[1]), encoding="utf-8")
    monkeypatch.setattr(HostKeyEntry, "from_line", lambda text, number: made.append(text) or original(text, number))
    assert known_keys(path, "10.0.0.2") == [keys[1]]
    assert len(made) == 1


def test_the_same_keys_without_making_them(tmp_path: Path, keys: list[paramiko.PKey]) -> None:
    path = tmp_path / "known"
    hashed = paramiko.HostKeys.hash_host("10.0.0.3")
    lines = [line("10.0.0.1,10.0.0.2", keys[0]), line(hashed, keys[1]), line("10.0.0.1", keys[2])]
    path.write_text("".join([*lines, "10.0.0.1 ssh-rsa no%base64\n", "10.0.0.1\n"]), encoding="utf-8")
    for where in ("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"):
        made, found = known_keys(path, where), known_blobs(path, where)
        assert [(key.get_name(), key.asbytes(), key.fingerprint) for key in made] == [
            (each.algorithm, each.blob, each.fingerprint) for each in found
        ]
    assert len(known_blobs(path, "10.0.0.1")) == 2
