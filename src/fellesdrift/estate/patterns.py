"""Ansible's host patterns on plain data: groups and hosts, no inventory manager, no --limit.

Same answers as `ansible.inventory.manager.InventoryManager.get_hosts` (ansible-core 2.21; tests hold the two
against each other), with one difference: a name that is neither group nor host is an error here, not an empty answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import translate

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import names

# "web[0]", "web[1:]", "web[0:2]", "web[-1]": a subscript takes a part of what the pattern before it matches.
_SUBSCRIPT = re.compile(r"^(?P<expr>.+)\[(?:(?P<index>-?[0-9]+)|(?P<start>[0-9]+):(?P<end>[0-9]*))\]$")
_GLOB = frozenset(".?*[")


def select(
    groups: Mapping[str, Sequence[str]], hosts: Sequence[str], wanted: Iterable[str], municipality: str
) -> list[str]:
    """Hosts of all patterns one by one, in the given order, without duplicates; `{municipality}` is replaced.

    Raises FellesdriftError FD126 for a pattern that cannot be read or names neither a group nor a host.
    """
    chosen: dict[str, None] = {}
    for pattern in wanted:
        chosen.update(dict.fromkeys(resolve(groups, hosts, pattern.replace("{municipality}", municipality))))
    return list(chosen)


def resolve(groups: Mapping[str, Sequence[str]], hosts: Sequence[str], pattern: str) -> list[str]:
    """Hosts of one pattern such as "a:&b:!c". Raises FD126 as `select`."""
    parts = _split(pattern)
    plain = [part for part in parts if part[0] not in "&!"]
    must = [part[1:] for part in parts if part[0] == "&"]
    must_not = [part[1:] for part in parts if part[0] == "!"]
    if not parts or "" in must + must_not:
        raise _refused(pattern, "it is empty, or has an empty part", groups, hosts)
    found: dict[str, None] = {}
    # Ansible's order: what is wanted, then what it must also be, then what it must not be, wherever they stand.
    for part in plain or ["all"]:
        found.update(dict.fromkeys(_match(groups, hosts, part, pattern)))
    for part in must:
        keep = set(_match(groups, hosts, part, pattern))
        found = {host: None for host in found if host in keep}
    for part in must_not:
        drop = set(_match(groups, hosts, part, pattern))
        found = {host: None for host in found if host not in drop}
    return list(found)


def _split(pattern: str) -> list[str]:
    """Parts between ":" or ","; not those inside a subscript ("a[0:2]")."""
    parts = re.findall(r"(?:[^:,\[]|\[[^\]]*\]?)+", pattern)
    return [part.strip() for part in parts if part.strip()]


def _match(groups: Mapping[str, Sequence[str]], hosts: Sequence[str], part: str, whole: str) -> list[str]:
    """Hosts of one part: a name, a glob or a regular expression ("~..."), with an optional subscript."""
    if part in hosts:
        return [part]
    expression, subscript = part, None
    if not part.startswith("~") and (match := _SUBSCRIPT.match(part)):
        expression, subscript = match["expr"], match
    try:
        compiled = re.compile(expression[1:] if expression.startswith("~") else translate(expression))
    except re.error as error:
        raise _refused(whole, f"{part!r} is not a regular expression: {error}", groups, hosts) from error

    matching_groups = [name for name in groups if compiled.match(name)]
    # A host of several matching groups stands here as often: a subscript counts as Ansible's does.
    found = [host for name in matching_groups for host in groups[name]]
    if expression == "all" and not matching_groups:
        found = list(hosts)
    elif not matching_groups or expression.startswith("~") or _GLOB & set(expression):
        found += [host for host in hosts if compiled.match(host)]
    if not found and not matching_groups:
        raise _refused(whole, f"{expression!r} is neither a group nor a host", groups, hosts, expression)
    return _subscripted(found, subscript)


def _subscripted(hosts: list[str], subscript: re.Match[str] | None) -> list[str]:
    """The part of `hosts` that the subscript names; ranges include their end, as Ansible's do."""
    if subscript is None:
        return hosts
    if subscript["index"] is not None:
        index = int(subscript["index"])
        return [hosts[index]] if -len(hosts) <= index < len(hosts) else []
    end = int(subscript["end"]) + 1 if subscript["end"] else len(hosts)
    return hosts[int(subscript["start"]) : end]


def _refused(
    pattern: str, why: str, groups: Mapping[str, Sequence[str]], hosts: Sequence[str], name: str | None = None
) -> FellesdriftError:
    return FellesdriftError(
        code="FD126",
        problem=f"The host pattern cannot be resolved: {why}.",
        found=pattern,
        expected="groups and hosts of the inventory, joined by ':', ':&' or ':!'",
        next_step=names.did_you_mean(name, [*groups, *hosts]) if name else None,
    )
