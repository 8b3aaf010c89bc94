"""How what was found is shown in an error."""

from __future__ import annotations

_LONGEST = 200


def seen(found: object, *, shown: bool = True) -> str:
    """A value that was found. shown: False where it may be a person's; then only of what type it is."""
    return shortened(repr(found)) if shown else f"a value of type {type(found).__name__}"


def shortened(text: str) -> str:
    """No more of a text than an error has room for."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
