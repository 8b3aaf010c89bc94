"""The forms that values of desired data may have. `take` gives the value in the form in which it is compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Form:
    """expected: for people. take: raises ValueError or TypeError for a value that is none."""

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
