"""The forms that values of desired data may have. `take` gives the value in the form in which it is compared."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

_CMD = frozenset('"%!^\r\n')
"""What cmd reads inside quotes as something else than itself."""


@dataclass(frozen=True)
class Form:
    """expected: for people. take: raises ValueError for a value that is none."""

    expected: str
    take: Callable[[Any], Any]


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


FLAG = Form("true or false", _flag)


def choice(*words: str) -> Form:
    """One of some words."""

    def take(value: Any) -> str:
        # YAML reads `yes` and `on` as true; a word is meant
        if not isinstance(value, str) or value not in words:
            raise ValueError
        return value

    return Form(" or ".join(words), take)


def number(low: int, high: int, *, null: bool = False) -> Form:
    """A whole number."""

    def take(value: Any) -> int | None:
        if value is None and null:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError
        return value

    return Form(f"a number from {low} to {high}" + (", or null" if null else ""), take)


def text(longest: int = 1024, *, empty: bool = True, without: Collection[str] = (), cmd: bool = False) -> Form:
    """A line of text. cmd: it goes through the command shell in quotes, and may hold nothing that cmd would read."""
    refused = set(without) | (_CMD if cmd else set())
    shown = f" and without {' '.join(sorted(each for each in refused if each.isprintable()))}" if refused else ""

    def take(value: Any) -> str:
        if not isinstance(value, str) or len(value) > longest or not (value or empty):
            raise ValueError
        if any(not each.isprintable() for each in value) or set(value) & refused:
            raise ValueError
        return value

    return Form(f"a text of up to {longest} characters in one line{shown}", take)


DESCRIPTION = text(256)
"""A description that does not go through the command shell."""


def many(form: Form, *, same: Callable[[Any], Any] = lambda value: value) -> Form:
    """A list, each value once. same: what makes two of them one."""

    def take(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise TypeError
        found = [form.take(each) for each in value]
        if len({same(each) for each in found}) < len(found):
            raise ValueError
        return found

    return Form(f"a list, each once, of: {form.expected}", take)


def same_text(left: Any, right: Any) -> bool:
    """Two texts, or lists of them in any order, without regard to case."""
    if isinstance(left, list) and isinstance(right, list):
        return sorted(str(each).lower() for each in left) == sorted(str(each).lower() for each in right)
    return bool(left == right) or (isinstance(left, str) and isinstance(right, str) and left.lower() == right.lower())


def quoted(value: str) -> str:
    """A text as one word of cmd. Raises ValueError for what cannot be one."""
    if set(value) & _CMD or not all(each.isprintable() for each in value):
        raise ValueError(value)
    # a backslash before the closing quote would escape it for the program
    return f'"{value}\\"' if value.endswith("\\") else f'"{value}"'
