"""The pictures are the estate's: the committed ones equal what is drawn today."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import load_estate
from fellesdrift.estate.cli import app
from fellesdrift.estate.picture import dot_source, render
from fellesdrift.estate.servers import counted, roles_of_servers

PROJECT = Path(__file__).resolve().parents[3]
PICTURES = PROJECT / "docs" / "pictures"
# None: the whole
VIEWS = [None, "drammen", "royken", "sande", "svelvik"]


@pytest.fixture(scope="module")
def estate():
    return load_estate([PROJECT / "inventories" / "production"])


def nodes(source):
    """name -> its attributes, of every node that is drawn."""
    return dict(re.findall(r'^ *"([^"]+)" \[(.*)\]$', source, re.MULTILINE))


def lines_of(source, node):
    """The lines that end at a node."""
    name = re.escape(f'"{node}"')
    return re.findall(rf"^ *({name} -- .*|.* -- {name} .*)$", source, re.MULTILINE)


def test_there_is_a_picture_of_every_municipality(estate):
    assert set(VIEWS) == {None, *estate.municipalities}
    assert {path.name for path in PICTURES.iterdir()} == {
        f"{view or 'estate'}.{suffix}" for view in VIEWS for suffix in ("dot", "svg")
    }


@pytest.mark.parametrize("view", VIEWS)
def test_the_committed_picture_is_todays(estate, view):
    committed = (PICTURES / f"{view or 'estate'}.dot").read_text(encoding="utf-8")
    command = f"fellesdrift estate picture -i inventories/production{f' --municipality {view}' if view else ''}"
    assert committed == dot_source(estate, view), f"draw it again: {command}"


@pytest.mark.parametrize("view", VIEWS)
def test_the_committed_drawing_shows_every_device_and_prefix(estate, view):
    drawing = (PICTURES / f"{view or 'estate'}.svg").read_text(encoding="utf-8")
    own = [name for name in estate.groups["network"] if view in (None, estate.hosts[name].municipality)]
    for host in own:
        assert f">{host.replace('-', '&#45;')}<" in drawing
    for link in estate.links.values():
        if any(end.host in own for end in link.ends):
            assert link.prefix in drawing
    for site in estate.sites.values():
        assert (f">{site.name}<" in drawing) == (view in (None, site.municipality))


@pytest.mark.parametrize("view", VIEWS)
def test_every_device_is_drawn_once_and_has_its_lines(estate, view):
    source = dot_source(estate, view)
    drawn = nodes(source)
    assert len(re.findall(r'^ *"[^"]+" \[', source, re.MULTILINE)) == len(drawn)
    for link in estate.links.values():
        ends = [end.host for end in link.ends if end.host is not None]
        if view is None or view in {estate.hosts[host].municipality for host in ends}:
            told = any(link.prefix in drawn[host] for host in ends)
            assert told or any(lines_of(source, host) for host in ends), link.key


def test_servers_are_counted_by_what_they_do(estate):
    source = dot_source(estate)
    assert not {name for name in nodes(source) if name in estate.groups["windows"]}
    terminal = nodes(source)["lan drm_terminal"]
    assert "12 terminal servers" in terminal
    svelvik = nodes(source)["lan svv_servers"]
    assert "1 meridian exchange" in svelvik
    assert "terminal server" not in svelvik
    roles = roles_of_servers(estate)
    assert sum(int(text.split()[0]) for text in counted(roles, roles)) == len(roles)


def test_what_a_server_does_is_its_platform_where_no_group_says_more(estate):
    groups = {"all": list(estate.hosts), "svelvik_servers": estate.groups["svelvik_servers"]}
    roles = roles_of_servers(estate.model_copy(update={"groups": groups}))
    assert counted(estate.groups["svelvik_servers"], roles) == ["7 windows 2003", "1 meridian"]


def test_places_without_a_network_are_dashed_and_apart(estate):
    for view in (None, "svelvik"):
        source = dot_source(estate, view)
        for key, site in estate.sites.items():
            assert (f"site {key}" in nodes(source)) == (not site.connected)
        assert "dashed" in nodes(source)["site svv_skole"]
        assert "no network reaches it" in nodes(source)["site svv_skole"]
        assert lines_of(source, "site svv_skole") == []


def test_fibre_in_use_does_not_look_unlit(estate):
    source = dot_source(estate, "royken")
    assert ["fibre, not lit yet" in line for line in lines_of(source, "drm-core1")].count(True) == 1
    [own] = [line for line in lines_of(source, "roy-ungdomsskole-rtr1") if "10.62.255.0/30" in line]
    assert "own fibre" in own


def test_a_municipality_sees_the_far_end_of_its_lines_and_what_it_uses_there(estate):
    source = dot_source(estate, "royken")
    far = nodes(source)["drm-core1"]
    assert "in Drammen" in far
    assert "Nursing and care (Gerica) 10.10.30.20" in far
    assert "san-rtr1" not in source
    assert "Nursing" not in nodes(dot_source(estate, "svelvik"))["drm-core1"]


def test_each_internet_line_says_whom_the_payroll_lets_in(estate):
    drawn = nodes(dot_source(estate))
    assert "turns away 203.0.113.0/29" in drawn["external drm_internet"]
    assert "lets in 192.0.2.8/29" in drawn["external roy_internet"]


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


def test_an_estate_whose_host_municipality_has_no_exit(estate):
    links = {key: link for key, link in estate.links.items() if key != "drm_internet"}
    source = dot_source(estate.model_copy(update={"links": links}))
    assert '"external drm_internet"' not in source
    assert '"external san_internet"' in source


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


def test_the_command_draws_one_municipality_beside_the_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    production = str(PROJECT / "inventories" / "production")
    result = CliRunner().invoke(app, ["picture", "-i", production, "--municipality", "royken"])
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == ["docs/pictures/royken.dot", "docs/pictures/royken.svg"]
    result = CliRunner().invoke(app, ["picture", "-i", production, "--municipality", "røyken"])
    assert result.exit_code == 2
    assert "FD140" in result.stderr
    assert not (tmp_path / "docs" / "pictures" / "røyken.dot").exists()
