"""What most of many mappings have in common, written once: 1,500 telephones differ in little.

common([{"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 1}])   {"a": 1}
short({"a": 1}, {"b": 3})                                {"b": 3, "-": ["a"]}
whole({"a": 1}, {"b": 3, "-": ["a"]})                    {"b": 3}
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

NOT_THERE = "-"
"""Names the attributes that most have and this one has not; no attribute is called so."""


def common(these: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What more than half of them have, mappings within them likewise."""
    found: dict[str, Any] = {}
    for name in dict.fromkeys(name for each in these for name in each):
        values = [each[name] for each in these if name in each]
        if len(values) * 2 <= len(these):
            continue
        if all(isinstance(value, Mapping) for value in values):
            found[name] = common(values)
            continue
        # by its text: True and 1 are one key of a dict, and not one value
        (text, number), *_ = Counter(json.dumps(value, sort_keys=True) for value in values).most_common(1)
        if number * 2 > len(these):
            found[name] = json.loads(text)
    return found


def short(shared: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
    """What of `one` is not in `shared`."""
    found: dict[str, Any] = {}
    for name, value in one.items():
        if name not in shared:
            found[name] = value
        elif isinstance(value, Mapping) and isinstance(shared[name], Mapping):
            if rest := short(shared[name], value):
                found[name] = rest
        elif json.dumps(value, sort_keys=True) != json.dumps(shared[name], sort_keys=True):
            found[name] = value
    if missing := sorted(set(shared) - set(one)):
        found[NOT_THERE] = missing
    return found


def whole(shared: Mapping[str, Any], rest: Mapping[str, Any]) -> dict[str, Any]:
    """The reverse of `short`. What it gives shares nothing with `shared`. Raises TypeError for what `short` never
    gives."""
    missing = rest.get(NOT_THERE, [])
    if not isinstance(missing, list):
        raise TypeError(f"{NOT_THERE}: {type(missing).__name__} in place of a list")
    found = {name: _copy(value) for name, value in shared.items() if name not in missing}
    for name, value in rest.items():
        if name == NOT_THERE:
            continue
        both = isinstance(value, Mapping) and isinstance(found.get(name), Mapping)
        found[name] = whole(found[name], value) if both else value
    return found


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _copy(each) for name, each in value.items()}
    return list(value) if isinstance(value, list) else value
