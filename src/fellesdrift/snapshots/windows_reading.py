"""What is kept and compared of a Windows host: every kind that it can answer, of lasting things only, without names of
people. The snapshot and the drift check read a host by this one function.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any

from fellesdrift.estate.typed_snapshots import Kinds
from fellesdrift.estate.windows_snapshots import without_secrets
from fellesdrift.session.wsman.errors import FaultError
from fellesdrift.state.windows import KINDS, Host
from fellesdrift.state.windows.errors import UnreadableStateError
from fellesdrift.state.windows.kinds import PRESENT, Resource
from fellesdrift.state.windows.read import read_kind

PERSON = "<person {}>"
_NOBODY = ("localsystem", "nt authority\\", "nt service\\")
# an account below this number came with Windows (Microsoft: well-known security identifiers)
_FIRST_OWN = 1000
_ACCOUNT_ATTRIBUTES = ("account", "run_as", "author", "user")
_ALONE = 1
_ANSWERED_BY = {"printer": "spooler", "printer_port": "spooler"}
"""Kinds that only a running service answers."""
WHOLE: Resource = {PRESENT: False}
"""A claim for which all of a resource is read, as for the way back."""


@dataclass(frozen=True)
class Scope:
    """What to read of a host.

    keys       of the kinds that cannot be listed (registry keys, files): kind -> key -> what is claimed of it, or
               WHOLE
    kinds      only these; None: all
    accounts   patterns (fnmatch, without regard to case) of accounts of service, whose names may be kept
    """

    keys: Mapping[str, Mapping[str, Resource]] = field(default_factory=dict)
    kinds: Collection[str] | None = None
    accounts: Collection[str] = ()


def read_state(host: Host, scope: Scope) -> tuple[Kinds, dict[str, str]]:
    """(what the host has, kind -> the code of why it could not answer). A session that breaks is raised, as
    SessionError: what comes after it is not known."""
    found: Kinds = {}
    unread: dict[str, str] = {}
    for name, kind in KINDS.items():
        keys = scope.keys.get(name, {})
        if (scope.kinds is not None and name not in scope.kinds) or (not kind.listable and not keys):
            continue
        try:
            found[name] = kind.read(host, None) if kind.listable else read_kind(kind, host, keys)
        except (FaultError, UnreadableStateError) as error:
            # a provider's own no is the host's answer; that it is too busy is none
            if isinstance(error, FaultError) and (error.hresult is None or error.timed_out or error.quota):
                raise
            unread[name] = error.code
    return found, unread


def answered(recorded: Kinds) -> frozenset[str]:
    """The kinds that a host can answer as it is recorded: not printers, where the spooler is not to run."""
    still = {name.lower() for name, one in recorded.get("service", {}).items() if one.get("state") == "stopped"}
    return frozenset(name for name in KINDS if _ANSWERED_BY.get(name) not in still)


def lasting(kinds: Kinds, recorded: Kinds | None = None) -> Kinds:
    """Without what comes and goes by itself: whether a service runs that is started by hand or by need, unless it is
    recorded that it does or does not; and the printers of a user's session."""
    said = {name.lower() for name, one in (recorded or {}).get("service", {}).items() if "state" in one}
    found = without_secrets(kinds)
    for name, resource in found.get("service", {}).items():
        if resource.get("start") == "manual" and name.lower() not in said:
            resource.pop("state", None)
    for name, printer in list(found.get("printer", {}).items()):
        # terminal services bring a user's own along with the session
        if str(printer.get("port", "")).upper().startswith("TS"):
            del found["printer"][name]
    return found


def without_people(kinds: Kinds, known: Collection[str]) -> Kinds:
    """With `<person 1>`, `<person 2>`, ... in place of accounts that are not known.

    known   names and patterns, in any case; a domain's account with its domain
    """
    is_person = _person(kinds, known)
    found: Kinds = {}
    for kind, keys in kinds.items():
        if kind == "user":
            people = sorted((key for key in keys if is_person(key)), key=str.lower)
            found[kind] = {key: dict(value) for key, value in keys.items() if key not in people}
            found[kind] |= {PERSON.format(number): {PRESENT: True} for number, _ in enumerate(people, start=1)}
        else:
            found[kind] = {key: _resource(resource, is_person) for key, resource in keys.items()}
    return found


def people_in(kinds: Kinds, known: Collection[str]) -> set[str]:
    """The accounts that `without_people` takes out."""
    return set(filter(_person(kinds, known), names_in(kinds)))


def _person(kinds: Kinds, known: Collection[str]) -> Callable[[str], bool]:
    patterns = tuple(name.lower() for name in known)
    groups = {name.lower() for name in kinds.get("group", {})}

    def is_person(name: str) -> bool:
        low = name.lower().removeprefix(".\\")
        return not (
            low in groups or low.startswith(_NOBODY) or any(low == each or fnmatch(low, each) for each in patterns)
        )

    return is_person


def _resource(resource: Mapping[str, Any], is_person: Callable[[str], bool]) -> dict[str, Any]:
    found = dict(resource)
    if isinstance(found.get("members"), list):
        people = sorted((name for name in found["members"] if is_person(name)), key=str.lower)
        found["members"] = [name for name in found["members"] if name not in people]
        found["members"] += [PERSON.format(number) for number, _ in enumerate(people, start=1)]
    for name in _ACCOUNT_ATTRIBUTES:
        if isinstance(found.get(name), str) and found[name] and is_person(found[name]):
            found[name] = PERSON.format(_ALONE)
    return found


def names_in(kinds: Kinds) -> set[str]:
    """The accounts that stand in a state already: those that a snapshot kept, and those that a role claims."""
    found = set(kinds.get("user", {}))
    for keys in kinds.values():
        for resource in keys.values():
            for name in ("members", "member"):
                if isinstance(resource.get(name), list | dict):
                    found |= {str(each) for each in resource[name]}
            found |= {str(resource[name]) for name in _ACCOUNT_ATTRIBUTES if isinstance(resource.get(name), str)}
    return {name for name in found if not name.startswith("<person")}


def built_in(host: Host) -> set[str]:
    """The accounts that came with Windows, by their numbers: they are nobody's, whatever they are called."""
    rows = host.client.query("Win32_UserAccount", ["Name", "SID"], "LocalAccount=TRUE")
    return {str(row["Name"]) for row in rows if _number(str(row["SID"])) < _FIRST_OWN}


def _number(sid: str) -> int:
    last = sid.rpartition("-")[2]
    return int(last) if last.isdecimal() else _FIRST_OWN
