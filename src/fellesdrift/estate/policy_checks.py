"""What must hold for the zone policy: its words are known, and every rule can decide something."""

from __future__ import annotations

from collections import defaultdict

from fellesdrift.estate.draft import Draft, KeyPath
from fellesdrift.estate.policy import PolicyRule
from fellesdrift.estate.references import refers

VARIABLE = "fellesdrift_policy"
# A range of ports of one protocol; every protocol and port is None.
_Ports = tuple[str, int, int]
_Pair = tuple[str, str]


def check(draft: Draft) -> None:
    """All checks of the policy."""
    seen: dict[str, int] = {}
    for index, rule in draft.policy:
        path: KeyPath = (VARIABLE, index)
        if rule.id in seen:
            draft.refuse(
                "FD154",
                f"Two rules of the policy have the id {rule.id!r}.",
                (*path, "id"),
                found=rule.id,
                expected=f"an id that {VARIABLE}[{seen[rule.id]}] does not have",
            )
        seen.setdefault(rule.id, index)
        for field, zones in (("sources", rule.sources), ("destinations", rule.destinations)):
            for number, zone in enumerate(zones):
                refers(draft, "zones", "FD112", zone, (*path, field, number))
        for number, application in enumerate(rule.applications):
            refers(draft, "applications", "FD153", application, (*path, "applications", number))
    _shadowed(draft)


def _shadowed(draft: Draft) -> None:
    """The first rule that fits decides: one whose every conversation has been decided before it says nothing."""
    decided: dict[_Pair, list[tuple[_Ports | None, str]]] = defaultdict(list)
    for index, rule in draft.policy:
        ports = _ports(draft, rule)
        if ports is None:
            continue
        pairs = [(source, destination) for source in rule.sources for destination in rule.destinations]
        covering = [_covered_by(decided[pair], port) for pair in pairs for port in ports]
        if covering and all(name is not None for name in covering):
            earlier = list(dict.fromkeys(name for name in covering if name is not None))
            draft.refuse(
                "FD155",
                f"The rule {rule.id!r} can never apply.",
                (VARIABLE, index, "id"),
                found=f"everything that it is about is decided by {', '.join(earlier)} before it",
                expected="a rule before those that are wider, or no such rule",
            )
        for pair in pairs:
            decided[pair].extend((port, rule.id) for port in ports)


def _ports(draft: Draft, rule: PolicyRule) -> list[_Ports | None] | None:
    """What the rule is about; None when one of its applications is not known (FD153, or an error of its own)."""
    if not rule.applications:
        return [None]
    found: list[_Ports | None] = []
    for name in rule.applications:
        if name not in draft.applications:
            return None
        for port in draft.applications[name].ports:
            protocol, _, numbers = port.partition("/")
            first, _, last = numbers.partition("-")
            # icmp/echo has no number: it is one conversation, like a single port
            found.append((protocol, int(first), int(last or first)) if first.isdecimal() else (port, 0, 0))
    return found


def _covered_by(decided: list[tuple[_Ports | None, str]], port: _Ports | None) -> str | None:
    """The id of the rule that decides all of `port`, or None."""
    for earlier, name in decided:
        if earlier is None:
            return name
        if port is not None and earlier[0] == port[0] and earlier[1] <= port[1] and port[2] <= earlier[2]:
            return name
    return None
