"""Desired data of a Windows host, checked and brought into the form in which it is compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import override

from fellesdrift.state.typed.desired import DesiredCheck
from fellesdrift.state.windows.catalogue import KINDS
from fellesdrift.state.windows.errors import DesiredError


class _OfWindows(DesiredCheck):
    """Keys know no case."""

    KINDS = KINDS

    @override
    def wrong(self, where: str, found: object, expected: str, *, shown: bool = True) -> DesiredError:
        return DesiredError(where, found, expected, shown=shown)

    def twice(self, key: str, others: Iterable[str]) -> str | None:
        known = key.lower() in (each.lower() for each in others)
        return "each key once; case does not tell two apart" if known else None


check = _OfWindows().check
"""Of desired data. Raises DesiredError (FD420) at the first thing that is wrong."""
