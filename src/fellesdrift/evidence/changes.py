"""A host's recorded before and after as lines that people compare."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any

from fellesdrift.cutover.of_people import APART
from fellesdrift.evidence.model import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

type Resources = dict[str, dict[str, dict[str, Any]]]
_NOTHING = "(nothing)"
_NAME = "(a name)"


def changes(before: Resources, after: Resources) -> list[Change]:
    """What an attempt set out to change, attribute by attribute; what is the same in both is left out."""
    found = []
    for kind, key, attribute in _places(before, after):
        was = before.get(kind, {}).get(key, {}).get(attribute)
        will = after.get(kind, {}).get(key, {}).get(attribute)
        if was != will:
            found.append(Change(f"{kind.replace('_', ' ')} {key}", attribute.replace("_", " "), _lines(was, will)))
    return found


def _places(*sides: Resources) -> Iterator[tuple[str, str, str]]:
    yield from dict.fromkeys(
        (kind, key, attribute)
        for side in sides
        for kind, keys in side.items()
        for key, attributes in keys.items()
        for attribute in attributes
    )


def _lines(was: Any, will: Any) -> list[tuple[str, str]]:
    left, right = _text(was), _text(will)
    if len(left) == len(right) == 1:
        return [("-", left[0]), ("+", right[0])]
    return [(line[0], line[2:]) for line in difflib.ndiff(left, right) if line[0] != "?"]


def _text(value: Any) -> list[str]:
    if value is None or value == []:
        return [_NOTHING]
    return [_one(item) for item in value] if isinstance(value, list) else [_one(value)]


def _one(value: Any) -> str:
    if value == APART:
        return _NAME
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_one(item)}" for name, item in value.items() if item is not None)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
