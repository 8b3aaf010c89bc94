"""WMI's methods, on the state of one host. Return codes are as documented."""

from __future__ import annotations

from typing import Any

from fellesdrift.twin.windows import adapter_methods, permissions, service_methods, terminal
from fellesdrift.twin.windows.host import Share, WindowsHost
from fellesdrift.twin.windows.provider import Args, Keys, Method, code
from fellesdrift.twin.windows.services import INVALID, OK

# Win32_Share's return values
_INVALID_NAME, _INVALID_PARAMETER, _DUPLICATE, _NO_FOLDER, _NO_SHARE = 9, 21, 22, 24, 25
_UNLIMITED = 0xFFFFFFFF
_BAD_NAME = set('"/\\[]:|<>+=;,?*')


def _create_process(host: WindowsHost, _keys: Keys, args: Args) -> dict[str, Any]:
    command = args.text("CommandLine")
    if not command:
        return {**code(INVALID), "ProcessId": None}
    return {**code(OK), "ProcessId": host.start_process(command)}


def _terminate(host: WindowsHost, keys: Keys, _args: Args) -> dict[str, Any]:
    number = int(keys["handle"])
    if number in host.services.running.values():
        host.services.running = {name: each for name, each in host.services.running.items() if each != number}
    host.end_process(number)
    return code(OK)


def _most(args: Args) -> int | None:
    """How many may use a share at once; None for as many as come."""
    most = args.number("MaximumAllowed", _UNLIMITED)
    return None if most == _UNLIMITED else most


def _create_share(host: WindowsHost, _keys: Keys, args: Args) -> dict[str, Any]:
    name, path = args.text("Name"), args.text("Path")
    if not name or set(name) & _BAD_NAME:
        return code(_INVALID_NAME)
    if name.lower() in host.shares:
        return code(_DUPLICATE)
    if not host.files.is_folder(path):
        return code(_NO_FOLDER)
    share = Share(name, path, args.text("Description"), args.number("Type"), _most(args))
    refused = _permit(host, share, args)
    if refused == OK:
        host.shares[name.lower()] = share
    return code(refused)


def _permit(host: WindowsHost, share: Share, args: Args) -> int:
    """Take over the permissions of `Access`, if any were given."""
    given = args.object("Access")
    if given is not None:
        try:
            objects = [each for each in given.get("dacl", []) if isinstance(each, dict)]
            share.entries = permissions.entries_of(objects, host.names_by_sid())
        except permissions.NoEntryError:
            return _INVALID_PARAMETER
    return OK


def _descriptor(host: WindowsHost, keys: Keys, _args: Args) -> dict[str, Any]:
    return {**code(OK), "Descriptor": permissions.descriptor(host.shares[keys["name"].lower()].entries)}


def _delete_share(host: WindowsHost, keys: Keys, _args: Args) -> dict[str, Any]:
    return code(OK if host.shares.pop(keys["name"].lower(), None) else _NO_SHARE)


def _change_share(host: WindowsHost, keys: Keys, args: Args) -> dict[str, Any]:
    share = host.shares[keys["name"].lower()]
    if args.has("Description"):
        share.description = args.text("Description")
    if args.has("MaximumAllowed"):
        share.most = _most(args)
    return code(_permit(host, share, args))


def _rename(host: WindowsHost, keys: Keys, args: Args) -> dict[str, Any]:
    new, old = args.text("Name"), keys["name"].lower()
    accounts = host.accounts
    if not new or new.lower() in accounts.users or new.lower() in accounts.groups:
        return code(_INVALID_PARAMETER)
    named = accounts.users.pop(old, None)
    if named is not None:
        named.name = new
        accounts.users[new.lower()] = named
    else:
        group = accounts.groups.pop(old)
        group.name = new
        accounts.groups[new.lower()] = group
    for each in accounts.groups.values():
        each.members = [new if member.lower() == old else member for member in each.members]
    return code(OK)


METHODS: dict[str, dict[str, Method]] = {
    "win32_service": service_methods.METHODS,
    "win32_process": {"Create": _create_process, "Terminate": _terminate},
    "win32_share": {"Create": _create_share, "Delete": _delete_share, "SetShareInfo": _change_share},
    "win32_logicalsharesecuritysetting": {"GetSecurityDescriptor": _descriptor},
    "win32_useraccount": {"Rename": _rename},
    "win32_group": {"Rename": _rename},
    "win32_networkadapterconfiguration": adapter_methods.METHODS,
    "win32_terminalservicesetting": terminal.METHODS,
}
STATIC = {("win32_service", "Create"), ("win32_process", "Create"), ("win32_share", "Create")}
"""Methods of the class, which want no instance."""
