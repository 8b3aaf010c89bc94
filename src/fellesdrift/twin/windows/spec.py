"""What one simulated Windows host is built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

NETBIOS = 15


@dataclass(frozen=True)
class WindowsSpec:
    """recorded what its snapshot says: kind -> key -> attribute -> value; {}: it is as its roles leave it
    roles    the groups that it is in: file_servers, oracle_servers, ...
    stack    of WinRM: 2.0, 1.1, the refused 0.5 of 2003 R2, or `none`: nothing listens
    x64      has the registry of a 64-bit Windows, with the 32-bit view beside it
    basic    Basic is allowed over http (AllowUnencrypted)
    terminal_namespace   where WMI shows terminal services; root/cimv2/TerminalServices on versions after 2003
    """

    name: str
    address: str
    prefix: int = 24
    gateway: str | None = None
    roles: tuple[str, ...] = ()
    stack: str = "2.0"
    x64: bool = False
    basic: bool = False
    terminal_namespace: str = "root/cimv2"
    recorded: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict, hash=False)

    @property
    def computer(self) -> str:
        """Its name as Windows has it."""
        return self.name.upper()[:NETBIOS]


def to_plain(specs: tuple[WindowsSpec, ...]) -> list[dict[str, Any]]:
    """As JSON-able data."""
    return [asdict(spec) for spec in specs]


def from_plain(data: list[dict[str, Any]]) -> tuple[WindowsSpec, ...]:
    """The reverse of `to_plain`."""
    return tuple(WindowsSpec(**{**each, "roles": tuple(each["roles"])}) for each in data)
