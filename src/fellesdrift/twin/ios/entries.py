"""Access list entries: the form in which IOS keeps them, and their order."""

from __future__ import annotations

from collections.abc import Mapping

from fellesdrift.twin.ios.config import Block, Line
from fellesdrift.twin.ios.grammar import Rule, matcher
from fellesdrift.twin.ios.syntax import Match, Refusal
from fellesdrift.twin.net.addresses import number, text_of

ANY = (0, 0xFFFFFFFF)


def end(values: Mapping[str, str], side: str) -> tuple[int, int]:
    """(address, wildcard) of `src` or `dst`, with the bits under the wildcard cleared as IOS does."""
    if f"{side}_host" in values:
        return number(values[f"{side}_host"]), 0
    if side not in values:
        return ANY
    wild = number(values[f"{side}_wild"]) if f"{side}_wild" in values else 0
    return number(values[side]) & ~wild & 0xFFFFFFFF, wild


def _shown(values: Mapping[str, str], side: str, standard: bool) -> str:
    address, wild = end(values, side)
    if wild == 0xFFFFFFFF:
        return "any"
    if wild == 0:
        return text_of(address) if standard else f"host {text_of(address)}"
    return f"{text_of(address)} {text_of(wild)}"


def _ports(values: Mapping[str, str], side: str) -> str:
    if f"{side}_low" in values:
        return f"range {values[f'{side}_low']} {values[f'{side}_high']}"
    for operator in ("eq", "neq", "gt", "lt"):
        if f"{side}_{operator}" in values:
            return f"{operator} {values[f'{side}_{operator}']}"
    return ""


def canonical(values: Mapping[str, str], standard: bool) -> str:
    """`permit 10.61.1.5 0.0.255.255` -> `permit 10.61.0.0 0.0.255.255`, `host` and `any` where they fit."""
    if "remark" in values:
        return f"remark {values['remark']}"
    # IOS aligns what follows: `permit ip any any` below `deny   ip any any`
    if standard:
        parts = [values["action"].ljust(6), _shown(values, "src", True)]
    else:
        parts = [
            values["action"].ljust(6),
            values["protocol"],
            _shown(values, "src", False),
            _ports(values, "sport"),
            _shown(values, "dst", False),
            _ports(values, "dport"),
            values.get("icmp", ""),
            values.get("flag", ""),
        ]
    parts.append(values.get("log", ""))
    return " ".join(part for part in parts if part)


def _place(key: str) -> tuple[int, int]:
    """`20` -> (20, 0); `20.1`, the first remark behind entry 20, -> (20, 1)."""
    seq, _, remark = key.partition(".")
    return int(seq), int(remark or 0)


def ordered(block: Block) -> list[tuple[int, Line]]:
    """The entries with their sequence numbers, in order. A remark has none of its own: it keeps its place behind the
    entry that it was typed after.
    """
    return [(_place(key)[0], line) for key, line in sorted(block.lines.items(), key=lambda item: _place(item[0]))]


def _is_remark(line: Line) -> bool:
    return line.text.startswith("remark ")


def resequence(block: Block, start: int = 10, step: int = 10) -> None:
    """Number the entries anew."""
    numbered: dict[str, Line] = {}
    seq, remarks, following = 0, 0, start
    for _, line in ordered(block):
        if _is_remark(line):
            remarks += 1
            numbered[f"{seq}.{remarks}"] = line
        else:
            seq, remarks, following = following, 0, following + step
            numbered[str(seq)] = line
    block.lines = numbered


def add(block: Block, wanted: str | None, line: Line) -> str | None:
    """Put an entry into its list, at the sequence number `wanted` or last; returns what the device says against it."""
    last, remarks = max((_place(key) for key in block.lines), default=(0, 0))
    if _is_remark(line):
        block.lines[f"{last}.{remarks + 1}"] = line
        return None
    if any(have.text == line.text for have in block.lines.values()):
        return ""
    if wanted is not None and wanted in block.lines:
        return "% Duplicate sequence number\n%Failed to add ace to access-list\n"
    block.lines[wanted or str(last - last % 10 + 10)] = line
    return None


def remove(block: Block, text: str) -> bool:
    """Take the entry that reads so out of the list."""
    for key, line in block.lines.items():
        if line.text == text:
            del block.lines[key]
            return True
    return False


def read(text: str, standard: bool) -> Match[Rule] | Refusal:
    """One entry as typed after `access-list N`."""
    return matcher("acl-standard" if standard else "acl-extended").match(text)


def is_standard_number(name: str) -> bool | None:
    """True for 1-99 and 1300-1999, False for 100-199 and 2000-2699, None for a name."""
    if not name.isdigit():
        return None
    value = int(name)
    return value < 100 or 1300 <= value < 2000
