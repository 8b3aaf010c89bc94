"""Desired data, checked and brought into the form in which it is compared."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any

from fellesdrift.state.windows.catalogue import KINDS
from fellesdrift.state.windows.errors import DesiredError
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Kind, Resource, Resources, attribute


def check(desired: Mapping[str, Any]) -> Resources:
    """The desired data in canonical form, `present` always said. Raises DesiredError (FD420) at the first thing that
    is wrong."""
    result: Resources = {}
    for name, by_key in _mapping("desired state", desired).items():
        _one_of("kind", name, KINDS)
        result[name] = {}
        for key, resource in _mapping(name, by_key).items():
            where = f"{name}/{key}"
            found, checked = _resource(KINDS[name], where, key, resource)
            if found.lower() in (each.lower() for each in result[name]):
                raise DesiredError(where, key, "each key once; case does not tell two apart")
            result[name][found] = checked
    return result


def _resource(kind: Kind, where: str, key: Any, resource: Any) -> tuple[str, Resource]:
    for name in _mapping(where, resource):
        _one_of(f"{where} attribute", name, (PRESENT, *kind.attributes))
    values = {PRESENT: True} | {name: _value(kind, where, name, value) for name, value in resource.items()}
    if not isinstance(key, str):
        raise DesiredError(where, key, "a text")
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
        return found, kind.check(values)
    except ValueError as error:
        raise DesiredError(where, resource, str(error)) from error


def _value(kind: Kind, where: str, name: str, value: Any) -> Any:
    form = attribute(kind, name).form
    try:
        return form.take(value)
    except (ValueError, TypeError) as error:
        raise DesiredError(f"{where} {name}", value, str(error) or form.expected) from error


def _mapping(where: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise DesiredError(where, value, "a mapping")
    return value


def _one_of(where: str, name: object, known: Collection[str]) -> None:
    if name in known:
        return
    near = difflib.get_close_matches(str(name), known, 1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise DesiredError(where, name, f"{hint}one of {', '.join(known)}")
