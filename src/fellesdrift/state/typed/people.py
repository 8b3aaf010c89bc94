"""What of a state is of a person, and how it is told: that it is there, and that it differs, never what it is.

kinds   the catalogue of a family, by name
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fellesdrift.state.typed.compare import Conflict, Difference
from fellesdrift.state.typed.kinds import Resources, TypedKind, attribute

HIDDEN, OTHER = "(a name)", "(another name)"
"""What stands in a diff for what is of a person."""
_NONE, _THIRD = "no name", "(a third one)"


def personal(kind: TypedKind) -> frozenset[str]:
    """The attributes of a kind that are of a person."""
    return frozenset(name for name, each in kind.attributes.items() if each.personal)


def told(kinds: Mapping[str, TypedKind], difference: Difference) -> tuple[str, str]:
    """(wanted, present) of a difference, for people."""
    want, have = difference.want, difference.have
    if attribute(kinds[difference.kind], difference.attribute).personal:
        return (HIDDEN if want else _NONE), (OTHER if have else _NONE)
    return repr(want), repr(have)


def told_conflict(kinds: Mapping[str, TypedKind], conflict: Conflict) -> Conflict:
    """A conflict, for people."""
    if attribute(kinds[conflict.kind], conflict.attribute).personal:
        return replace(conflict, before=HIDDEN, after=OTHER, present=_THIRD)
    return conflict


def shown(kinds: Mapping[str, TypedKind], resources: Resources, beside: Resources | None = None) -> Resources:
    """Resources as a diff, a log or a report may have them. beside: the other side of a diff; a value that differs from
    it is said to be another one."""
    result: Resources = {}
    for name, by_key in resources.items():
        hidden = personal(kinds[name])
        if not hidden:
            result[name] = by_key
            continue
        other = (beside or {}).get(name, {})
        result[name] = {
            key: {
                attr: _hidden(value, other.get(key, {}).get(attr, value)) if attr in hidden else value
                for attr, value in resource.items()
            }
            for key, resource in by_key.items()
        }
    return result


def public(kinds: Mapping[str, TypedKind], resources: Resources) -> Resources:
    """Resources without what is of a person, still a claim that can be made."""
    result: Resources = {}
    for name, by_key in resources.items():
        hidden = personal(kinds[name])
        result[name] = {
            key: {attr: value for attr, value in resource.items() if attr not in hidden}
            for key, resource in by_key.items()
        }
    return result


def _hidden(value: Any, other: Any) -> str:
    return HIDDEN if value == other else OTHER
