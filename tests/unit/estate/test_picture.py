"""The picture is the estate's: the committed one equals what is drawn today."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import load_estate
from fellesdrift.estate.picture import dot_source, render

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def estate():
    return load_estate([PROJECT / "inventories" / "production"])


def test_the_committed_picture_is_todays(estate):
    committed = (PROJECT / "docs" / "pictures" / "estate.dot").read_text(encoding="utf-8")
    assert committed == dot_source(estate), "draw it again: fellesdrift estate picture -i inventories/production"


def test_the_committed_drawing_shows_every_host_and_prefix(estate):
    drawing = (PROJECT / "docs" / "pictures" / "estate.svg").read_text(encoding="utf-8")
    for host in estate.hosts:
        assert f">{host.replace('-', '&#45;')}<" in drawing
    for link in estate.links.values():
        assert link.prefix in drawing
    assert "Sande rådhus" in drawing


def test_every_host_and_link_is_drawn_once(estate):
    source = dot_source(estate)
    for host in estate.hosts.values():
        assert len(re.findall(rf'^ *"{host.name}" \[', source, re.MULTILINE)) == 1
    for link in estate.links.values():
        for end in link.ends:
            name = end.host or f"external {end.external}"
            assert re.search(rf'"{re.escape(name)}" -- |-- "{re.escape(name)}"', source), name


def test_names_cannot_break_the_source(estate):
    site = estate.sites["san_skole"].model_copy(update={"name": 'A "quoted" \\ <b>&</b> navn på stedet'})
    source = dot_source(estate.model_copy(update={"sites": {**estate.sites, "san_skole": site}}))
    assert r"A \"quoted\" \\ <b>&</b> navn på stedet" in source


def test_links_that_are_nobodys_wire_are_left_out(estate):
    """Three ends on a wire cannot pass the checks; a picture of such a draft does not fail either."""
    fibre = estate.links["san_fibre"]
    links = {**estate.links, "san_fibre": fibre.model_copy(update={"ends": [*fibre.ends, fibre.ends[0]]})}
    assert "10.250.61.0/30" not in dot_source(estate.model_copy(update={"links": links}))


def test_an_estate_without_a_zone_for_the_internet(estate):
    zones = {key: zone for key, zone in estate.zones.items() if key != "internet"}
    assert "The Internet" in dot_source(estate.model_copy(update={"zones": zones}))


def test_render_writes_both(estate, tmp_path):
    if shutil.which("dot") is None:
        pytest.fail("graphviz is missing: apt-get install graphviz")
    written = render(estate, tmp_path / "new" / "estate")
    assert [path.suffix for path in written] == [".dot", ".svg"]
    assert "drm&#45;core1" in written[1].read_text(encoding="utf-8")


def test_without_graphviz_there_is_the_source(estate, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert render(estate, tmp_path / "estate") == [tmp_path / "estate.dot"]


def test_a_failing_graphviz_is_an_error(estate, tmp_path, monkeypatch):
    (tmp_path / "dot").write_text("#!/bin/sh\necho 'no such\n font' >&2\nexit 3\n", encoding="utf-8")
    (tmp_path / "dot").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(FellesdriftError) as caught:
        render(estate, tmp_path / "estate")
    assert caught.value.code == "FD141"
    assert caught.value.found == "no such font"
