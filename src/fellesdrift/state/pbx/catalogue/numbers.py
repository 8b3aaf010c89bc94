"""Numbers as an exchange has them: directory numbers are texts of digits, for a leading zero is a digit."""

from __future__ import annotations

from typing import Any

from fellesdrift.state.forms import Form

LONGEST = 7
"""Digits of a directory number."""


def digits(most: int, *, empty: bool = False) -> Form:
    """A text of digits, leading zeros kept."""

    def take(value: Any) -> str:
        # YAML reads 0705 as a number, and leaves nothing of its zero
        if not isinstance(value, str) or not (value.isascii() and value.isdigit() and len(value) <= most):
            if value == "" and empty:
                return ""
            raise ValueError
        return value

    return Form(f"1 to {most} digits, in quotes" + (", or an empty text" if empty else ""), take)


DN = digits(LONGEST)


def directory_number(key: str) -> str:
    """A key that is a directory number. Raises ValueError(what is expected)."""
    try:
        return str(DN.take(key))
    except ValueError as error:
        raise ValueError(f"a directory number: {DN.expected}") from error
