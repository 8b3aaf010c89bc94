"""The kinds of an exchange, by name."""

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

_LEADING: tuple[Kind, ...] = (
    DIALLING_PLAN,
    ATTENDANT,
    ROUTE,
    DIGIT_MANIPULATION,
    ROUTE_LIST,
    STEERING_CODE,
    SPECIAL_NUMBER,
    NETWORKING,
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in (SetKind(), NAMES, HuntGroupKind(), *_LEADING)}
