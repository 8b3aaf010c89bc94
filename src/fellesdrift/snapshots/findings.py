"""Two configurations of one device, resource by resource; and what no fragment claims."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import Any

from fellesdrift.state.network import Resources, kinds, normalise, read_resources, text

_NO_ATTRIBUTE = frozenset({"shutdown", "no shutdown", *(each.absent for each in kinds.INTERFACE_ATTRIBUTES)})


@dataclass(frozen=True)
class Change:
    """One attribute that is not what it was."""

    kind: str
    key: str
    attribute: str
    baseline: Any
    latest: Any


@dataclass(frozen=True)
class Findings:
    """new, gone: "kind/key" on one side only. different: attributes of resources on both. added, removed: lines that
    belong to no resource of the known kinds, each with the section that it stands in."""

    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    different: list[Change] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether there is a difference at all."""
        return bool(self.new or self.gone or self.different or self.added or self.removed)


def compare(baseline: str, latest: str) -> Findings:
    """What is otherwise than in the baseline. Both are redacted, so a changed secret is not seen. Raises
    ConfigurationUnreadableError (FD402) for a text that is not whole."""
    before, after = read_resources(baseline), read_resources(latest)
    old, new = _names(before), _names(after)
    different = [
        Change(kind, key, attribute, before[kind][key].get(attribute), value)
        for kind, keys in after.items()
        for key, resource in keys.items()
        if key in before.get(kind, {})
        for attribute, value in resource.items()
        if before[kind][key].get(attribute) != value
    ]
    added, removed = _moved(other_lines(baseline), other_lines(latest))
    return Findings(
        new=[name for name in new if name not in old],
        gone=[name for name in old if name not in new],
        different=different,
        added=added,
        removed=removed,
    )


def unmanaged(latest: str, desired: Resources) -> list[str]:
    """Resources of the device that no fragment claims, as "kind/key". A port that carries nothing (shut down, without
    any attribute) is none. Raises ConfigurationUnreadableError."""
    return [
        f"{kind}/{key}"
        for kind, keys in read_resources(latest).items()
        for key, resource in keys.items()
        if key not in desired.get(kind, {}) and any(value not in (None, False, []) for value in resource.values())
    ]


def _names(resources: Resources) -> dict[str, None]:
    return {f"{kind}/{key}": None for kind, keys in resources.items() for key in keys}


def other_lines(config: str) -> list[str]:
    """Everything that is part of no resource of a known kind: nothing that a device says is left out."""
    found: list[str] = []
    for section in text.parse(normalise(config)):
        if text.is_access_list(section):
            continue
        if text.is_route(section):
            known = text.route_of(section.head)
            if known is None or kinds.read_next_hop(known[1]) is None:
                found.append(section.head)
        elif text.is_interface(section):
            found += [f"{section.head}: {line}" for line in section.lines if not _is_attribute(line)]
        else:
            found += [section.head, *(f"{section.head}: {line}" for line in section.lines)]
    return found


def _is_attribute(line: str) -> bool:
    return line in _NO_ATTRIBUTE or any(each.pattern.fullmatch(line) for each in kinds.INTERFACE_ATTRIBUTES)


def _moved(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """(added, removed): a line whose place changed is both, for order can mean something."""
    added: list[str] = []
    removed: list[str] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            removed += before[i1:i2]
            added += after[j1:j2]
    return added, removed
