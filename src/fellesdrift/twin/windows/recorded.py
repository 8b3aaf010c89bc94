"""Makes a host what its snapshot in the estate says, so that a twin and what is recorded of it hang together.

Services, registry values, accounts, shares and files; everything else is a host's as it was installed, with its roles.
The reader is the estate's: the form of the file is common ground, what it means is worked out here anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fellesdrift.twin.windows.accounts import User
from fellesdrift.twin.windows.defaults import Installed
from fellesdrift.twin.windows.permissions import EVERYBODY, FULL, READ, Entry
from fellesdrift.twin.windows.registry import BINARY, DWORD, EXPAND_SZ, MULTI_SZ, SHORT, SZ

if TYPE_CHECKING:
    from fellesdrift.twin.windows.host import WindowsHost

_STARTS = {"auto": 2, "manual": 3, "disabled": 4}
_TYPES = {"string": SZ, "expand_string": EXPAND_SZ, "binary": BINARY, "dword": DWORD, "multi_string": MULTI_SZ}
_PAGES = {"ansi": "cp1252", "oem": "cp850"}
_MASKS = {"read": READ, "change": 0x1301BF, "full": FULL}
_PERSON = "<"

type Keys = Mapping[str, Mapping[str, Any]]


def take(host: WindowsHost, kinds: Mapping[str, Keys]) -> None:
    """Before the host boots for the first time."""
    if "service" in kinds:
        _services(host, kinds["service"])
    _files(host, kinds.get("file", {}))
    if "user" in kinds:
        _users(host, kinds["user"])
    if "group" in kinds:
        _groups(host, kinds["group"])
    if "share" in kinds:
        _shares(host, kinds["share"])
    _registry(host, kinds.get("registry", {}))


def _services(host: WindowsHost, keys: Keys) -> None:
    services, by_name = host.services, {name.lower(): (name, one) for name, one in keys.items()}
    for low in [low for low in services.known if low not in by_name]:
        del services.known[low]
    for low, (name, one) in by_name.items():
        known = services.known.get(low)
        services.install(
            Installed(
                name,
                one.get("display_name", known.title if known else name),
                _STARTS.get(one.get("start", ""), 3),
                one.get("path", known.path if known else ""),
                tuple(one.get("dependencies", ())),
                known.stoppable if known else True,
                account=one.get("account", "LocalSystem"),
            )
        )


def _files(host: WindowsHost, keys: Keys) -> None:
    for path, one in keys.items():
        if one.get("present", True):
            data = (
                str(one.get("content", "")).replace("\n", "\r\n").encode(_PAGES.get(one.get("encoding", ""), "cp1252"))
            )
            host.files.make_folder(path.rpartition("\\")[0])
            host.files.write(path, data, host.now())


def _users(host: WindowsHost, keys: Keys) -> None:
    accounts = host.accounts
    for name, one in keys.items():
        if not name.startswith(_PERSON):
            accounts.add_user(name, None)
            user: User = accounts.users[name.lower()]
            user.description, user.full_name = one.get("description", ""), one.get("full_name", "")
            user.disabled = bool(one.get("disabled", False))
            user.expires = bool(one.get("password_expires", True))
            user.changeable = bool(one.get("password_changeable", True))


def _groups(host: WindowsHost, keys: Keys) -> None:
    accounts = host.accounts
    for name, one in keys.items():
        accounts.add_group(name, one.get("description", ""))
        accounts.groups[name.lower()].description = one.get("description", "")
        if "members" in one:
            login = [each for each in accounts.groups[name.lower()].members if _logs_in(host, each)]
            members = [each for each in one["members"] if not each.startswith(_PERSON)]
            accounts.groups[name.lower()].members = list(dict.fromkeys([*members, *login]))


def _logs_in(host: WindowsHost, name: str) -> bool:
    user = host.accounts.users.get(name.lower())
    return user is not None and user.password is not None


def _shares(host: WindowsHost, keys: Keys) -> None:
    for low in [low for low, share in host.shares.items() if share.kind == 0]:
        del host.shares[low]
    for name, one in keys.items():
        host.files.make_folder(one["path"])
        said = {"name": name, "path": one["path"], "description": one.get("description", "")}
        entries = tuple(filter(None, (_entry(host, each) for each in one.get("permissions", ()))))
        share = replace(host.shares["ipc$"], **said, kind=0, most=one.get("max_users"), entries=entries)
        host.shares[name.lower()] = share


def _entry(host: WindowsHost, one: Mapping[str, str]) -> Entry | None:
    access = one["access"]
    mask, kind = _MASKS.get(access) or int(access, 16), int(one.get("type") == "deny")
    account = one["account"]
    if account == EVERYBODY.sid:
        return Entry(EVERYBODY.name, EVERYBODY.sid, mask, kind)
    for sid, (domain, name) in host.names_by_sid().items():
        if account.lower() in (sid.lower(), name.lower()):
            return Entry(name, sid, mask, kind, domain)
    return None


def _registry(host: WindowsHost, keys: Keys) -> None:
    for path, one in keys.items():
        hive, _, rest = path.partition("\\")
        if one.get("present", True) and hive in SHORT:
            for name, value in (one.get("values") or {}).items():
                kind, data = _TYPES.get(value["type"], SZ), value["data"]
                plain = bytes.fromhex(data) if kind == BINARY and isinstance(data, str) else data
                host.registry.put(rest, name, kind, plain, SHORT[hive])
