"""A value is told by how it differs."""

from __future__ import annotations

from typing import Any

import pytest

from fellesdrift.cutover.told import difference

LONG = [f"permit ip host 10.0.0.{number} any" for number in range(200)]


@pytest.mark.parametrize(
    ("found", "expected", "told"),
    [
        (1, 1, ""),
        ("up", "down", "up"),
        (None, "down", "None"),
        ([*LONG, "permit tcp any any eq 4444"], LONG, "with permit tcp any any eq 4444"),
        (LONG[1:], LONG, f"without {LONG[0]}"),
        (LONG[::-1], LONG, "in another order"),
        ({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5}, "b: 2"),
        ({"c": 3}, {"b": 5}, ""),
    ],
)
def test_it_is_told_by_how_it_differs(found: Any, expected: Any, told: str) -> None:
    assert difference(found, expected) == told


def test_much_of_it_is_cut() -> None:
    assert len(difference(LONG, [])) < 250
