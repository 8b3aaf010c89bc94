"""The fixed disks of a simulated Windows host, with room on each; `free_bytes` of the host may be set to less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fellesdrift.twin.windows.host import WindowsHost

_GIGABYTE = 1024**3
SIZES = {"C:": 36 * _GIGABYTE, "D:": 136 * _GIGABYTE}
FREE = {"C:": 14 * _GIGABYTE, "D:": 60 * _GIGABYTE}
_FIXED = 3


def rows(host: WindowsHost) -> list[dict[str, Any]]:
    """Win32_LogicalDisk."""
    return [
        {
            "DeviceID": letter,
            "DriveType": _FIXED,
            "FileSystem": "NTFS",
            "FreeSpace": host.free_bytes[letter],
            "Size": size,
        }
        for letter, size in SIZES.items()
    ]
