"""Desired data of an exchange, checked and brought into the spelling that the exchange prints."""

from __future__ import annotations

from collections.abc import Iterable

from fellesdrift.state.pbx.catalogue import KINDS
from fellesdrift.state.pbx.errors import DesiredError
from fellesdrift.state.typed.desired import DesiredCheck
from fellesdrift.state.typed.kinds import PRESENT, Resource


class _OfExchanges(DesiredCheck):
    """Keys are as the exchange prints them, and what may be of a person is not shown."""

    KINDS = KINDS
    TEXT = "a text: put the key in quotes"

    def wrong(self, where: str, found: object, expected: str, *, shown: bool = True) -> DesiredError:
        return DesiredError(where, found, expected, shown=shown)

    def twice(self, key: str, others: Iterable[str]) -> str | None:
        return f"each key once, in whatever spelling: this one is {key}" if key in others else None

    def told(self, resource: Resource) -> object:
        return sorted({PRESENT, *resource})


_CHECK = _OfExchanges()
check, one_of = _CHECK.check, _CHECK.one_of
"""Of desired data, and of a name among known ones. Both raise DesiredError (FD450) at the first thing that is wrong."""
