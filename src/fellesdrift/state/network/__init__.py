"""Network devices (IOS): what they say, what they should say, and the safe way between.

Pure functions on the text of `show running-config`; nothing here opens a session:

    from fellesdrift.state.network import (
        normalise, redact, VOLATILE, read_resources, touched, compare, intend, steps, management_cuts, three_way, check)

    read_resources(config) -> Resources        # every interface, static route, IP access list
    touched(config, desired) -> Resources      # the recorded *before*: desiring it undoes the change
    compare(desired, have) -> list[Difference(kind, key, attribute, want, have)]
    intend(config, desired) -> str             # normal form; equals normalise(what the device prints after the steps)
    steps(config, desired) -> list[Step(title, phase, lines)]     # make before break; [] when nothing differs
    management_cuts(config, steps, controller_address) -> list[Cut(step, line, found, expected)]   # [] is good
    three_way(before, after, present) -> list[Conflict(kind, key, attribute, before, after, present)]  # [] is good
    check(desired) -> Resources                # canonical form; raises DesiredError
    normalise(config), redact(text) -> str

Resources = {"interface": {name: {description, bandwidth, ip_address, access_group_in, access_group_out, nat, enabled}},
             "route": {prefix: {"next_hops": [{next_hop, distance, name}]}},          # the whole set
             "access_list": {name: {"type": "standard" | "extended", "entries": [...]}}}   # the whole list, in order
None, [] (and `type: None`) mean absent. Of an interface only the claimed attributes are given.

At a device (`fellesdrift.state.network.device`, `.apply`):

    with open_session(target) as session:
        device = Device(session)
        reading = device.read()               # Reading(running, startup, abilities); .saved, .unsaved_diff()
        device.ping(address, source=None, repeat=5) -> PingResult(sent, received)
        device.pending_revert() -> str | None
        device.save()                         # `write memory`, judged by reading again

    apply_safely(target, desired, probes=[Probe(name, address, source)], dead_man="revert_timer" | "reload" | "none",
                 minutes=5, controller="10.10.0.10", on_step=callable(StepEvent), check=callable(device, step),
                 resume=recorded_before_of_a_cut_off_attempt | None, patience=seconds | None, speed=1.0,
                 on_plan=callable(ApplyPlan(before, after, steps)), on_undo=callable(), must_be_saved=True)
    -> ApplyResult
    ApplyResult: before, after (normal form), recorded_before, recorded_after (Resources), steps, differences,
                 status "unchanged" | "changed" | "reverted" | "held", predicted_exact, error: FellesdriftError | None
Raises only what is found before anything was written; after that the status says how it ended, and `error` why.

Errors: FD401-FD417, `fellesdrift.state.network.errors`, docs/errors/state.md.
"""

from __future__ import annotations

from fellesdrift.session.redaction import redact
from fellesdrift.state.network.compare import Conflict, Difference, compare, three_way
from fellesdrift.state.network.desired import check
from fellesdrift.state.network.errors import StateError
from fellesdrift.state.network.intend import intend
from fellesdrift.state.network.kinds import Resources
from fellesdrift.state.network.plan import Phase, Step, steps
from fellesdrift.state.network.reach import Cut, loses_controller, management_cuts
from fellesdrift.state.network.read import read_resources, touched
from fellesdrift.state.network.text import VOLATILE, normalise

__all__ = [
    "VOLATILE",
    "Conflict",
    "Cut",
    "Difference",
    "Phase",
    "Resources",
    "StateError",
    "Step",
    "check",
    "compare",
    "intend",
    "loses_controller",
    "management_cuts",
    "normalise",
    "read_resources",
    "redact",
    "steps",
    "three_way",
    "touched",
]
