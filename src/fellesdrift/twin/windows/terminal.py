"""Terminal services of one host: who may log on from afar. The registry holds it; WMI and `change logon` show it.

Namespaces: root/cimv2 on Server 2003, root/cimv2/TerminalServices on later ones; a host's specification says which.
Logons that were turned off are on again after a boot, as Microsoft's reference to `change logon` says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fellesdrift.twin.windows.cmd import Context, Output, command, fail
from fellesdrift.twin.windows.provider import WBEM_INVALID_PARAMETER, Args, Keys, Method, ProviderError, code
from fellesdrift.twin.windows.registry import DWORD, SZ

if TYPE_CHECKING:
    from fellesdrift.twin.windows.host import WindowsHost

_SERVER = r"SYSTEM\CurrentControlSet\Control\Terminal Server"
_WINLOGON = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon"


def fill(host: WindowsHost) -> None:
    """As after the setup: connections are refused, except on a terminal server."""
    serves = "terminal_servers" in host.spec.roles
    host.registry.put(_SERVER, "fDenyTSConnections", DWORD, 0 if serves else 1)
    host.registry.put(_SERVER, "TSAppCompat", DWORD, int(serves))
    allow_logons(host, True)


def allow_logons(host: WindowsHost, allowed: bool) -> None:
    """What `change logon` does, and a boot."""
    host.registry.put(_WINLOGON, "WinStationsDisabled", SZ, "0" if allowed else "1")


def _logons(host: WindowsHost) -> int:
    """0: allowed."""
    return 0 if host.registry.get(_WINLOGON, "WinStationsDisabled") == "0" else 1


def rows(host: WindowsHost) -> list[dict[str, Any]]:
    """Win32_TerminalServiceSetting."""
    return [
        {
            "ServerName": host.spec.computer,
            "AllowTSConnections": 1 - int(host.registry.get(_SERVER, "fDenyTSConnections") == 1),
            "Logons": _logons(host),
            "TerminalServerMode": host.registry.get(_SERVER, "TSAppCompat"),
            "SingleSession": 1,
            "Help": "",
        }
    ]


def put(host: WindowsHost, args: Args) -> None:
    """Put: only `Logons` can be written. Raises ProviderError."""
    wanted = args.number("Logons", -1)
    if wanted not in (0, 1):
        raise ProviderError(WBEM_INVALID_PARAMETER, "Ugyldig parameter.")
    allow_logons(host, wanted == 0)


def _allow(host: WindowsHost, _keys: Keys, args: Args) -> dict[str, Any]:
    wanted = args.number("AllowTSConnections", -1)
    if wanted not in (0, 1):
        raise ProviderError(WBEM_INVALID_PARAMETER, "Ugyldig parameter.")
    host.registry.put(_SERVER, "fDenyTSConnections", DWORD, 1 - wanted)
    return code(0)


METHODS: dict[str, Method] = {"SetAllowTSConnections": _allow}


@command("change", "chglogon")
async def change(context: Context, args: list[str]) -> Output:
    """`change logon /query | /enable | /disable`."""
    words = [word.lower() for word in args]
    option = next((word for word in words if word.startswith("/")), "")
    if (words and words[0] not in ("logon",) and not words[0].startswith("/")) or option not in (
        "/query",
        "/enable",
        "/disable",
    ):
        return fail("Ugyldig parameter(e)\r\nCHANGE LOGON {/QUERY | /ENABLE | /DISABLE}")
    if option != "/query":
        allow_logons(context.host, option == "/enable")
    state = "AKTIVERT" if _logons(context.host) == 0 else "DEAKTIVERT"
    return Output(0, f"Øktpålogging er for øyeblikket {state}\r\n")
