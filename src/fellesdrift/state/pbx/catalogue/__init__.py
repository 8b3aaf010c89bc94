"""The kinds of an exchange, by name; those that one overlay prints next to each other, so that who reads them in this
order loads each overlay once."""

from __future__ import annotations

from fellesdrift.state.pbx.catalogue.dialling import (
    ATTENDANT,
    DIALLING_PLAN,
    DIGIT_MANIPULATION,
    ROUTE,
    SPECIAL_NUMBER,
    STEERING_CODE,
)
from fellesdrift.state.pbx.catalogue.hunt_group import HuntGroupKind
from fellesdrift.state.pbx.catalogue.name import NAMES
from fellesdrift.state.pbx.catalogue.route_list import ROUTE_LIST
from fellesdrift.state.pbx.catalogue.set import SetKind
from fellesdrift.state.pbx.catalogue.vacant import NETWORKING
from fellesdrift.state.pbx.kinds import Kind

_PRINTED: dict[int, tuple[Kind, ...]] = {
    20: (SetKind(), HuntGroupKind()),
    21: (ATTENDANT, NETWORKING, ROUTE),
    86: (DIALLING_PLAN, ROUTE_LIST, DIGIT_MANIPULATION),
    87: (STEERING_CODE,),
    90: (SPECIAL_NUMBER,),
    95: (NAMES,),
}
KINDS: dict[str, Kind] = {kind.name: kind for kinds in _PRINTED.values() for kind in kinds}
