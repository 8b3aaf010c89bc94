"""What docs/estate.md shows is what works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fellesdrift.errors import FellesdriftErrors
from fellesdrift.estate import load_estate
from fellesdrift.estate.build import HOST_VARIABLES

PROJECT = Path(__file__).resolve().parents[3]
TEXT = (PROJECT / "docs" / "estate.md").read_text(encoding="utf-8")


def _files() -> dict[str, str]:
    """The example's files: a path in backquotes on a line of its own, then its block."""
    return dict(re.findall(r"^`(inventories/mine/\S+)`\n\n```\w*\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL))


def test_the_smallest_estate_passes_its_checks(tmp_path):
    files = _files()
    assert len(files) == 4
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    estate = load_estate([tmp_path / "inventories" / "mine"])
    assert estate.name == "Vestregionen"
    assert estate.sites["asker_hall"].name == "Asker rådhus"
    assert estate.journal == tmp_path / "journal" / "mine.sqlite"


@pytest.mark.parametrize("name", sorted(_files()))
def test_nothing_of_the_smallest_estate_can_be_left_out(tmp_path, name):
    for other, text in _files().items():
        if other != name:
            path = tmp_path / other
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    with pytest.raises(FellesdriftErrors):
        load_estate([tmp_path / "inventories" / "mine"])


def test_every_variable_of_a_host_is_explained():
    named = set(re.findall(r"`(fellesdrift_\w+)`", TEXT))
    assert named >= HOST_VARIABLES


def test_the_address_plan_names_every_prefix_that_is_not_inside_a_members(tmp_path):
    estate = load_estate([PROJECT / "inventories" / "production"])
    for municipality in estate.municipalities.values():
        assert municipality.prefix in TEXT
    for key in ("san_fibre", "san_drm_line", "drm_internet", "san_internet"):
        assert estate.links[key].prefix in TEXT
