"""`show running-config`: the order, indentation and `!` lines of IOS 12.4."""

from __future__ import annotations

from functools import cache
from operator import itemgetter
from typing import Any

from fellesdrift.twin.ios import entries, names
from fellesdrift.twin.ios.config import Block, Configuration, Line
from fellesdrift.twin.ios.grammar import MOVED, Rule, table
from fellesdrift.twin.net.addresses import number

_NUMBERED = next(rule for rule in table("config") if rule.check == "numbered")
_STANDBY = next(rule.rank for rule in table("config-if") if rule.pattern.startswith("standby <group"))
_BEFORE_ADDRESS = frozenset({"description", "bandwidth", "mtu", "mac-address", "ip vrf forwarding"})
# these blocks end with a `!` of their own
_SPACED = (
    "interface ",
    "router ",
    "ip access-list ",
    "crypto ",
    "ip dhcp pool ",
    "policy-map ",
    "class-map ",
    "track ",
)


def _is_numbered(line: Line) -> bool:
    return line.key.startswith("ip access-list ") and line.values["list"].isdigit()


@cache
def _before(version: str, key: str) -> Rule | None:
    """The rule before whose lines those of `key` stand in that version, when that differs from the table."""
    anchor = MOVED.get(version, {}).get(key)
    return None if anchor is None else next(rule for rule in table("config") if rule.key == anchor)


def _sort_key(line: Line) -> tuple[float, tuple[Any, ...]]:
    """Rank of the rule, then what IOS sorts by within it; equal keys keep the order of entry."""
    values, rank = line.values, line.rule.rank
    if _is_numbered(line):
        return _NUMBERED.rank, (int(values["list"]),)
    if line.key.startswith("interface "):
        return rank, names.order(values["name"])
    if line.key.startswith("ip route "):
        return rank, (number(values["prefix"]), number(values["mask"]), int(values.get("distance", "1")))
    if line.key.startswith("ip access-list "):
        return rank, (values["type"] == "extended", values["list"])
    if line.key.startswith("standby ") and "group" in values:
        return _STANDBY, (int(values["group"]), rank)
    return rank, (int(values["first"]),) if line.key.startswith("line vty") else ()


def _sorted(block: Block) -> list[Line]:
    return sorted(block.lines.values(), key=_sort_key)


def _interface(line: Line) -> list[str]:
    lines = _sorted(line.block or Block())
    texts = [each.text for each in lines]
    if not any(each.key in ("ip address", "ip unnumbered") for each in lines):
        texts.insert(sum(1 for each in lines if each.key in _BEFORE_ADDRESS), "no ip address")
    return [line.text, *(f" {text}" for text in texts)]


def block_lines(line: Line, indent: int = 0) -> list[str]:
    """A line and everything below it, as `show running-config` prints them."""
    if _is_numbered(line):
        name = line.values["list"]
        return [f"access-list {name} {each.text}" for _, each in entries.ordered(line.block or Block())]
    if line.key.startswith("interface "):
        return _interface(line)
    lines = [f"{' ' * indent}{line.text}"]
    if line.block is None:
        return lines
    if line.key.startswith("ip access-list "):
        return [*lines, *(f" {each.text}" for _, each in entries.ordered(line.block))]
    for each in _sorted(line.block):
        lines += block_lines(each, indent + 1)
    return lines


def _in_order(config: Configuration) -> list[tuple[Line, int]]:
    """The global lines with the group that each is printed in, as this version orders them."""
    placed = []
    for line in _sorted(config.root):
        anchor = _before(config.version, line.rule.key)
        key = _sort_key(line) if anchor is None else (anchor.rank - 0.5, (line.rule.rank,))
        group = _NUMBERED.group if _is_numbered(line) else (anchor or line.rule).group
        placed.append((key, line, group))
    return [(line, group) for _, line, group in sorted(placed, key=itemgetter(0))]


def body(config: Configuration) -> str:
    """Everything between the heading and `end`, without either."""
    lines: list[str] = []
    last = -1
    for line, group in _in_order(config):
        if group != last and lines and lines[-1] != "!":
            lines.append("!")
        last = group
        lines += block_lines(line)
        if line.key.startswith(_SPACED) and not _is_numbered(line):
            lines.append("!")
    if not lines or lines[-1] != "!":
        lines.append("!")
    return "\n".join(lines) + "\n"
