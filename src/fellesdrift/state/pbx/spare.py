"""Codes that can be dialled in one exchange: none may begin another, for it has to know when a number is complete."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator


class Codes:
    """Some codes."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._codes = set(codes)
        self._sorted = sorted(self._codes)

    def in_the_way(self, wanted: str) -> Iterator[str]:
        """Those that are the same, that begin it, or that it begins."""
        for end in range(1, len(wanted)):
            if wanted[:end] in self._codes:
                yield wanted[:end]
        for at in range(bisect_left(self._sorted, wanted), len(self._sorted)):
            if not self._sorted[at].startswith(wanted):
                return
            yield self._sorted[at]

    def spare(self, longest: int) -> str | None:
        """A code of at most so many digits that is in nobody's way, and is one of them from now on; a long one before a
        short one. None when there is none."""
        for length in range(longest, 0, -1):
            found = self._free("", length)
            if found is not None:
                self._codes.add(found)
                insort(self._sorted, found)
                return found
        return None

    def _free(self, start: str, length: int) -> str | None:
        if len(start) == length:
            return None if any(self.in_the_way(start)) else start
        further = (start + digit for digit in "9876543210")
        found = (self._free(code, length) for code in further if code not in self._codes)
        return next((code for code in found if code is not None), None)
