"""Desired data, checked and brought into the spelling that the exchange prints."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any

from fellesdrift.state.pbx.catalogue import KINDS
from fellesdrift.state.pbx.errors import DesiredError
from fellesdrift.state.pbx.kinds import ABSENT, PRESENT, Kind, Resource, Resources, attribute


def check(desired: Mapping[str, Any]) -> Resources:
    """The desired data in canonical form, `present` always said. Raises DesiredError (FD450) at the first thing that
    is wrong."""
    result: Resources = {}
    for name, by_key in _mapping("desired state", desired).items():
        one_of("kind", name, KINDS)
        result[name] = {}
        for key, resource in _mapping(name, by_key).items():
            where = f"{name}/{key}"
            found, checked = _resource(KINDS[name], where, key, resource)
            if found in result[name]:
                raise DesiredError(where, key, f"each key once, in whatever spelling: this one is {found}")
            result[name][found] = checked
    return result


def one_of(where: str, name: object, known: Collection[str]) -> None:
    """Raises DesiredError for a name that is not among the known ones."""
    if name in known:
        return
    near = difflib.get_close_matches(str(name), known, 1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise DesiredError(where, name, f"{hint}one of {', '.join(known)}")


def _resource(kind: Kind, where: str, key: Any, resource: Any) -> tuple[str, Resource]:
    for name in _mapping(where, resource):
        one_of(f"{where} attribute", name, (PRESENT, *kind.attributes))
    if not isinstance(key, str):
        raise DesiredError(where, key, "a text: put the key in quotes")
    values = {PRESENT: True} | {name: _value(kind, where, name, value) for name, value in resource.items()}
    try:
        found = kind.key(key)
    except ValueError as error:
        raise DesiredError(where, key, str(error)) from error
    if not values[PRESENT]:
        if len(values) > 1:
            raise DesiredError(where, sorted(values), "nothing beside present: false")
        if not kind.removable:
            raise DesiredError(f"{where} {PRESENT}", False, "nothing: such a thing cannot be removed")
        return found, dict(ABSENT)
    try:
        return found, kind.check(found, values)
    except ValueError as error:
        raise DesiredError(where, sorted(values), str(error)) from error


def _value(kind: Kind, where: str, name: str, value: Any) -> Any:
    known = attribute(kind, name)
    try:
        return known.form.take(value)
    except (ValueError, TypeError) as error:
        expected = str(error) or known.form.expected
        raise DesiredError(f"{where} {name}", value, expected, shown=not known.personal) from None


def _mapping(where: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise DesiredError(where, value, "a mapping")
    return value
