"""Printers, their ports and drivers. All of it lies in the registry, as on Windows; the spooler shows it over WMI.

While the spooler is stopped WMI shows no printer at all, and makes none. Printers and TCP/IP ports are made by creating
an instance, as prnmngr.vbs and prnport.vbs of Server 2003 do; drivers only by their own setup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fellesdrift.twin.windows.provider import (
    WBEM_ALREADY_EXISTS,
    WBEM_FAILED,
    WBEM_INVALID_PARAMETER,
    Args,
    ProviderError,
)
from fellesdrift.twin.windows.registry import DWORD, SZ, Data, Key

if TYPE_CHECKING:
    from fellesdrift.twin.windows.host import WindowsHost

_PRINT = r"SYSTEM\CurrentControlSet\Control\Print"
PRINTERS = rf"{_PRINT}\Printers"
PORTS = rf"{_PRINT}\Monitors\Standard TCP/IP Port\Ports"
_LOCAL_PORTS = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Ports"
_HKLM = 0x80000002
_SHARED, _LOCAL, _PUBLISHED = 0x8, 0x40, 0x2000
_NO_NAME = set(',!\\"')
RAW, LPR = 1, 2


def drivers_path(host: WindowsHost) -> str:
    """The key of the drivers that this host's processor uses."""
    return rf"{_PRINT}\Environments\{_environment(host)}\Drivers\Version-3"


def _environment(host: WindowsHost) -> str:
    return "Windows x64" if host.spec.x64 else "Windows NT x86"


def _keys(host: WindowsHost, path: str) -> list[Key]:
    key = host.registry.find(_HKLM, path)
    return list(key.keys.values()) if key is not None and host.services.is_running("Spooler") else []


def _value(key: Key, name: str, default: Data = "") -> Any:
    found = key.values.get(name.lower())
    return found[2] if found is not None else default


def _spooling(host: WindowsHost) -> None:
    if not host.services.is_running("Spooler"):
        raise ProviderError(WBEM_FAILED, "Utskriftskøen kjører ikke.")


# what WMI shows


def printer_rows(host: WindowsHost) -> list[dict[str, Any]]:
    """Win32_Printer."""
    rows = []
    for key in _keys(host, PRINTERS):
        attributes = int(_value(key, "Attributes", 0))
        rows.append(
            {
                "DeviceID": key.name,
                "Name": key.name,
                "Caption": key.name,
                "DriverName": _value(key, "Printer Driver"),
                "PortName": _value(key, "Port"),
                "Shared": bool(attributes & _SHARED),
                "ShareName": _value(key, "Share Name") or None,
                "Published": bool(attributes & _PUBLISHED),
                "Local": bool(attributes & _LOCAL),
                "Network": False,
                "Location": _value(key, "Location"),
                "Comment": _value(key, "Description"),
                "Attributes": attributes,
                "PrinterStatus": 3,
            }
        )
    return rows


def port_rows(host: WindowsHost) -> list[dict[str, Any]]:
    """Win32_TCPIPPrinterPort."""
    return [
        {
            "Name": key.name,
            "HostAddress": _value(key, "IPAddress"),
            "Protocol": _value(key, "Protocol", RAW),
            "PortNumber": _value(key, "PortNumber", 9100),
            "Queue": _value(key, "Queue") or None,
            "ByteCount": bool(_value(key, "Double Spool", 0)),
            "SNMPEnabled": bool(_value(key, "SNMP Enabled", 0)),
            "SNMPCommunity": _value(key, "SNMP Community") or None,
            "SNMPDevIndex": _value(key, "SNMP Index", 1),
        }
        for key in _keys(host, PORTS)
    ]


def driver_rows(host: WindowsHost) -> list[dict[str, Any]]:
    """Win32_PrinterDriver; the name has the version and the environment behind it."""
    return [
        {
            "Name": f"{key.name},3,{_environment(host)}",
            "Version": 3,
            "SupportedPlatform": _environment(host),
            "DriverPath": _value(key, "Driver"),
        }
        for key in _keys(host, drivers_path(host))
    ]


# what WMI changes


