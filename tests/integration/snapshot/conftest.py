"""A twin for the tests of a file, and its devices as they were before each of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from support.lab import PRODUCTION, Lab
from support.reader import Reader

from fellesdrift import twin
from fellesdrift.estate import load_estate


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    out = tmp_path_factory.mktemp("snapshot") / "inventories" / "twin"
    out.parent.mkdir()
    twin.up(PRODUCTION, out, speed=30.0)
    try:
        estate = load_estate([PRODUCTION])
        devices = [name for name, host in estate.hosts.items() if host.platform == "cisco_ios"]
        yield Reader(Lab(out), list(estate.hosts), devices)
    finally:
        twin.down(out)


@pytest.fixture
def reader(standing: Reader) -> Iterator[Reader]:
    """Nothing was read yet, and every device is as its baseline says."""
    shutil.rmtree(standing.latest, ignore_errors=True)
    before = standing.lab.configs()
    yield standing
    standing.lab.do("heal")
    for host, text in standing.lab.configs().items():
        if text != before[host]:
            standing.type(host, "do configure replace nvram:startup-config force")
    assert standing.lab.configs() == before
