"""The fields that an exchange prints and asks for: `NAME value`, described by a table.

A print that is not made of exactly the known fields is unreadable: a torn line, a missing one, one that stands there
twice, noise, another release's print are no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fellesdrift.state.forms import FLAG, Form, choice, number
from fellesdrift.state.pbx.catalogue.numbers import digits
from fellesdrift.state.pbx.prints import Lines, Print


@dataclass(frozen=True)
class Field:
    """One field: a prompt, and a line of the print.

    name        as it is asked and printed
    attribute   of the resource
    form        what a value may be
    read        a value out of a text that is printed; ValueError when it is none
    typed       what is typed for it; "" is a bare return
    default     of a resource that is to be made; None when it must be said
    erase       what is typed to make a text empty; None when nobody knows of anything that does
    dials       the value can be dialled, and has so many digits at most; 0: it cannot
    refers      the kind of which the value names a resource
    """

    name: str
    attribute: str
    form: Form
    read: Callable[[str], Any]
    typed: Callable[[Any], str]
    default: Any = None
    erase: str | None = None
    dials: int = 0
    refers: str | None = None


def values(printed: Print, block: Lines, fields: Sequence[Field]) -> dict[str, Any]:
    """The attributes in the lines of a block that has exactly these fields. Raises UnreadablePrintError (FD451)."""
    texts = printed.values(block, *(field.name for field in fields)) if block else {}
    if len(texts) < len(fields):
        raise printed.refused(0, "", ", ".join(field.name for field in fields))
    lines = {printed.field(number, line)[0]: (number, line) for number, line in block}
    return {field.attribute: value_of(printed, field, texts[field.name], *lines[field.name]) for field in fields}


def value_of(printed: Print, field: Field, text: str, number: int, line: str) -> Any:
    """A field's value. Raises UnreadablePrintError for a text that is none."""
    try:
        return field.form.take(field.read(text))
    except (ValueError, TypeError):
        raise printed.refused(number, line, f"{field.name} and {field.form.expected}") from None


# the sorts of fields


def decimal(text: str) -> int:
    """A number as it is printed."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError
    return int(text)


def count(
    name: str, attribute: str, most: int, *, least: int = 0, default: int | None = None, refers: str | None = None
) -> Field:
    """A number."""
    return Field(name, attribute, number(least, most), decimal, str, default, refers=refers)


def words(name: str, attribute: str, *known: str, default: str | None = None) -> Field:
    """One of some words."""
    return Field(name, attribute, choice(*known), str, str.lower, default)


def switch(name: str, attribute: str, *, default: bool | None = None) -> Field:
    """YES or NO."""
    return Field(name, attribute, FLAG, _yes, lambda value: "yes" if value else "no", default)


def _yes(text: str) -> bool:
    if text not in ("YES", "NO"):
        raise ValueError
    return text == "YES"


def code(
    name: str,
    attribute: str,
    most: int,
    *,
    default: str | None = None,
    erase: str | None = None,
    dials: bool = False,
    empty: bool = False,
) -> Field:
    """A text of digits."""
    return Field(name, attribute, digits(most, empty=empty), str, str, default, erase, most if dials else 0)
