"""How what was found is shown in an error."""

from __future__ import annotations

_LONGEST = 200


def shortened(text: str) -> str:
    """No more of a text than an error has room for."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
