"""How much work something is, as a number that does not depend on the machine or on what else runs on it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Work:
    """calls: of functions, in Python and in C, and each value of a generator, so far."""

    calls: int = 0


@contextmanager
def counted() -> Iterator[Work]:
    """Count what is called in this thread until the end of the block."""
    work = Work()

    def count(_frame: object, event: str, _argument: object) -> None:
        if event in ("call", "c_call"):
            work.calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield work
    finally:
        sys.setprofile(before)
