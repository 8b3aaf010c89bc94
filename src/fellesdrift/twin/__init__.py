"""The twin: protocol-true simulated devices, built from any inventory.

info = up(Path("inventories/production"), Path("inventories/twin"))   # daemon, generated inventory
control(out, {"do": "fault", "device": "san-rtr1", "kind": "drop", "at": 3})
status(out), configs(out), windows_states(out), exchange_states(out)
down(out)
"""

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
