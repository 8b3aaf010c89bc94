"""A twin for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.lab import PRODUCTION, Lab

from fellesdrift import twin

SPEED = 30.0
"""The dead man's switch (5 minutes) acts after 10 s, a device is given up after 16 s."""


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One twin for the tests of a file that change nothing."""
    out = tmp_path_factory.mktemp("still") / "twin"
    twin.up(PRODUCTION, out, speed=SPEED)
    try:
        yield Lab(out)
    finally:
        twin.down(out)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    out = tmp_path / "twin"
    twin.up(PRODUCTION, out, speed=SPEED)
    try:
        yield Lab(out)
    finally:
        twin.down(out)
