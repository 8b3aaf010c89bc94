"""A twin for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.lab import PRODUCTION, Lab

from fellesdrift import twin

SPEED = 20.0
"""The dead man's switch (5 minutes) acts after 15 s, a device is given up after 24 s."""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    out = tmp_path / "twin"
    twin.up(PRODUCTION, out, speed=SPEED)
    try:
        yield Lab(out)
    finally:
        twin.down(out)
