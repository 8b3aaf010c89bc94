"""The estate: municipalities, sites, links, services, stages and devices, read from an Ansible inventory.

`load_estate` and `estate_from_variables` are the ways in; `Estate` and its records are what everything else reads.
Importing this package does not import Ansible: that happens when an inventory is loaded.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fellesdrift.estate.models import Estate, Host, Link, Municipality, Service, Stage

if TYPE_CHECKING:
    from fellesdrift.estate.loader import estate_from_variables, load_estate

__all__ = [
    "Estate",
    "Host",
    "Link",
    "Municipality",
    "Service",
    "Stage",
    "estate_from_variables",
    "load_estate",
]


def __getattr__(name: str) -> Any:
    """Load the loader, and with it Ansible, only when somebody asks for it."""
    if name in ("load_estate", "estate_from_variables"):
        return getattr(import_module("fellesdrift.estate.loader"), name)
    raise AttributeError(name)
