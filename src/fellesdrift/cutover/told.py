"""How a value is told beside the one that was expected: a list of two hundred entries by the one that differs."""

from __future__ import annotations

from typing import Any

from fellesdrift.state.typed.errors import shortened


def difference(found: Any, expected: Any) -> str:
    """How a value differs; "" when it does not. Of a list what was added and what was taken out, of what is changed
    member by member those that both speak of."""
    if found == expected:
        return ""
    if isinstance(found, dict) and isinstance(expected, dict):
        both = [name for name in found if name in expected and found[name] != expected[name]]
        return shortened(", ".join(f"{name}: {found[name]}" for name in both))
    if isinstance(found, list) and isinstance(expected, list):
        parts = [f"with {one}" for one in found if one not in expected]
        parts += [f"without {one}" for one in expected if one not in found]
        return shortened(", ".join(parts) or "in another order")
    return shortened(str(found))
