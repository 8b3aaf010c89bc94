"""The estate: municipalities, sites, links, services, stages and devices, read from an Ansible inventory.

`load_estate` and `estate_from_variables` are the ways in; `Estate` and its records are what everything else reads.
Importing this package imports nothing else yet: a filter on addresses must not wait for pydantic, nor a model for
Ansible.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fellesdrift.estate.loader import estate_from_variables, load_estate
    from fellesdrift.estate.models import Estate, Host, Link, Municipality, Service, Stage

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

_LOADER = frozenset({"estate_from_variables", "load_estate"})


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.loader" if name in _LOADER else f"{__name__}.models"), name)
