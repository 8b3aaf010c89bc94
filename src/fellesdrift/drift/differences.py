"""Where a device is not what is recorded of it: one place at a time, every line of it in exactly one of them.

Both sides are in normal form. Interfaces attribute by attribute, static routes and access lists as wholes; every other
line by the section that it stands in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from fellesdrift.drift.model import Kind
from fellesdrift.state.network import Resources, kinds, read_resources, text

_ORDER = "(order)"
_PLAIN = frozenset({"shutdown", "no shutdown", *(each.absent for each in kinds.INTERFACE_ATTRIBUTES)})
_BANNER = "banner "


@dataclass(frozen=True)
class Place:
    """One difference. None: not there. desired: what puts it right, where network_device can; lines: what to type
    where it cannot; both empty: only a person can tell."""

    kind: Kind
    key: str
    attribute: str
    want: Any
    have: Any
    desired: Resources | None = None
    lines: tuple[str, ...] = ()


def differences(recorded: str, present: str) -> list[Place]:
    """[] when both are the same but for the order of their kinds. Raises ConfigurationUnreadableError."""
    if same(recorded, present):
        return []
    want, have = read_resources(recorded), read_resources(present)
    old, new = text.parse(recorded), text.parse(present)
    interfaces = _sections(old, own=True), _sections(new, own=True)
    found = [
        *_whole_interfaces(*interfaces),
        *_attributes(want["interface"], have["interface"]),
        *_routes(want["route"], have["route"]),
        *_lists(want["access_list"], have["access_list"]),
        *_other_lines(_sections(old), _sections(new), set(interfaces[0]) ^ set(interfaces[1])),
    ]
    # two texts that differ are never called the same
    return found or [Place("configuration", "(text)", "", recorded.splitlines(), present.splitlines())]


def same(recorded: str, present: str) -> bool:
    """Whether two normal forms say the same. In which order lines of different kinds are printed is the device's own,
    and nobody's to change; the order of lines of one kind is compared."""
    return recorded == present or _by_kind(recorded) == _by_kind(present)


def _by_kind(config: str) -> list[text.Section]:
    return sorted(text.parse(config), key=lambda section: _kind(section.head))


def arranged(config: str, like: str) -> str:
    """A normal form in the order of another, so that a diff of the two shows what differs and not what moved."""
    place = {section.head: number for number, section in enumerate(text.parse(like))}
    last, keyed = 0, []
    for section in text.parse(config):
        last = place.get(section.head, last)
        keyed.append((last, section))
    return "\n".join(section.text for _, section in sorted(keyed, key=lambda pair: pair[0])) + "\n"


def _whole_interfaces(old: dict[str, list[str]], new: dict[str, list[str]]) -> Iterator[Place]:
    for head in dict.fromkeys([*old, *new]):
        if (head in old) != (head in new):
            lines = (head, *(f" {line}" for line in old[head])) if head in old else (f"no {head}",)
            name = head.removeprefix("interface ")
            yield Place("interface", name, "", old.get(head), new.get(head), lines=lines)


def _attributes(want: Mapping[str, Any], have: Mapping[str, Any]) -> Iterator[Place]:
    for name in want:
        for attribute, value in want[name].items():
            present = have[name][attribute] if name in have else value
            if present != value:
                desired = {kinds.INTERFACE: {name: {attribute: value}}}
                yield Place("interface", name, attribute, value, present, desired)


def _routes(want: Mapping[str, Any], have: Mapping[str, Any]) -> Iterator[Place]:
    for prefix in dict.fromkeys([*want, *have]):
        old, new = (side.get(prefix, {}).get("next_hops", []) for side in (want, have))
        if old != new:
            yield Place("route", prefix, "", old or None, new or None, {kinds.ROUTE: {prefix: {"next_hops": old}}})


def _lists(want: Mapping[str, Any], have: Mapping[str, Any]) -> Iterator[Place]:
    absent: dict[str, Any] = {"type": None, "entries": []}
    for name in dict.fromkeys([*want, *have]):
        old, new = want.get(name), have.get(name)
        if old != new:
            yield Place("access_list", name, "", old, new, {kinds.ACCESS_LIST: {name: old or absent}})


