"""What the journal gives: records, and their links in the chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Record:
    """One line of the journal.

    at         UTC
    host       "" for what concerns the whole stage
    payload    JSON data; None where it was erased (only in a journal of schema 1)
    personal   JSON data about a person, such as who answered; None where there was none, or where it was erased
    erased     there was personal data, and it is gone
    """

    seq: int
    at: datetime
    municipality: str
    stage: str
    attempt: str
    host: str
    event: str
    payload: dict[str, Any] | None
    personal: dict[str, Any] | None = None
    erased: bool = False


@dataclass(frozen=True)
class Link:
    """A record's place in the chain, SHA-256 in hexadecimal. digest: of its payload; previous: the chain's value before
    it; chain: the value with it. erased: something of it is gone, under retention."""

    digest: str
    previous: str
    chain: str
    erased: bool
