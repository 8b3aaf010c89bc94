"""What was installed: programs, hotfixes, data sources, the time service's settings. All of it is the registry's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fellesdrift.twin.windows.defaults import HOTFIXES, ODBC_DRIVERS, PROGRAMS
from fellesdrift.twin.windows.registry import DWORD, SZ

if TYPE_CHECKING:
    from fellesdrift.twin.windows.host import WindowsHost

_UNINSTALL = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
_UPDATES = r"SOFTWARE\Microsoft\Updates\Windows Server 2003\SP3"
_ODBC = r"SOFTWARE\ODBC"
_W32TIME = r"SYSTEM\CurrentControlSet\Services\W32Time"
_HKLM = 0x80000002


def fill(host: WindowsHost) -> None:
    """As after the setup."""
    for name, version, package in PROGRAMS:
        path = f"{_UNINSTALL}\\{package or name}"
        host.registry.put(path, "DisplayName", SZ, name)
        host.registry.put(path, "DisplayVersion", SZ, version)
        host.registry.put(
            path, "UninstallString", SZ, f"MsiExec.exe /X{package}" if package else r"C:\WINDOWS\fjern.exe"
        )
        if package:
            host.registry.put(path, "WindowsInstaller", DWORD, 1)
    for number, title in HOTFIXES:
        path = f"{_UPDATES}\\{number}"
        host.registry.put(path, "Description", SZ, title)
        host.registry.put(path, "InstalledBy", SZ, "Administrator")
        host.registry.put(path, "InstalledDate", SZ, "3/14/2009")
    for bits in (64, 32) if host.spec.x64 else (64,):
        for driver, library in ODBC_DRIVERS:
            _put_view(host, bits, rf"{_ODBC}\ODBCINST.INI\{driver}", "Driver", library)
            _put_view(host, bits, rf"{_ODBC}\ODBCINST.INI\ODBC Drivers", driver, "Installed")
        host.registry.make(_HKLM, rf"{_ODBC}\ODBC.INI\ODBC Data Sources", bits)
    for path, values in (
        (
            "Parameters",
            {"NtpServer": "time.windows.com,0x1", "Type": "NTP", "ServiceDll": r"C:\WINDOWS\system32\w32time.dll"},
        ),
        ("Config", {"AnnounceFlags": 10, "MaxPosPhaseCorrection": 54000, "MaxNegPhaseCorrection": 54000}),
        (r"TimeProviders\NtpClient", {"Enabled": 1, "SpecialPollInterval": 604800}),
        (r"TimeProviders\NtpServer", {"Enabled": 0}),
    ):
        for name, value in values.items():
            host.registry.put(rf"{_W32TIME}\{path}", name, SZ if isinstance(value, str) else DWORD, value)


def _put_view(host: WindowsHost, bits: int, path: str, name: str, value: str) -> None:
    key = host.registry.make(_HKLM, path, bits)
    if key is not None:
        key.set(name, SZ, value)


def hotfix_rows(host: WindowsHost) -> list[dict[str, Any]]:
    """Win32_QuickFixEngineering. Server 2003 lists a part of its hotfixes as `File 1`, with the number in the property
    of the service pack."""
    key = host.registry.find(_HKLM, _UPDATES)
    rows = []
    for place, each in enumerate(key.keys.values() if key is not None else ()):
        hidden = place % 3 == 2
        rows.append(
            {
                "HotFixID": "File 1" if hidden else each.name,
                "ServicePackInEffect": each.name if hidden else "SP3",
                "CSName": host.spec.computer,
                "Description": str(host.registry.get(f"{_UPDATES}\\{each.name}", "Description")),
                "InstalledBy": "" if hidden else "Administrator",
                "InstalledOn": "" if hidden else str(host.registry.get(f"{_UPDATES}\\{each.name}", "InstalledDate")),
            }
        )
    return rows


def product_rows(host: WindowsHost) -> list[dict[str, Any]]:
    """Win32_Product. Whoever asks has had every package checked, and repaired where it did not match: recorded."""
    host.mistakes.append("Win32_Product was read: Windows Installer reconfigured every package")
    key = host.registry.find(_HKLM, _UNINSTALL)
    return [
        {
            "IdentifyingNumber": each.name,
            "Name": each.values["displayname"][2],
            "Version": each.values["displayversion"][2],
        }
        for each in (key.keys.values() if key is not None else ())
        if "windowsinstaller" in each.values
    ]