def _sections(sections: tuple[text.Section, ...], own: bool = False) -> dict[str, list[str]]:
    """head -> lines. own: interfaces with all their lines; else everything that is no resource, of interfaces the
    lines that are no attribute. A head that stands there twice has the lines of both."""
    found: dict[str, list[str]] = {}
    for section in sections:
        if own:
            if text.is_interface(section):
                found.setdefault(section.head, []).extend(section.lines)
            continue
        if text.is_access_list(section):
            continue
        if text.is_route(section):
            known = text.route_of(section.head)
            if known is not None and kinds.read_next_hop(known[1]) is not None:
                continue
        lines = [line for line in section.lines if not (text.is_interface(section) and _is_attribute(line))]
        found.setdefault(section.head, []).extend(lines)
    return found


def _is_attribute(line: str) -> bool:
    return line in _PLAIN or any(each.pattern.fullmatch(line) for each in kinds.INTERFACE_ATTRIBUTES)


def _other_lines(old: dict[str, list[str]], new: dict[str, list[str]], whole: set[str]) -> Iterator[Place]:
    gone = [head for head in old if head not in new and head not in whole]
    come = [head for head in new if head not in old and head not in whole]
    for was, is_ in _paired(gone, come):
        want = [was, *old[was]] if was is not None else None
        have = [is_, *new[is_]] if is_ is not None else None
        yield _line(_key(was, is_), want, have, _typed(was, is_, *([f" {line}" for line in old[was]] if was else [])))
    for head, lines in old.items():
        if head in new and head not in whole and lines != new[head]:
            yield from _below(head, lines, new[head])
    for kind in dict.fromkeys(_kind(head) for head in old):
        want, have = ([head for head in one if _kind(head) == kind and head in other] for one, other in _ways(old, new))
        if want != have:
            yield Place("configuration", f"{kind} {_ORDER}", "", want, have)


def _ways[T](one: T, other: T) -> tuple[tuple[T, T], tuple[T, T]]:
    return (one, other), (other, one)


def _below(head: str, old: list[str], new: list[str]) -> Iterator[Place]:
    if head.startswith(_BANNER):
        yield Place("configuration", head, "", old, new)
        return
    gone, come = (list((one - other).elements()) for one, other in _ways(Counter(old), Counter(new)))
    for was, is_ in _paired(gone, come, _kind_below):
        nested = (was or is_ or "").startswith(" ")
        typed = (head, *(f" {line}" for line in _typed(was, is_)))
        want, have = ([line] if line is not None else None for line in (was, is_))
        yield _line(f"{head}: {_key(was, is_).strip()}", want, have, typed, nested=nested)
    if not gone and not come:
        yield Place("configuration", f"{head}: {_ORDER}", "", old, new)


def _kind(line: str) -> str:
    """What a line is about: two words, but of an interface all of them."""
    words = line.removeprefix("no ").split()
    return " ".join(words if words[:1] == ["interface"] else words[:2])


def _kind_below(line: str) -> str:
    """The same within a section, where one word says it."""
    words = line.strip().removeprefix("no ").split()
    return " ".join(words[: 2 if words[:1] == ["ip"] else 1])


def _paired(
    gone: Sequence[str], come: Sequence[str], kind_of: Callable[[str], str] = _kind
) -> Iterator[tuple[str | None, str | None]]:
    """(was, is): a line that was replaced stands beside what replaced it, where only one of its kind went and one
    came."""
    kinds_gone, kinds_come = Counter(map(kind_of, gone)), Counter(map(kind_of, come))
    successor = {kind_of(line): line for line in come if kinds_gone[kind_of(line)] == 1 == kinds_come[kind_of(line)]}
    for was in dict.fromkeys(gone):
        yield was, successor.get(kind_of(was))
    for is_ in dict.fromkeys(come):
        if kind_of(is_) not in successor:
            yield None, is_


def _key(was: str | None, is_: str | None) -> str:
    """The line; of two, the words that they begin with, so that the place stays the same whatever stands there."""
    if was is None or is_ is None:
        return was or is_ or ""
    both = zip(*(line.removeprefix("no ").split() for line in (was, is_)), strict=False)
    return " ".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], both))


def _typed(was: str | None, is_: str | None, *below: str) -> tuple[str, ...]:
    """What is there goes first: of a line that there can be only one of, `no` takes whichever is there."""
    away = [_negated(is_)] if is_ is not None else []
    return tuple(dict.fromkeys([*away, *([was] if was is not None else []), *below]))


def _line(
    key: str, want: list[str] | None, have: list[str] | None, lines: tuple[str, ...], nested: bool = False
) -> Place:
    # what stands in a banner, or two levels deep, cannot be typed by itself
    typed = () if nested or key.startswith(_BANNER) else lines
    return Place("configuration", key, "", want, have, lines=typed)


def _negated(line: str) -> str:
    return line.removeprefix("no ") if line.startswith("no ") else f"no {line}"
