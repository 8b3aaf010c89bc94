"""Reads all wanted kinds of a host in one session."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from fellesdrift.state.windows.catalogue import KINDS
from fellesdrift.state.windows.compare import joined
from fellesdrift.state.windows.errors import DesiredError, UnreadableStateError
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, Keys, Kind, Resource, Resources, by_lower


def read_host(host: Host, wanted: Resources) -> Resources:
    """What the host has for every key of `wanted` (checked), in its spelling; all that was read of each. Raises
    SessionError, UnreadableStateError."""
    return {name: read_kind(KINDS[name], host, by_key) for name, by_key in wanted.items()}


def read_together(host: Host, *claims: Resources) -> list[Resources]:
    """As read_host of each of these, and each resource is read once. Raises SessionError, UnreadableStateError."""
    union: Resources = {}
    spelled: dict[tuple[str, str], str] = {}
    for wanted in claims:
        for name, by_key in wanted.items():
            mine = union.setdefault(name, {})
            for key, resource in by_key.items():
                known = spelled.setdefault((name, key.lower()), key)
                mine[known] = joined(KINDS[name], mine[known], resource) if known in mine else resource
    found = read_host(host, union)
    return [
        {name: {key: found[name][spelled[name, key.lower()]] for key in by_key} for name, by_key in wanted.items()}
        for wanted in claims
    ]


def read_kind(kind: Kind, host: Host, want: Mapping[str, Resource]) -> Keys:
    """As read_host, of one kind."""
    if not want:
        return {}
    found = kind.read(host, want)
    spelled = by_lower(found)
    missing = [key for key in want if key.lower() not in spelled]
    if missing:
        raise UnreadableStateError(host.name, f"{kind.name}/{missing[0]}", "nothing", "an answer, absent or not")
    return {key: found[spelled[key.lower()]] for key in want}


def read_all(host: Host, names: Collection[str]) -> Resources:
    """Every resource of these kinds, whole. Each must be `listable`."""
    return {name: KINDS[name].read(host, None) for name in names}


def refuse_unknown(where: str, names: Collection[str], known: Collection[str] = KINDS) -> None:
    """Raises DesiredError (FD420) for a kind that is none of the known ones."""
    for name in names:
        if name not in known:
            raise DesiredError(where, name, f"one of {', '.join(known)}")


def purged(host: Host, wanted: Resources, purge: Collection[str]) -> Resources:
    """The wanted resources, and absence for all others of the kinds in `purge` that Windows did not make itself.
    Raises DesiredError for a kind that cannot be."""
    result = {name: dict(by_key) for name, by_key in wanted.items()}
    known = [name for name, kind in KINDS.items() if kind.listable and kind.removable and kind.purgeable]
    refuse_unknown("purge", purge, known)
    for name, there in read_all(host, purge).items():
        kind = KINDS[name]
        claimed = {key.lower() for key in result.setdefault(name, {})}
        for key, resource in there.items():
            if key.lower() not in claimed and kind.ours(key, resource):
                result[name][key] = dict(ABSENT)
    return result