def write_printer(host: WindowsHost, args: Args, create: bool) -> dict[str, str]:
    """Create or Put of Win32_Printer; its keys. Raises ProviderError."""
    _spooling(host)
    name = args.text("DeviceID") or args.text("Name")
    old = host.registry.find(_HKLM, f"{PRINTERS}\\{name}") if name else None
    if not name or set(name) & _NO_NAME or len(name) > 220:
        raise ProviderError(WBEM_INVALID_PARAMETER, "Skrivernavnet er ugyldig.")
    if create and old is not None:
        raise ProviderError(WBEM_ALREADY_EXISTS, "Skriveren finnes allerede.")
    driver = args.text("DriverName")
    if host.registry.find(_HKLM, f"{drivers_path(host)}\\{driver}") is None or not driver:
        raise ProviderError(WBEM_FAILED, "Skriverdriveren er ukjent.")
    if not _is_port(host, args.text("PortName")):
        raise ProviderError(WBEM_FAILED, "Skriverporten er ukjent.")
    shared, share = args.flag("Shared"), args.text("ShareName")
    if shared and (not share or _share_taken(host, name, share)):
        raise ProviderError(WBEM_FAILED, "Navnet på den delte ressursen er ugyldig.")
    path = f"{PRINTERS}\\{old.name if old is not None else name}"
    before = host.registry.get(path, "Attributes")
    kept = before if isinstance(before, int) else _LOCAL
    values: dict[str, Data] = {
        "Name": name,
        "Printer Driver": driver,
        "Port": args.text("PortName"),
        "Share Name": share,
        "Location": args.text("Location"),
        "Description": args.text("Comment"),
    }
    for each, value in values.items():
        host.registry.put(path, each, SZ, value)
    host.registry.put(path, "Attributes", DWORD, (kept & ~_SHARED) | (_SHARED if shared else 0))
    return {"DeviceID": name}


def _is_port(host: WindowsHost, name: str) -> bool:
    local = host.registry.find(_HKLM, _LOCAL_PORTS)
    known = set(local.values) if local is not None else set()
    return bool(name) and (
        name.lower() in known or (host.registry.find(_HKLM, f"{PORTS}\\{name}") is not None and "\\" not in name)
    )


def _share_taken(host: WindowsHost, printer: str, share: str) -> bool:
    others = {
        str(row["ShareName"]).lower()
        for row in printer_rows(host)
        if row["Name"].lower() != printer.lower() and row["Shared"]
    }
    return share.lower() in others or share.lower() in host.shares


def write_port(host: WindowsHost, args: Args, create: bool) -> dict[str, str]:
    """Create or Put of Win32_TCPIPPrinterPort; its keys. Raises ProviderError."""
    _spooling(host)
    name, address = args.text("Name"), args.text("HostAddress")
    path = f"{PORTS}\\{name}"
    protocol, number = args.number("Protocol", RAW), args.number("PortNumber", 9100)
    if not name or "\\" in name or not address or protocol not in (RAW, LPR) or not 0 < number < 65536:
        raise ProviderError(WBEM_INVALID_PARAMETER, "Ugyldig parameter.")
    if protocol == LPR and not args.text("Queue"):
        raise ProviderError(WBEM_INVALID_PARAMETER, "LPR uten kø.")
    if create and host.registry.find(_HKLM, path) is not None:
        raise ProviderError(WBEM_ALREADY_EXISTS, "Porten finnes allerede.")
    values: dict[str, Data] = {
        "HostName": address,
        "IPAddress": address,
        "Queue": args.text("Queue"),
        "SNMP Community": args.text("SNMPCommunity", "public"),
    }
    numbers = {"Protocol": protocol, "PortNumber": number, "SNMP Index": args.number("SNMPDevIndex", 1)}
    for each, value in values.items():
        host.registry.put(path, each, SZ, value)
    for each, value in {
        **numbers,
        "SNMP Enabled": int(args.flag("SNMPEnabled")),
        "Double Spool": int(args.flag("ByteCount")),
    }.items():
        host.registry.put(path, each, DWORD, value)
    return {"Name": name}


def delete_printer(host: WindowsHost, name: str) -> None:
    """Raises ProviderError."""
    _spooling(host)
    host.registry.remove(_HKLM, f"{PRINTERS}\\{name}")


def delete_port(host: WindowsHost, name: str) -> None:
    """Refused while a printer uses it. Raises ProviderError."""
    _spooling(host)
    if any(row["PortName"].lower() == name.lower() for row in printer_rows(host)):
        raise ProviderError(WBEM_FAILED, "Porten er i bruk.")
    host.registry.remove(_HKLM, f"{PORTS}\\{name}")


def fill(host: WindowsHost, drivers: tuple[str, ...], printers: tuple[tuple[str, str, str], ...]) -> None:
    """What is there from the beginning; printers: (name, driver, address)."""
    for port in ("LPT1:", "LPT2:", "COM1:", "FILE:"):
        host.registry.put(_LOCAL_PORTS, port, SZ, "")
    host.registry.make(_HKLM, PRINTERS)
    host.registry.make(_HKLM, PORTS)
    for driver in drivers:
        host.registry.put(f"{drivers_path(host)}\\{driver}", "Driver", SZ, "UNIDRV.DLL")
    for name, driver, address in printers:
        write_port(host, Args({"name": [f"IP_{address}"], "hostaddress": [address]}), True)
        given = {"deviceid": [name], "drivername": [driver], "portname": [f"IP_{address}"]}
        write_printer(host, Args({**given, "shared": ["true"], "sharename": [name[:12].replace(" ", "")]}), True)
