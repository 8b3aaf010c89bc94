"""The twin's inventory leads to the source's files, and never lets anything be written through them."""

from __future__ import annotations

from pathlib import Path

from fellesdrift.twin.access import Credentials
from fellesdrift.twin.inventory import Access, generate, remove


def test_what_is_written_into_the_snapshots_of_a_twin_stays_there(tmp_path: Path) -> None:
    source, out = tmp_path / "source", tmp_path / "twin"
    (source / "snapshots" / "baseline").mkdir(parents=True)
    (source / "snapshots" / "latest").mkdir()
    (source / "snapshots" / "baseline" / "a.cfg").write_text("hostname a\nend\n", encoding="utf-8")
    (source / "snapshots" / "latest" / "index.yml").write_text("a: {}\n", encoding="utf-8")
    (source / "hosts.yml").write_text("all: {hosts: {a: }}\n", encoding="utf-8")
    generate(source, out, Access({"a": 2201}, Credentials.make(), "", 1.0))

    assert (out / "snapshots" / "baseline" / "a.cfg").read_text(encoding="utf-8") == "hostname a\nend\n"
    assert not (out / "snapshots" / "latest").exists()  # what the real devices said is no word of the twin's
    (out / "snapshots" / "latest").mkdir()
    (out / "snapshots" / "latest" / "index.yml").write_text("b: {}\n", encoding="utf-8")
    assert (source / "snapshots" / "latest" / "index.yml").read_text(encoding="utf-8") == "a: {}\n"

    remove(out)
    assert (source / "snapshots" / "baseline" / "a.cfg").is_file()
