"""The twin: protocol-true simulated devices, built from any inventory.

info = up(Path("inventories/production"), Path("inventories/twin"))   # daemon, generated inventory
control(out, {"do": "fault", "device": "san-rtr1", "kind": "drop", "at": 3})
status(out), configs(out), windows_states(out), exchange_states(out)
down(out)

What starts a twin is loaded when it is asked for: a device alone (the drift check's canary) does not need it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fellesdrift.twin.process import (
        DEFAULT_SPEED,
        TwinInfo,
        TwinStatus,
        configs,
        control,
        down,
        exchange_states,
        status,
        up,
        windows_states,
    )

__all__ = [
    "DEFAULT_SPEED",
    "TwinInfo",
    "TwinStatus",
    "configs",
    "control",
    "down",
    "exchange_states",
    "status",
    "up",
    "windows_states",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.process"), name)
