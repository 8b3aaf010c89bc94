"""Interface names as IOS knows them: abbreviations in, full names out, and the order of `show running-config`."""

from __future__ import annotations

import re

# In the order in which IOS lists them in a running configuration, as far as the slot does not decide.
TYPES: tuple[str, ...] = (
    "Loopback",
    "Tunnel",
    "Null",
    "Multilink",
    "Port-channel",
    "Ethernet",
    "FastEthernet",
    "GigabitEthernet",
    "Serial",
    "ATM",
    "BRI",
    "Dialer",
    "Vlan",
    "BVI",
)
SHORT: dict[str, str] = {
    "GigabitEthernet": "Gi",
    "FastEthernet": "Fa",
    "Ethernet": "Et",
    "Serial": "Se",
    "Loopback": "Lo",
    "Tunnel": "Tu",
    "Vlan": "Vl",
    "Null": "Nu",
    "Port-channel": "Po",
    "Multilink": "Mu",
    "Dialer": "Di",
}
VIRTUAL = frozenset({"Loopback", "Tunnel", "Null", "Multilink", "Port-channel", "Dialer", "Vlan", "BVI"})
_NAME = re.compile(r"([A-Za-z-]+)(\d+(?:/\d+)*(?:\.\d+)?)$")


def canonical(text: str) -> str | None:
    """`gi0/1`, `GigabitEthernet0/1` or `gi 0/1` -> `GigabitEthernet0/1`; None when it is no interface name."""
    found = _NAME.match(text.replace(" ", ""))
    if found is None:
        return None
    prefix = found.group(1).lower()
    kinds = [kind for kind in TYPES if kind.lower().startswith(prefix)]
    exact = [kind for kind in kinds if kind.lower() == prefix]
    kinds = exact or kinds
    return f"{kinds[0]}{found.group(2)}" if len(kinds) == 1 else None


def kind(name: str) -> str:
    """`Serial0/0` -> `Serial`."""
    return re.split(r"\d", name, maxsplit=1)[0]


def short(name: str) -> str:
    """`GigabitEthernet0/1` -> `Gi0/1`, as in narrow tables."""
    which = kind(name)
    return SHORT.get(which, which[:2]) + name[len(which) :]


def parent(name: str) -> str | None:
    """The physical interface of a sub-interface, else None."""
    return name.split(".", maxsplit=1)[0] if "." in name else None


def order(name: str) -> tuple[int, int, int, list[int], list[int]]:
    """Sort key: what is made by configuration first, then the ports slot by slot, fixed ones before those of cards."""
    which, parts = kind(name), [int(part) for part in re.findall(r"\d+", name)]
    rank = TYPES.index(which)
    if which in VIRTUAL:
        return rank, 0, 0, parts, []
    card = name.count("/") > 1
    return len(TYPES), parts[0], 0 if not card else 1, (parts if card else [rank]), parts


def is_virtual(name: str) -> bool:
    """True when a configuration command may create and remove the interface."""
    return kind(name) in VIRTUAL or "." in name
