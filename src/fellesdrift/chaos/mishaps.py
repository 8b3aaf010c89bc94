"""What can go wrong while a stage runs, as data.

A mishap that passes is over when the operator runs the same command again: the stage has to end done. A lasting one
stays until it is mended, and says which ending is right until then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

type Ending = Literal["done", "rolled back", "held", "pending"]
type Harm = Literal["nobody", "own", "all"]
type Place = Literal["device", "fibre", "uplink", "unit line", "controller"]

# what writes a line of configuration: every step of the roles begins with one of these
_LINES = r"^(ip|no|interface|access-list|description|permit|deny|remark) ?"


@dataclass(frozen=True)
class Kind:
    """One way to go wrong.

    what     for people, in the table
    where    a device of the stage; a line: the fibre, the uplink of today, or one to a unit; or the controller
    does     a request to the twin (control_socket.py), `lines` cut, or what is done to the run: `kill`, `term`, `disk`
    ending   the right one while it lasts; a mishap that passes has `done`
    begins   `start`: before the run; `step`: when the device's step is in the journal; `record`: at some record
    seconds  how long it lasts by itself, in real ones; None: until it is mended
    harms    whose services it takes away by itself, the engine aside
    """

    what: str
    where: Place
    does: str
    begins: Literal["start", "step", "record"]
    lasting: bool = False
    ending: Ending = "done"
    seconds: float | None = None
    harms: Harm = "nobody"
    fault: dict[str, Any] = field(default_factory=dict)


KINDS: dict[str, Kind] = {
    "drops": Kind(
        "drops the session before a line", "device", "fault", "start", fault={"kind": "drop", "match": _LINES}
    ),
    "drops_after": Kind(
        "drops the session after a line",
        "device",
        "fault",
        "start",
        fault={"kind": "drop", "match": _LINES, "when": "after"},
    ),
    "freezes": Kind("answers a line no more", "device", "fault", "start", fault={"kind": "hang", "match": _LINES}),
    "garbles": Kind(
        "answers with noise", "device", "fault", "start", fault={"kind": "garbage", "match": "^show running-config"}
    ),
    "talks": Kind(
        "talks in the middle of answers",
        "device",
        "fault",
        "start",
        fault={"kind": "syslog", "match": "^(show|ip|ping)", "times": 5},
    ),
    "crawls": Kind("is slow", "device", "fault", "start", fault={"kind": "slow", "seconds": 0.1}),
    "reloads": Kind("restarts in the middle", "device", "reload", "step", harms="all"),
    "sleeps": Kind("is dead for a while", "device", "fault", "step", seconds=3.0, harms="all", fault={"kind": "dead"}),
    "dies": Kind(
        "dies for good", "device", "fault", "step", lasting=True, ending="held", harms="all", fault={"kind": "dead"}
    ),
    "was_dead": Kind(
        "is dead from the start",
        "device",
        "fault",
        "start",
        lasting=True,
        ending="pending",
        harms="all",
        fault={"kind": "dead"},
    ),
    "locks_out": Kind(
        "lets nobody in any more",
        "device",
        "fault",
        "step",
        lasting=True,
        ending="held",
        fault={"kind": "refuse_login"},
    ),
    "was_locked": Kind(
        "lets nobody in from the start",
        "device",
        "fault",
        "start",
        lasting=True,
        ending="pending",
        fault={"kind": "refuse_login"},
    ),
    "dark_fibre": Kind("is dark", "fibre", "cut", "start", lasting=True, ending="rolled back", harms="own"),
    "dark_line": Kind("is dark", "unit line", "cut", "start", lasting=True, ending="pending", harms="own"),
    "dug_up": Kind(
        "is dug through in the middle", "unit line", "cut", "record", lasting=True, ending="rolled back", harms="own"
    ),
    "fibre_flaps": Kind("flaps", "fibre", "flap", "record", seconds=1.0, harms="own"),
    "line_flaps": Kind("flaps", "unit line", "flap", "record", seconds=1.0, harms="own"),
    "uplink_flaps": Kind("flaps", "uplink", "flap", "record", seconds=1.0, harms="own"),
    "killed": Kind("is killed", "controller", "kill", "record"),
    "told_to_end": Kind("is told to end", "controller", "term", "record"),
    "disk_full": Kind("has a full disk", "controller", "disk", "record"),
}
"""name -> what goes wrong"""
