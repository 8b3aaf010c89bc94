"""A twin of the production estate, and the drift check as a timer runs it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.drift import Night
from support.lab import PRODUCTION, Lab

from fellesdrift import twin
from fellesdrift.estate import load_estate


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    folder = tmp_path_factory.mktemp("drift")
    out = folder / "inventories" / "twin"
    out.parent.mkdir()
    twin.up(PRODUCTION, out, speed=60.0)
    try:
        estate = load_estate([PRODUCTION])
        devices = [name for name, host in estate.hosts.items() if host.platform == "cisco_ios"]
        yield Night(Lab(out), list(estate.hosts), devices, folder / "reports")
    finally:
        twin.down(out)


@pytest.fixture
def night(standing: Night) -> Iterator[Night]:
    """Every device as its baseline says, saved; nothing was ever seen."""
    before = standing.lab.configs()
    yield standing
    standing.lab.do("heal")
    for host, text in standing.lab.configs().items():
        if text != before[host]:
            standing.type(host, "do configure replace nvram:startup-config force")
    changed = [host for host, text in standing.lab.configs().items() if text != before[host]]
    assert not changed, "a test saved what it changed and did not put it back"
    shutil.rmtree(standing.out, ignore_errors=True)
    Path(standing.lab.out / ".state" / "journal.sqlite").unlink(missing_ok=True)
