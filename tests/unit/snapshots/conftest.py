"""Configurations of a small network."""

from __future__ import annotations

from collections.abc import Callable

import pytest


def config(name: str, *lines: str) -> str:
    """A whole configuration."""
    return "\n".join(["version 12.4", f"hostname {name}", "!", *lines, "!", "end"]) + "\n"


@pytest.fixture
def whole() -> Callable[..., str]:
    return config
