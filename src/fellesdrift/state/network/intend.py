"""What the configuration will be: predicted from data, not from the steps, so that the two check each other."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Interface
from typing import Any

from fellesdrift.state.network import kinds, text
from fellesdrift.state.network.compare import compare
from fellesdrift.state.network.desired import check
from fellesdrift.state.network.errors import MissingOnDeviceError, OverlapError, UnsafeListChangeError
from fellesdrift.state.network.kinds import Resources
from fellesdrift.state.network.read import interfaces, present, read_interface
from fellesdrift.state.network.references import references
from fellesdrift.state.network.text import AccessList, Section


def intend(config: str, desired: Mapping[str, Any]) -> str:
    """The predicted configuration in normal form: after the steps, `normalise` of what the device prints equals it.
    Raises the errors of `touched`, and OverlapError, MissingOnDeviceError, UnsafeListChangeError when the result
    would be one that IOS refuses or that leaves traffic unfiltered."""
    sections = text.parse(config)
    result = intended_sections(sections, check(desired))
    return text.canonical(result)


def intended_sections(sections: tuple[Section, ...], want: Resources) -> tuple[Section, ...]:
    """`intend` on parsed sections and checked data; sections that stay are the same."""
    have = present(sections, want)
    changed: dict[str, dict[str, dict[str, Any]]] = {}
    for difference in compare(want, have):
        by_key = changed.setdefault(difference.kind, {}).setdefault(difference.key, {})
        by_key[difference.attribute] = difference.want
    result = [
        _interface(section, changed.get(kinds.INTERFACE, {}).get(section.head.removeprefix("interface "), {}))
        if text.is_interface(section)
        else section
        for section in sections
    ]
    result = _with_routes(result, changed.get(kinds.ROUTE, {}))
    result = _with_lists(result, {key: want[kinds.ACCESS_LIST][key] for key in changed.get(kinds.ACCESS_LIST, {})})
    _refuse_impossible(tuple(result), want)
    return tuple(result)


def _interface(section: Section, values: dict[str, Any]) -> Section:
    lines = list(section.lines)
    for name, value in values.items():
        if name == kinds.ENABLED:
            lines = [line for line in lines if line != "shutdown"] + ([] if value else ["shutdown"])
            continue
        attribute = kinds.BY_NAME[name]
        lines = [line for line in lines if attribute.pattern.fullmatch(line) is None and line != attribute.absent]
        new = attribute.absent if value is None else attribute.write(value)
        lines.extend([new] if new is not None else [])
    return Section(section.head, tuple(lines))


def _with_routes(sections: list[Section], changed: dict[str, dict[str, Any]]) -> list[Section]:
    kept = [
        section
        for section in sections
        if not (text.is_route(section) and (known := text.route_of(section.head)) and known[0] in changed)
    ]
    new = [
        Section(kinds.route_line(prefix, hop)) for prefix, resource in changed.items() for hop in resource["next_hops"]
    ]
    return [*kept[:-1], *new, kept[-1]]  # before `end`


def _with_lists(sections: list[Section], wanted: dict[str, dict[str, Any]]) -> list[Section]:
    kept = [section for section in sections if not (text.access_lists((section,)).keys() & wanted.keys())]
    new = [
        AccessList(name, resource["type"], tuple(resource["entries"])).section
        for name, resource in wanted.items()
        if resource["entries"]
    ]
    return [*kept[:-1], *new, kept[-1]]


def _refuse_impossible(sections: tuple[Section, ...], want: Resources) -> None:
    lists = text.access_lists(sections)
    for name, resource in want.get(kinds.INTERFACE, {}).items():
        for attribute in ("access_group_in", "access_group_out"):
            if (group := resource.get(attribute)) is not None and group not in lists:
                # IOS takes a filter without a list for "permit everything"
                raise MissingOnDeviceError(f"interface/{name} {attribute}", f"no list {group}", "a list with entries")
    for name, resource in want.get(kinds.ACCESS_LIST, {}).items():
        if not resource["entries"] and (users := references(sections, name)):
            raise UnsafeListChangeError(
                f"access_list/{name}", f"still used by `{users[0].line}`", "no use of a list that is taken away"
            )
    _refuse_overlaps(sections, want)


def _refuse_overlaps(sections: tuple[Section, ...], want: Resources) -> None:
    values = {name: read_interface(section)["ip_address"] for name, section in interfaces(sections).items()}
    networks = {
        name: IPv4Interface(value).network
        for name, value in values.items()
        if value is not None and value not in kinds.DYNAMIC_ADDRESSES
    }
    for name, resource in want.get(kinds.INTERFACE, {}).items():
        if resource.get("ip_address") is None or name not in networks:
            continue
        for other, network in networks.items():
            if other != name and network.overlaps(networks[name]):
                raise OverlapError(f"interface/{name} ip_address", str(networks[name]), other)
