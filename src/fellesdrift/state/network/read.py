"""What a configuration says, as resources."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from fellesdrift.session.redaction import redact
from fellesdrift.state.network import addresses, kinds, text
from fellesdrift.state.network.desired import check
from fellesdrift.state.network.entries import EntryError, canonical
from fellesdrift.state.network.errors import (
    ConfigurationUnreadableError,
    MissingOnDeviceError,
    UnsupportedPresentError,
)
from fellesdrift.state.network.kinds import Resources
from fellesdrift.state.network.text import Section


def read_resources(config: str) -> Resources:
    """All resources of the known kinds, all their attributes. A static route of a form that the data cannot hold
    (`track`, `tag`, ...) is left out here; claiming its prefix is refused. Raises ConfigurationUnreadableError."""
    sections = text.parse(config)
    routes: dict[str, list[dict[str, Any]]] = {}
    for line in _route_lines(sections):
        if (known := text.route_of(line)) and (hop := kinds.read_next_hop(known[1])):
            routes.setdefault(known[0], []).append(hop)
    return {
        kinds.INTERFACE: {name: read_interface(section) for name, section in interfaces(sections).items()},
        kinds.ROUTE: {
            prefix: {"next_hops": sorted(routes[prefix], key=kinds.next_hop_order)}
            for prefix in sorted(routes, key=addresses.sort_key)
        },
        kinds.ACCESS_LIST: {
            name: {"type": found.type, "entries": list(found.entries)}
            for name, found in sorted(text.access_lists(sections).items())
        },
    }


def touched(config: str, desired: Mapping[str, Any]) -> Resources:
    """The present value of everything that `desired` claims, absent ones as None, [] or `type: None`: what must be
    desired to undo it. Raises DesiredError, MissingOnDeviceError, UnsupportedPresentError and
    ConfigurationUnreadableError."""
    return present(text.parse(config), check(desired))


def present(sections: tuple[Section, ...], claimed: Resources) -> Resources:
    """`touched` on parsed sections and checked data."""
    read = {kinds.INTERFACE: _claimed_interface, kinds.ROUTE: _claimed_route, kinds.ACCESS_LIST: _claimed_list}
    return {
        kind: {key: read[kind](sections, key, resource) for key, resource in by_key.items()}
        for kind, by_key in claimed.items()
    }


def interfaces(sections: tuple[Section, ...]) -> dict[str, Section]:
    """Interface sections by name."""
    return {section.head.split(" ", 1)[1]: section for section in sections if text.is_interface(section)}


def read_interface(section: Section) -> dict[str, Any]:
    """All known attributes of an interface."""
    values: dict[str, Any] = dict.fromkeys(kinds.ATTRIBUTES[kinds.INTERFACE])
    values[kinds.ENABLED] = "shutdown" not in section.lines
    for line in section.lines:
        for attribute in kinds.INTERFACE_ATTRIBUTES:
            if match := attribute.pattern.fullmatch(line):
                try:
                    values[attribute.name] = attribute.read(*match.groups())
                except ValueError as error:  # digits that are no address or no mask: the text is damaged
                    raise ConfigurationUnreadableError(line, attribute.expected) from error
    return values


def _claimed_interface(sections: tuple[Section, ...], name: str, resource: dict[str, Any]) -> dict[str, Any]:
    known = interfaces(sections)
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"; the nearest name is {near[0]}" if near else ""
        raise MissingOnDeviceError(f"interface/{name}", f"no such interface{hint}", ", ".join(known))
    lines = known[name].lines
    if "ip_address" in resource:
        for line in lines:
            if line.startswith("ip address ") and kinds.BY_NAME["ip_address"].pattern.fullmatch(line) is None:
                raise UnsupportedPresentError(f"interface/{name} ip_address", line, "one address, none secondary")
    values = read_interface(known[name])
    for attribute in resource:
        form = kinds.BY_NAME.get(attribute)
        if form is not None and values[attribute] is not None and not form.valid(values[attribute]):
            raise UnsupportedPresentError(f"interface/{name} {attribute}", str(values[attribute]), form.expected)
    return {attribute: values[attribute] for attribute in resource}


def _claimed_route(sections: tuple[Section, ...], prefix: str, _resource: dict[str, Any]) -> dict[str, Any]:
    hops = []
    for line in _route_lines(sections):
        known = text.route_of(line)
        if known is None or known[0] != prefix:
            continue
        hop = kinds.read_next_hop(known[1])
        if hop is None:
            raise UnsupportedPresentError(f"route/{prefix}", redact(line), "next hop, distance and name only")
        hops.append(hop)
    return {"next_hops": sorted(hops, key=kinds.next_hop_order)}


def _claimed_list(sections: tuple[Section, ...], name: str, _resource: dict[str, Any]) -> dict[str, Any]:
    found = text.access_lists(sections).get(name)
    if found is None:
        return {"type": None, "entries": []}
    for entry in found.entries:
        try:
            canonical(found.type, entry)
        except EntryError as error:
            raise UnsupportedPresentError(f"access_list/{name}", entry, str(error)) from error
    return {"type": found.type, "entries": list(found.entries)}


def _route_lines(sections: tuple[Section, ...]) -> list[str]:
    return [section.head for section in sections if text.is_route(section)]
