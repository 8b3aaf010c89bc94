"""Whether a Windows host is fit to be changed: free space, a restart that it waits for, services that have to run.

Sources: Microsoft's pages on Session Manager, Automatic Updates and Update.exe, as remembered; no real host was asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from fellesdrift.session.wsman import Client, literal
from fellesdrift.state.windows.errors import UnreadableStateError

_HKLM = 0x80000002
_NOT_THERE = 2
_SESSION_MANAGER = r"SYSTEM\CurrentControlSet\Control\Session Manager"
_UPDATES = r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update"
_FIXED_DISK = 3
MEGABYTE = 1024 * 1024


def pending_restart(client: Client) -> list[str]:
    """Why the host waits for a restart; empty when it does not. Raises SessionError, FD421 when it cannot be told."""
    found = []
    names = _listed(client, "EnumValues", _SESSION_MANAGER)
    if "pendingfilerenameoperations" in names:
        found.append("files are replaced at the next start")
    if "rebootrequired" in _listed(client, "EnumKey", _UPDATES):
        found.append("an update is finished at the next start")
    return found


def _listed(client: Client, method: str, key: str) -> set[str]:
    """The lower-case names of a key's values or keys; none where the key is not there."""
    answer = client.invoke("StdRegProv", method, {"hDefKey": _HKLM, "sSubKeyName": key})
    code, names = answer["ReturnValue"], answer["sNames"]
    if code == _NOT_THERE:
        return set()
    if code != 0:
        raise UnreadableStateError(client.target.host, f"HKLM\\{key}", f"return value {code}", "0, or 2: not there")
    return {str(name).lower() for name in names} if isinstance(names, tuple) else set()


def free_space(client: Client) -> dict[str, int]:
    """Free megabytes of each fixed disk, by its letter (`C:`). Raises SessionError; FD421 when it cannot be told."""
    rows = client.query("Win32_LogicalDisk", ["DeviceID", "FreeSpace"], f"DriveType={_FIXED_DISK}")
    found = {}
    for row in rows:
        if not isinstance(row["FreeSpace"], int):
            raise UnreadableStateError(client.target.host, str(row["DeviceID"]), "no FreeSpace", "a number of bytes")
        found[str(row["DeviceID"])] = row["FreeSpace"] // MEGABYTE
    if not found:
        raise UnreadableStateError(client.target.host, "Win32_LogicalDisk", "no fixed disk", "at least the system's")
    return found


def not_running(client: Client, services: Sequence[str]) -> list[str]:
    """Of these services those that do not run, each with its state: `Spooler: Stopped`. Raises SessionError."""
    if not services:
        return []
    where = " OR ".join(f"Name = {literal(name)}" for name in services)
    rows = client.query("Win32_Service", ["Name", "State"], where)
    states = {str(row["Name"]).lower(): str(row["State"]) for row in rows}
    found = {name: states.get(name.lower(), "not there") for name in services}
    return [f"{name}: {state}" for name, state in found.items() if state != "Running"]
