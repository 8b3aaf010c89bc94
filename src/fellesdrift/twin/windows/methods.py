"""WMI's methods, and what Put, Create and Delete mean, on the state of one host. Return codes are as documented."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fellesdrift.twin.windows import permissions
from fellesdrift.twin.windows.defaults import Installed
from fellesdrift.twin.windows.host import Share, WindowsHost
from fellesdrift.twin.windows.instances import ENVIRONMENT, SYSTEM
from fellesdrift.twin.windows.registry import SZ
from fellesdrift.twin.windows.services import EXISTS, INVALID, OK

WBEM_NOT_FOUND, WBEM_INVALID_CLASS, WBEM_INVALID_PARAMETER = 0x80041002, 0x80041010, 0x80041008
WBEM_INVALID_METHOD, WBEM_INVALID_QUERY, WBEM_READ_ONLY = 0x8004102E, 0x80041017, 0x80041023

# Win32_Share's return values
_INVALID_NAME, _INVALID_PARAMETER, _DUPLICATE, _NO_FOLDER, _NO_SHARE = 9, 21, 22, 24, 25
_LOG_STEP = 64 * 1024
_BAD_NAME = set('"/\\[]:|<>+=;,?*')


class ProviderError(Exception):
    """The provider refuses, with an HRESULT."""

    def __init__(self, hresult: int, text: str) -> None:
        super().__init__(text)
        self.hresult = hresult
        self.text = text


class Args:
    """In parameters: by lower-case name, all values that came, None for null, an object as a dictionary of such."""

    def __init__(self, values: dict[str, list[Any]]) -> None:
        self._values = values

    def has(self, name: str) -> bool:
        return name.lower() in self._values

    def all(self, name: str) -> list[str]:
        return [value for value in self._values.get(name.lower(), []) if isinstance(value, str)]

    def object(self, name: str) -> dict[str, list[Any]] | None:
        found = next(iter(self._values.get(name.lower(), [])), None)
        return found if isinstance(found, dict) else None

    def text(self, name: str, default: str = "") -> str:
        found = self.all(name)
        return found[0] if found else default

    def number(self, name: str, default: int = 0) -> int:
        """Raises ProviderError for a word."""
        text = self.text(name)
        if not text:
            return default
        try:
            return int(text)
        except ValueError as error:
            raise ProviderError(WBEM_INVALID_PARAMETER, "Ugyldig parameter.") from error

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1")

    def names(self) -> set[str]:
        return set(self._values)


type Keys = dict[str, str]
type Method = Callable[[WindowsHost, Keys, Args], dict[str, Any]]


def _code(number: int) -> dict[str, Any]:
    return {"ReturnValue": number}


def _start(host: WindowsHost, keys: Keys, _args: Args) -> dict[str, Any]:
    return _code(host.services.start(keys["name"]))


def _stop(host: WindowsHost, keys: Keys, _args: Args) -> dict[str, Any]:
    return _code(host.services.stop(keys["name"]))


def _no_pause(_host: WindowsHost, _keys: Keys, _args: Args) -> dict[str, Any]:
    return _code(1)


def _change_mode(host: WindowsHost, keys: Keys, args: Args) -> dict[str, Any]:
    return _code(host.services.change_mode(keys["name"], args.text("StartMode")))


def _create_service(host: WindowsHost, _keys: Keys, args: Args) -> dict[str, Any]:
    name, path = args.text("Name"), args.text("PathName")
    if not name or not path:
        return _code(INVALID)
    if name.lower() in host.services.known:
        return _code(EXISTS)
    host.services.install(Installed(name, args.text("DisplayName", name), 3, path))
    return _code(host.services.change_mode(name, args.text("StartMode", "Manual")))


def _delete_service(host: WindowsHost, keys: Keys, _args: Args) -> dict[str, Any]:
    name = keys["name"].lower()
    if host.services.is_running(name):
        stopped = host.services.stop(name)
        if stopped != OK:
            return _code(stopped)
    service = host.services.known.pop(name)
    host.registry.remove(0x80000002, rf"SYSTEM\CurrentControlSet\Services\{service.name}")
    return _code(OK)


def _create_process(host: WindowsHost, _keys: Keys, args: Args) -> dict[str, Any]:
    command = args.text("CommandLine")
    if not command:
        return {**_code(INVALID), "ProcessId": None}
    return {**_code(OK), "ProcessId": host.start_process(command)}


def _terminate(host: WindowsHost, keys: Keys, _args: Args) -> dict[str, Any]:
    number = int(keys["handle"])
    if number in host.services.running.values():
        host.services.running = {name: each for name, each in host.services.running.items() if each != number}
    host.end_process(number)
    return _code(OK)


def _create_share(host: WindowsHost, _keys: Keys, args: Args) -> dict[str, Any]:
    name, path = args.text("Name"), args.text("Path")
    if not name or set(name) & _BAD_NAME:
        return _code(_INVALID_NAME)
    if name.lower() in host.shares:
        return _code(_DUPLICATE)
    if not host.files.is_folder(path):
        return _code(_NO_FOLDER)
    most = args.number("MaximumAllowed") if args.all("MaximumAllowed") else None
    share = Share(name, path, args.text("Description"), args.number("Type"), most)
    code = _permit(host, share, args)
    if code == OK:
        host.shares[name.lower()] = share
    return _code(code)


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
    return {**_code(OK), "Descriptor": permissions.descriptor(host.shares[keys["name"].lower()].entries)}


def _delete_share(host: WindowsHost, keys: Keys, _args: Args) -> dict[str, Any]:
    return _code(OK if host.shares.pop(keys["name"].lower(), None) else _NO_SHARE)


def _change_share(host: WindowsHost, keys: Keys, args: Args) -> dict[str, Any]:
    share = host.shares[keys["name"].lower()]
    if args.has("Description"):
        share.description = args.text("Description")
    if args.has("MaximumAllowed"):
        share.most = args.number("MaximumAllowed") if args.all("MaximumAllowed") else None
    return _code(_permit(host, share, args))


def _rename(host: WindowsHost, keys: Keys, args: Args) -> dict[str, Any]:
    new, old = args.text("Name"), keys["name"].lower()
    accounts = host.accounts
    if not new or new.lower() in accounts.users or new.lower() in accounts.groups:
        return _code(_INVALID_PARAMETER)
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
    return _code(OK)


METHODS: dict[str, dict[str, Method]] = {
    "win32_service": {
        "StartService": _start,
        "StopService": _stop,
        "PauseService": _no_pause,
        "ResumeService": _no_pause,
        "ChangeStartMode": _change_mode,
        "Create": _create_service,
        "Delete": _delete_service,
    },
    "win32_process": {"Create": _create_process, "Terminate": _terminate},
    "win32_share": {"Create": _create_share, "Delete": _delete_share, "SetShareInfo": _change_share},
    "win32_logicalsharesecuritysetting": {"GetSecurityDescriptor": _descriptor},
    "win32_useraccount": {"Rename": _rename},
    "win32_group": {"Rename": _rename},
}
STATIC = {("win32_service", "Create"), ("win32_process", "Create"), ("win32_share", "Create")}
"""Methods of the class, which want no instance."""


def put(host: WindowsHost, cls: str, keys: Keys, args: Args) -> None:
    """Put of one instance. Raises ProviderError for what cannot be changed this way."""
    if cls == "win32_useraccount":
        user = host.accounts.users[keys["name"].lower()]
        user.disabled = args.flag("Disabled") if args.has("Disabled") else user.disabled
        user.expires = args.flag("PasswordExpires") if args.has("PasswordExpires") else user.expires
        user.full_name = args.text("FullName", user.full_name)
        user.description = args.text("Description", user.description)
    elif cls == "win32_nteventlogfile":
        size = args.number("MaxFileSize")
        if size < _LOG_STEP or size % _LOG_STEP:
            raise ProviderError(WBEM_INVALID_PARAMETER, "Ugyldig parameter.")
        path = host.log_path(args.text("LogfileName"))
        days = args.number("OverwriteOutDated")
        host.registry.put(path, "MaxSize", 4, size)
        host.registry.put(path, "Retention", 4, days if days == 0xFFFFFFFF else days * 86400)
    elif cls == "win32_environment":
        host.registry.put(ENVIRONMENT, keys["name"], SZ, args.text("VariableValue"))
    else:
        raise ProviderError(WBEM_READ_ONLY, "Egenskapen er skrivebeskyttet.")


def create(host: WindowsHost, cls: str, args: Args) -> Keys:
    """Create an instance; its keys. Raises ProviderError for a class whose provider cannot."""
    if cls != "win32_environment" or not args.text("Name"):
        raise ProviderError(WBEM_INVALID_PARAMETER, "Leverandøren kan ikke utføre operasjonen.")
    host.registry.put(ENVIRONMENT, args.text("Name"), SZ, args.text("VariableValue"))
    return {"Name": args.text("Name"), "UserName": SYSTEM}


def delete(host: WindowsHost, cls: str, keys: Keys) -> None:
    """Delete an instance. Raises ProviderError for a class whose provider cannot."""
    if cls == "win32_environment":
        key = host.registry.find(0x80000002, ENVIRONMENT)
        if key is not None:
            key.values.pop(keys["name"].lower(), None)
    elif cls == "win32_process":
        _terminate(host, keys, Args({}))
    else:
        raise ProviderError(WBEM_INVALID_PARAMETER, "Leverandøren kan ikke utføre operasjonen.")
