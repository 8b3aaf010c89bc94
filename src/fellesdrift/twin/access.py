"""How the twin's process is reached: where it listens, whom it lets in, how it says that something is wrong.

Shared by the process and by those who start and ask it, so that asking needs none of the simulation's libraries.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, fields
from typing import Any

from fellesdrift.errors import FellesdriftError

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Credentials:
    """What the twin's devices let in. Made at start, kept in memory and in the generated inventory only."""

    user: str
    password: str
    enable: str

    @classmethod
    def make(cls) -> Credentials:
        """New random ones."""
        return cls("fellesdrift", secrets.token_urlsafe(12), secrets.token_urlsafe(12))


def plain_error(error: FellesdriftError) -> dict[str, Any]:
    """A FellesdriftError as JSON-able data."""
    return {field.name: getattr(error, field.name) for field in fields(error)}


def error_of(data: dict[str, Any]) -> FellesdriftError:
    """The reverse of `plain_error`."""
    return FellesdriftError(**data)
