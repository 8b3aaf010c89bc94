"""What Put, Create and Delete mean, class by class, on the state of one host."""

from __future__ import annotations

from fellesdrift.twin.windows.host import WindowsHost
from fellesdrift.twin.windows.instances import ENVIRONMENT, SYSTEM
from fellesdrift.twin.windows.methods import METHODS
from fellesdrift.twin.windows.provider import (
    WBEM_INVALID_PARAMETER,
    WBEM_PROVIDER_NOT_CAPABLE,
    WBEM_READ_ONLY,
    Args,
    Keys,
    ProviderError,
)
from fellesdrift.twin.windows.registry import SZ

_LOG_STEP = 64 * 1024


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
        METHODS["win32_process"]["Terminate"](host, keys, Args({}))
    else:
        raise ProviderError(WBEM_INVALID_PARAMETER, "Leverandøren kan ikke utføre operasjonen.")
