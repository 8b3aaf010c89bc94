"""The zone policy of a region: the rows of the production estate's (inventories/production says why each is there)."""

from __future__ import annotations

from typing import Any

APPLICATIONS: dict[str, dict[str, Any]] = {
    "citrix": {"title": "Citrix sessions", "ports": ["tcp/1494", "tcp/2598"]},
    "remote_desktop": {"title": "Windows remote desktop", "ports": ["tcp/3389"]},
    "web": {"title": "Web", "ports": ["tcp/80", "tcp/443"]},
    "notes": {"title": "Lotus Notes and Domino", "ports": ["tcp/1352"]},
    "mail": {"title": "Mail between servers", "ports": ["tcp/25"]},
    "name_lookup": {"title": "Name lookup", "ports": ["udp/53", "tcp/53"]},
    "files": {"title": "Windows files and printers", "ports": ["tcp/445"]},
    "remote_shell": {"title": "Command line over SSH", "ports": ["tcp/22"]},
    "windows_management": {"title": "Windows management", "ports": ["tcp/80", "tcp/443", "tcp/5985-5986"]},
    "echo": {"title": "Ping", "ports": ["icmp/echo"]},
}
# id: sources, destinations, applications (none: everything). What must never be comes first.
_DENIED = {
    "closed_internet": ("closed", "internet"),
    "internet_closed": ("internet", "closed"),
    "closed_open": ("closed", "open"),
    "open_closed": ("open", "closed"),
    "users_closed": ("users local", "closed"),
    "terminal_internet": ("terminal", "internet"),
}
_PERMITTED = {
    "management_servers": (
        "management",
        "open closed terminal local",
        "remote_shell windows_management remote_desktop echo",
    ),
    "terminal_closed": ("terminal", "closed", ""),
    "terminal_open": ("terminal", "open", ""),
    "terminal_local": ("terminal", "local", "files web notes"),
    "users_terminal": ("users", "terminal", "citrix remote_desktop web echo"),
    "users_open": ("users", "open", "web notes files echo"),
    "servers_mail": ("local open", "open local", "notes mail"),
    "open_internet": ("open", "internet", "mail name_lookup"),
    "users_internet": ("users", "internet", ""),
}


def policy() -> list[dict[str, Any]]:
    """The variable fellesdrift_policy."""
    denied = [_row(name, "deny", *pair) for name, pair in _DENIED.items()]
    return denied + [_row(name, "permit", *row) for name, row in _PERMITTED.items()]


def _row(name: str, action: str, sources: str, destinations: str, applications: str = "") -> dict[str, Any]:
    return {
        "id": name,
        "title": f"{action.capitalize()} {sources.replace(' ', ', ')} to {destinations.replace(' ', ', ')}",
        "sources": sources.split(),
        "destinations": destinations.split(),
        **({"applications": applications.split()} if applications else {}),
        "action": action,
    }
