"""What stops a call from being followed: something that was not read, or that the data says in two ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class UnknownError(Exception):
    """`what` is not known, for people; `host`: of which exchange. Ends a call as *inconclusive*; never leaves this
    package."""

    def __init__(self, what: str, host: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.host = host

    def __str__(self) -> str:
        return self.what if self.host is None else f"{self.host}: {self.what}"


def number_of(resource: Mapping[str, Any], attribute: str, what: str) -> int:
    """An attribute that is a whole number, as number or text. Raises UnknownError."""
    value = resource.get(attribute)
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not (text.isascii() and text.isdecimal()):
        raise UnknownError(f"{what} has no {attribute} that is a number")
    return int(text)


def text_of(resource: Mapping[str, Any], attribute: str, what: str) -> str:
    """An attribute that is text, also an empty one. Raises UnknownError."""
    value = resource.get(attribute)
    if not isinstance(value, str):
        raise UnknownError(f"{what} has no {attribute}")
    return value


def mapping_of(resource: Mapping[str, Any], attribute: str, what: str) -> Mapping[str, Any]:
    """An attribute that is a mapping. Raises UnknownError."""
    value = resource.get(attribute)
    if not isinstance(value, Mapping):
        raise UnknownError(f"{what} has no {attribute}")
    return value
