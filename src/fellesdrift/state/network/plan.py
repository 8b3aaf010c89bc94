"""The steps from the present configuration to the desired one, make before break."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Interface
from typing import Any

from fellesdrift.state.network import addresses, kinds, lists, text
from fellesdrift.state.network.compare import compare
from fellesdrift.state.network.desired import check
from fellesdrift.state.network.intend import intended_sections
from fellesdrift.state.network.kinds import Resources
from fellesdrift.state.network.read import interfaces, present, read_interface
from fellesdrift.state.network.references import references
from fellesdrift.state.network.remediation import differing_lines
from fellesdrift.state.network.text import AccessList, Section


class Phase(StrEnum):
    """In this order: what is new works before what is old goes."""

    LISTS = "lists"
    INTERFACES = "interfaces"
    ROUTES_ADDED = "routes_added"
    ROUTES_KEPT = "routes_kept"
    ROUTES_REMOVED = "routes_removed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Step:
    """Some lines that belong together; after each step the device can be checked.

    lines   as typed in configuration mode; those of a section begin with one blank
    """

    title: str
    phase: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Plan:
    sections: tuple[Section, ...]
    want: Resources
    have: Resources


def steps(config: str, desired: Mapping[str, Any]) -> list[Step]:
    """The steps, in order; [] when nothing differs. Raises what `intend` raises."""
    sections, want = text.parse(config), check(desired)
    intended_sections(sections, want)  # for its refusals: an impossible end has no way to it
    plan = _Plan(sections, want, present(sections, want))
    if not compare(want, plan.have):
        return []
    lines = differing_lines(plan.have, want)
    routes = lines.pop("", [])
    return [
        *_changed_lists(plan, narrowing=False),
        *_interface_steps(plan, lines),
        *_route_steps(plan, routes),
        *_changed_lists(plan, narrowing=True),
        *_withdrawn_interfaces(lines),
        *_withdrawn_lists(plan),
    ]


# -- access lists


def _wanted_list(plan: _Plan, name: str) -> AccessList | None:
    resource = plan.want[kinds.ACCESS_LIST][name]
    return AccessList(name, resource["type"], tuple(resource["entries"])) if resource["entries"] else None


def _changed_lists(plan: _Plan, narrowing: bool) -> Iterator[Step]:
    """Lists that only lose permits are changed last: what they let through must have moved away first."""
    numbered = text.version(plan.sections) >= (12, 4)
    for name in plan.want.get(kinds.ACCESS_LIST, {}):
        # a list may be there and empty: its type still has to go before another type can come
        have, want = text.access_lists(plan.sections).get(name), _wanted_list(plan, name)
        if want is None or have == want:
            continue
        use = lists.ListUse(numbered, tuple(references(plan.sections, name)))
        if lists.only_loses_permits(have, want) is narrowing:
            verb = "Define" if have is None else "Narrow" if narrowing else "Change"
            phase = Phase.WITHDRAWN if narrowing else Phase.LISTS
            yield Step(f"{verb} access list {name}", phase, _indented(lists.change(have, want, use)))


def _withdrawn_lists(plan: _Plan) -> Iterator[Step]:
    for name in plan.want.get(kinds.ACCESS_LIST, {}):
        have = text.access_lists(plan.sections).get(name)
        if have is not None and _wanted_list(plan, name) is None:
            yield Step(f"Remove access list {name}", Phase.WITHDRAWN, (lists.remove(have),))


def _indented(lines: list[str]) -> tuple[str, ...]:
    heads = ("ip access-list ", "no ip access-list ", "interface ")
    return tuple(line if line.startswith(heads) else f" {line}" for line in lines)


# -- interfaces


def _is_withdrawal(line: str) -> bool:
    return line == "shutdown" or (line.startswith("no ") and line != "no shutdown")


def _attribute_of(line: str) -> str:
    """What a line is about, so that a negation can be matched with what replaces it."""
    words = line.removeprefix("no ").split()
    if words[:2] == ["ip", "access-group"]:
        return f"{words[1]} {words[-1]}"
    return " ".join(words[:2]) if words[0] == "ip" else words[0]


_EXCLUSIVE = ("ip nat",)  # inside and outside exclude each other: the old one goes first
_ORDER = [
    attribute.write("10.0.0.1/32" if attribute.name == "ip_address" else "1")
    for attribute in kinds.INTERFACE_ATTRIBUTES
]


def _establishing(lines: list[str]) -> list[str]:
    """What an interface gets: filters before the address, `no shutdown` at the end."""
    new = [line for line in lines if not _is_withdrawal(line)]
    about = {_attribute_of(line) for line in new}
    first = [line for line in lines if _is_withdrawal(line) and _attribute_of(line) in about & set(_EXCLUSIVE)]
    rank = {_attribute_of(line): number for number, line in enumerate(_ORDER)}
    return [*first, *sorted(new, key=lambda line: rank.get(_attribute_of(line), len(rank)))]


def _withdrawing(lines: list[str]) -> list[str]:
    """What an interface loses: shut down before it loses its address, and that before its filters."""
    about = {_attribute_of(line) for line in lines if not _is_withdrawal(line)}
    old = [line for line in lines if _is_withdrawal(line) and _attribute_of(line) not in about]
    rank = {"shutdown": 0, "ip address": 1}
    return sorted(old, key=lambda line: rank.get(_attribute_of(line), 2))


def _interface_steps(plan: _Plan, lines: dict[str, list[str]]) -> Iterator[Step]:
    moved: set[str] = set()
    for head, wanted in lines.items():
        name = head.removeprefix("interface ")
        new = _establishing(wanted)
        # IOS refuses an address whose network another interface has: that one has to let go first
        early = [other for other in _in_the_way(plan, name) if other not in moved]
        moved.update(early, [name] if any(line.startswith("ip address ") for line in new) else [])
        if new:
            before = [line for other in early for line in (f"interface {other}", " no ip address")]
            title = f"Move the network of {', '.join(early)} to {name}" if early else f"Set up {name}"
            yield Step(title, Phase.INTERFACES, (*before, head, *(f" {line}" for line in new)))
        for other in early:
            _drop_line(lines, other, "no ip address")


def _in_the_way(plan: _Plan, name: str) -> Iterator[str]:
    wanted = plan.want[kinds.INTERFACE][name].get("ip_address")
    if wanted is None or wanted in kinds.DYNAMIC_ADDRESSES or wanted == plan.have[kinds.INTERFACE][name]["ip_address"]:
        return
    network = IPv4Interface(wanted).network
    for other, section in interfaces(plan.sections).items():
        there = read_interface(section)["ip_address"]
        if other == name or there is None or there in kinds.DYNAMIC_ADDRESSES:
            continue
        if IPv4Interface(there).network.overlaps(network):
            yield other


def _drop_line(lines: dict[str, list[str]], name: str, beginning: str) -> None:
    head = f"interface {name}"
    lines[head] = [line for line in lines[head] if not line.startswith(beginning)]


def _withdrawn_interfaces(lines: dict[str, list[str]]) -> Iterator[Step]:
    for head, wanted in lines.items():
        if old := _withdrawing(wanted):
            title = f"Withdraw from {head.removeprefix('interface ')}"
            yield Step(title, Phase.WITHDRAWN, (head, *(f" {line}" for line in old)))


# -- routes


def _hop(line: str) -> tuple[str, dict[str, Any]]:
    known = text.route_of(line)
    hop = kinds.read_next_hop(known[1]) if known else None
    if known is None or hop is None:
        raise AssertionError(line)  # it was written by kinds.route_line
    return known[0], hop


def _route_steps(plan: _Plan, lines: list[str]) -> Iterator[Step]:
    present_hops = {
        (prefix, hop["next_hop"])
        for prefix, resource in plan.have.get(kinds.ROUTE, {}).items()
        for hop in resource["next_hops"]
    }
    new = [(*_hop(line), line) for line in lines if not line.startswith("no ")]
    # an exception must be there before, and stay longer than, the wide route that would swallow it
    new.sort(key=lambda one: _most_specific_first(one[0]))
    entered = {(prefix, hop["next_hop"]) for prefix, hop, _ in new}
    for prefix, hop, line in new:
        if (prefix, hop["next_hop"]) not in present_hops:
            yield Step(f"Add route {prefix} by {hop['next_hop']}", Phase.ROUTES_ADDED, (line,))
    for prefix, hop, line in new:
        if (prefix, hop["next_hop"]) in present_hops:
            title = f"Keep route {prefix} by {hop['next_hop']} at distance {hop['distance']}"
            yield Step(title, Phase.ROUTES_KEPT, (line,))
    old = [(*_hop(line.removeprefix("no ")), line) for line in lines if line.startswith("no ")]
    old.sort(key=lambda one: addresses.sort_key(one[0])[::-1])
    for prefix, hop, line in old:
        # entering a route again replaces it: no `no` for those
        if (prefix, hop["next_hop"]) not in entered:
            yield Step(f"Remove route {prefix} by {hop['next_hop']}", Phase.ROUTES_REMOVED, (line,))


def _most_specific_first(prefix: str) -> tuple[int, int]:
    address, length = addresses.sort_key(prefix)
    return -length, address
