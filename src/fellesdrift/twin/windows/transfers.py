"""What Put, Create and Delete mean, class by class, on the state of one host. Everything else is refused."""

from __future__ import annotations

from collections.abc import Callable

from fellesdrift.twin.windows import printers, terminal
from fellesdrift.twin.windows.host import WindowsHost
from fellesdrift.twin.windows.instances import ENVIRONMENT, SYSTEM
from fellesdrift.twin.windows.methods import METHODS
from fellesdrift.twin.windows.provider import WBEM_INVALID_PARAMETER, WBEM_READ_ONLY, Args, Keys, ProviderError
from fellesdrift.twin.windows.registry import DWORD, SZ

_LOG_STEP, _MOST_DAYS, _NEVER = 64 * 1024, 365, 0xFFFFFFFF


def put(host: WindowsHost, cls: str, keys: Keys, args: Args) -> None:
    """Put of one instance. Raises ProviderError for what cannot be changed this way."""
    if cls not in _PUT:
        raise ProviderError(WBEM_READ_ONLY, "Egenskapen er skrivebeskyttet.")
    _PUT[cls](host, keys, args)


def create(host: WindowsHost, cls: str, args: Args) -> Keys:
    """Create an instance; its keys. Raises ProviderError for a class whose provider cannot."""
    if cls not in _CREATE:
        raise ProviderError(WBEM_INVALID_PARAMETER, "Leverandøren kan ikke utføre operasjonen.")
    return _CREATE[cls](host, args)


def delete(host: WindowsHost, cls: str, keys: Keys) -> None:
    """Delete an instance. Raises ProviderError for a class whose provider cannot."""
    if cls not in _DELETE:
        raise ProviderError(WBEM_INVALID_PARAMETER, "Leverandøren kan ikke utføre operasjonen.")
    _DELETE[cls](host, keys)


def _put_user(host: WindowsHost, keys: Keys, args: Args) -> None:
    user = host.accounts.users[keys["name"].lower()]
    user.disabled = args.flag("Disabled") if args.has("Disabled") else user.disabled
    user.expires = args.flag("PasswordExpires") if args.has("PasswordExpires") else user.expires
    user.changeable = args.flag("PasswordChangeable") if args.has("PasswordChangeable") else user.changeable
    user.full_name = args.text("FullName", user.full_name)
    user.description = args.text("Description", user.description)


def _put_log(host: WindowsHost, _keys: Keys, args: Args) -> None:
    """The size goes in steps of 64 kB. What is overwritten follows from the days: OverWritePolicy is only shown."""
    size, days = args.number("MaxFileSize"), args.number("OverwriteOutDated")
    if not _LOG_STEP <= size <= _NEVER or size % _LOG_STEP or not (0 <= days <= _MOST_DAYS or days == _NEVER):
        raise ProviderError(WBEM_INVALID_PARAMETER, "Ugyldig parameter.")
    path = host.log_path(args.text("LogfileName"))
    host.registry.put(path, "MaxSize", DWORD, size)
    host.registry.put(path, "Retention", DWORD, days if days == _NEVER else days * 86400)


def _put_variable(host: WindowsHost, keys: Keys, args: Args) -> None:
    host.registry.put(ENVIRONMENT, keys["name"], SZ, args.text("VariableValue"))


def _create_variable(host: WindowsHost, args: Args) -> Keys:
    if not args.text("Name"):
        raise ProviderError(WBEM_INVALID_PARAMETER, "Ugyldig parameter.")
    host.registry.put(ENVIRONMENT, args.text("Name"), SZ, args.text("VariableValue"))
    return {"Name": args.text("Name"), "UserName": SYSTEM}


def _delete_variable(host: WindowsHost, keys: Keys) -> None:
    key = host.registry.find(0x80000002, ENVIRONMENT)
    if key is not None:
        key.values.pop(keys["name"].lower(), None)


def _delete_process(host: WindowsHost, keys: Keys) -> None:
    METHODS["win32_process"]["Terminate"](host, keys, Args({}))


def _put_printer(host: WindowsHost, _keys: Keys, args: Args) -> None:
    printers.write_printer(host, args, create=False)


def _put_port(host: WindowsHost, _keys: Keys, args: Args) -> None:
    printers.write_port(host, args, create=False)


_PUT: dict[str, Callable[[WindowsHost, Keys, Args], None]] = {
    "win32_useraccount": _put_user,
    "win32_nteventlogfile": _put_log,
    "win32_environment": _put_variable,
    "win32_printer": _put_printer,
    "win32_tcpipprinterport": _put_port,
    "win32_terminalservicesetting": lambda host, _keys, args: terminal.put(host, args),
}
_CREATE: dict[str, Callable[[WindowsHost, Args], Keys]] = {
    "win32_environment": _create_variable,
    "win32_printer": lambda host, args: printers.write_printer(host, args, create=True),
    "win32_tcpipprinterport": lambda host, args: printers.write_port(host, args, create=True),
}
_DELETE: dict[str, Callable[[WindowsHost, Keys], None]] = {
    "win32_environment": _delete_variable,
    "win32_process": _delete_process,
    "win32_printer": lambda host, keys: printers.delete_printer(host, keys["deviceid"]),
    "win32_tcpipprinterport": lambda host, keys: printers.delete_port(host, keys["name"]),
}
