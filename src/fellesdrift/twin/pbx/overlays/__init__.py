"""The overlays, by number."""

from __future__ import annotations

from fellesdrift.twin.pbx.overlays import blocks, esn, groups, ld20, lists, names, steering, units
from fellesdrift.twin.pbx.overlays.requests import Overlay

OVERLAYS: dict[int, Overlay] = {
    2: units.clock,
    10: ld20.overlay,
    11: ld20.overlay,
    15: blocks.customers,
    16: blocks.routes,
    18: groups.overlay,
    20: ld20.overlay,
    21: blocks.prints,
    22: lists.licences,
    32: units.maintenance,
    43: units.dump,
    81: lists.features,
    86: esn.plan,
    87: steering.steering,
    90: steering.specials,
    95: names.overlay,
    117: units.configuration,
}
