"""The estate: municipalities, sites, links, services, stages and devices, read from an Ansible inventory.

`load_estate` and `estate_from_variables` are the ways in; `Estate` and its records are what everything else reads.
Importing this package imports nothing else yet: a filter on addresses must not wait for pydantic, nor a model for
Ansible.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fellesdrift.estate.inventory.loader import estate_from_variables, load_estate
    from fellesdrift.estate.inventory.logins import Logins
    from fellesdrift.estate.models import Estate, Host, Link, Municipality, Service
    from fellesdrift.estate.stages import Drain, ManualStep, Soak, Stage, Timeouts, Wave

__all__ = [
    "Drain",
    "Estate",
    "Host",
    "Link",
    "Logins",
    "ManualStep",
    "Municipality",
    "Service",
    "Soak",
    "Stage",
    "Timeouts",
    "Wave",
    "estate_from_variables",
    "load_estate",
]

_MODULES = {
    **dict.fromkeys(("estate_from_variables", "load_estate"), "inventory.loader"),
    "Logins": "inventory.logins",
    **dict.fromkeys(("Drain", "ManualStep", "Soak", "Stage", "Timeouts", "Wave"), "stages"),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'models')}"), name)
