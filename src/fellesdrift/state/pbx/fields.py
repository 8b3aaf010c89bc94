"""The fields that an exchange prints and asks for: `NAME value`, in blocks, read by a table and by nothing else.

A print that is not made of exactly the known fields is unreadable: a torn line, a missing one, one that stands there
twice, noise, another release's print are no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fellesdrift.state.forms import FLAG, Form, choice, number

_FIELD = re.compile(r"(?P<name>[A-Z][A-Z0-9_]{2,8})(?: +(?P<value>[!-~](?:[ -~]*[!-~])?))? *")


class PrintFormError(ValueError):
    """A print is not of the known form. line: its number, from 1; 0 for the whole print."""

    def __init__(self, line: int, found: str, expected: str) -> None:
        super().__init__(f"line {line}: {found!r} instead of {expected}")
        self.line = line
        self.found = found
        self.expected = expected


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
    dials       the value can be dialled
    """

    name: str
    attribute: str
    form: Form
    read: Callable[[str], Any]
    typed: Callable[[Any], str]
    default: Any = None
    erase: str | None = None
    dials: bool = False


@dataclass(frozen=True)
class Printed:
    """A line of a print."""

    line: int
    name: str
    value: str


type Block = list[Printed]


def blocks(lines: Iterable[str]) -> list[Block]:
    """The fields of each block; empty lines stand between blocks. Raises PrintFormError."""
    found: list[Block] = [[]]
    for at, line in enumerate(lines, 1):
        if not line.strip():
            found.append([])
            continue
        match = _FIELD.fullmatch(line)
        if match is None:
            raise PrintFormError(at, line, "a field: its name and its value")
        found[-1].append(Printed(at, match["name"], match["value"] or ""))
    return [block for block in found if block]


def values(block: Block, fields: Sequence[Field]) -> dict[str, Any]:
    """The attributes of a block that has exactly these fields. Raises PrintFormError."""
    printed = {each.name: each for each in block}
    if len(printed) < len(block) or set(printed) != {field.name for field in fields}:
        names = " ".join(each.name for each in block)
        raise PrintFormError(block[0].line if block else 0, names, " ".join(field.name for field in fields))
    return {field.attribute: value_of(field, printed[field.name]) for field in fields}


def value_of(field: Field, printed: Printed) -> Any:
    """Raises PrintFormError for a text that is no value of that field."""
    try:
        return field.form.take(field.read(printed.value))
    except (ValueError, TypeError) as error:
        found = f"{printed.name} {printed.value}".rstrip()
        raise PrintFormError(printed.line, found, f"{printed.name} and {field.form.expected}") from error


def expect(printed: Printed, name: str, value: str | None = None) -> str:
    """The value of a line that must have this name, and this value. Raises PrintFormError."""
    if printed.name != name or value not in (None, printed.value):
        raise PrintFormError(printed.line, f"{printed.name} {printed.value}".rstrip(), f"{name} {value or ''}".rstrip())
    return printed.value


# the sorts of fields


def decimal(text: str) -> int:
    """A number as it is printed."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError
    return int(text)


def count(name: str, attribute: str, most: int, *, least: int = 0, default: int | None = None) -> Field:
    """A number."""
    return Field(name, attribute, number(least, most), decimal, str, default)


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


def digits(least: int, most: int) -> Form:
    """A text of digits."""

    def take(value: Any) -> str:
        # YAML reads `012` and 12 as numbers: a number has lost its zeros
        if not isinstance(value, str) or not least <= len(value) <= most:
            raise ValueError
        if value and not (value.isascii() and value.isdigit()):
            raise ValueError
        return value

    return Form(f"a text of {least} to {most} digits", take)


def code(
    name: str, attribute: str, least: int, most: int, *, default: str | None = None, erase: str | None = None,
    dials: bool = False,
) -> Field:  # fmt: skip
    """A text of digits."""
    return Field(name, attribute, digits(least, most), str, str, default, erase, dials)
