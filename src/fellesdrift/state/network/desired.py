"""Desired data, checked and brought into the form in which it is compared."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any

from fellesdrift.state.network import addresses, kinds
from fellesdrift.state.network.entries import TYPES, EntryError, canonical, is_remark
from fellesdrift.state.network.errors import DesiredError
from fellesdrift.state.network.kinds import Resources
from fellesdrift.state.network.text import type_of_number


def check(desired: Mapping[str, Any]) -> Resources:
    """The desired data in canonical form: entries as IOS prints them, next hops sorted with all their attributes.
    Raises DesiredError at the first thing that is wrong."""
    result: Resources = {}
    for kind, by_key in _mapping("desired state", desired).items():
        _one_of("kind", kind, kinds.ATTRIBUTES)
        result[kind] = {}
        for key, resource in _mapping(kind, by_key).items():
            where = f"{kind}/{key}"
            for attribute in _mapping(where, resource):
                _one_of(f"{where} attribute", attribute, kinds.ATTRIBUTES[kind])
            result[kind][key] = _CHECKS[kind](where, key, resource)
    return result


def _mapping(where: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise DesiredError(where, value, "a mapping")
    return value


def _one_of(where: str, name: str, known: Collection[str]) -> None:
    if name in known:
        return
    near = difflib.get_close_matches(str(name), known, 1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise DesiredError(where, name, f"{hint}one of {', '.join(known)}")


def _interface(where: str, key: str, resource: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(key, str) or not key or " " in key:
        raise DesiredError(where, key, "an interface's full name such as GigabitEthernet0/1")
    for name, value in resource.items():
        if name == kinds.ENABLED:
            if not isinstance(value, bool):
                raise DesiredError(f"{where} {name}", value, "true or false")
        elif value is not None and not kinds.BY_NAME[name].valid(value):
            raise DesiredError(f"{where} {name}", value, kinds.BY_NAME[name].expected)
    return dict(resource)


def _route(where: str, key: str, resource: Mapping[str, Any]) -> dict[str, Any]:
    if not addresses.is_prefix(key):
        raise DesiredError(where, key, "a prefix without host bits such as 10.61.0.0/16")
    hops = resource.get("next_hops")
    if not isinstance(hops, list):
        raise DesiredError(f"{where} next_hops", hops, "the list of all next hops, [] for none")
    found = [_next_hop(f"{where} next_hops[{number}]", hop) for number, hop in enumerate(hops)]
    names = [hop["next_hop"] for hop in found]
    if len(set(names)) < len(names):
        raise DesiredError(f"{where} next_hops", sorted(names), "each next hop once; IOS keeps only the last one")
    return {"next_hops": sorted(found, key=kinds.next_hop_order)}


def _next_hop(where: str, hop: object) -> dict[str, Any]:
    values = {"distance": 1, "name": None, **_mapping(where, hop)}
    for attribute in values:
        _one_of(f"{where} attribute", attribute, ("next_hop", "distance", "name"))
    if not kinds.is_next_hop(values.get("next_hop")):
        raise DesiredError(f"{where} next_hop", values.get("next_hop"), "an address, an interface, or both")
    if not kinds.is_distance(values["distance"]):
        raise DesiredError(f"{where} distance", values["distance"], "1 to 255")
    if not kinds.is_route_name(values["name"]):
        raise DesiredError(f"{where} name", values["name"], "one word of up to 50 characters, or null")
    return {name: values[name] for name in ("next_hop", "distance", "name")}


def _access_list(where: str, key: str, resource: Mapping[str, Any]) -> dict[str, Any]:
    if not kinds.is_list_name(key):
        raise DesiredError(where, key, "a list's name or number")
    entries, list_type = resource.get("entries"), resource.get("type")
    if not isinstance(entries, list):
        raise DesiredError(f"{where} entries", entries, "the list of all entries in order, [] for no such list")
    if not entries:
        return {"type": None, "entries": []}
    if list_type not in TYPES:
        raise DesiredError(f"{where} type", list_type, " or ".join(TYPES))
    if key.isdigit() and type_of_number(int(key)) != list_type:
        raise DesiredError(f"{where} type", list_type, f"{type_of_number(int(key))}, by its number")
    found: list[str] = []
    for number, entry in enumerate(entries):
        place = f"{where} entries[{number}]"
        if not isinstance(entry, str):
            raise DesiredError(place, entry, "text")
        try:
            text = canonical(list_type, entry)
        except EntryError as error:
            raise DesiredError(place, entry, str(error)) from error
        if text in found and not is_remark(text):
            raise DesiredError(place, entry, "each entry once; IOS ignores the second")
        found.append(text)
    if all(is_remark(text) for text in found):
        raise DesiredError(f"{where} entries", entries, "at least one permit or deny; IOS lets everything through else")
    return {"type": list_type, "entries": found}


_CHECKS = {kinds.INTERFACE: _interface, kinds.ROUTE: _route, kinds.ACCESS_LIST: _access_list}
