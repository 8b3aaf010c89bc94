"""Dialled at X, where does it ring? Computed from what all exchanges were read to have. docs/telephony/numbering.md.


    from fellesdrift.numbering import cabling_of, emergency, network, ring

    answer = ring(exchanges, cabling_of(estate.numbering), "san-meridian1", "2001", origin="6001")
    answer.result      # rings public vacant incomplete blocked loop inconclusive
    answer.rings_at    # RingsAt(host, number, sets) or None;  answer.why, .unknown_at: of inconclusive
    answer.path        # (Step(host, text), ...);  answer.computed is True, always;  answer.arrives: rings or public

exchanges   host -> Resources as `state.pbx` reads them: {kind: {key: {attribute: value}}}. An exchange or a kind that
            is not in it was not read, and a call that needs it is *inconclusive*. `KINDS`: those that a call may need
cabling     host -> route -> Far(host, route), from the inventory: no exchange says where its lines lead
origin      the number of the set that dials, at that exchange; its lowest NCOS decides which routes it may use.
            level= is that level itself. Without both nothing is restricted

Many calls over the same exchanges: `net = network(exchanges, cabling)` once, then `net.ring(at, digits, ...)`.

    for each in emergency(net, ["110", "112", "113"]):     # from every exchange, with the class of its lowest set
        each.reaches, each.host, each.number, each.answer  # reaches: True, False, or None when inconclusive

Lines and units are taken to be in order and free: neither is in an exchange's data. So an answer says what the tables
make of a number, not that a telephone rang; nothing is finalized by it alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from fellesdrift.numbering.answer import Answer, Result, RingsAt, Step
from fellesdrift.numbering.cabling import Cabling, Far, cabling_of
from fellesdrift.numbering.emergency import Reach, emergency
from fellesdrift.numbering.follow import Network
from fellesdrift.numbering.switch import Resources, Switch

__all__ = [
    "KINDS",
    "Answer",
    "Cabling",
    "Far",
    "Network",
    "Reach",
    "Result",
    "RingsAt",
    "Step",
    "cabling_of",
    "emergency",
    "network",
    "ring",
]

KINDS = (
    "set",
    "hunt_group",
    "attendant",
    "networking",
    "dialling_plan",
    "steering_code",
    "special_number",
    "route",
    "route_list",
    "digit_manipulation",
)
"""The kinds of an exchange that a call may need."""


def network(exchanges: Mapping[str, Resources], cabling: Cabling) -> Network:
    """The exchanges, indexed: for many calls."""
    return Network({host: Switch(host, resources) for host, resources in exchanges.items()}, cabling)


def ring(
    exchanges: Mapping[str, Resources],
    cabling: Cabling,
    at: str,
    digits: str,
    origin: str | None = None,
    level: int | None = None,
) -> Answer:
    """One call. Raises nothing: what is not known is an answer."""
    return network(exchanges, cabling).ring(at, digits, origin, level)
