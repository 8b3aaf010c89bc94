"""An exchange's tables out of its snapshot (estate/exchange_snapshots.py): what somebody's client once read of it.

A snapshot says nothing of what no print shows: empty cards, zones, on which day a set was built. That is assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fellesdrift.estate.typed_snapshots import Kinds, SnapshotFormError
from fellesdrift.twin.pbx import classes, types
from fellesdrift.twin.pbx.codes import RefusedError
from fellesdrift.twin.pbx.records import (
    Block,
    Digits,
    Entry,
    Group,
    Key,
    Name,
    Route,
    RouteList,
    Set,
    Special,
    Steering,
    Tn,
)
from fellesdrift.twin.pbx.tables import Tables
from fellesdrift.twin.pbx.tn import LARGE, SMALL, VIRTUAL

_BUILT = date(2004, 3, 1).toordinal()
_CUSTOMER = 0
# how the dialling plan's values are called in a snapshot
_PLAN = {
    "MXLC": "mxlc",
    "MXSD": "mxsd",
    "MXIX": "mxix",
    "MXDM": "mxdm",
    "MXRL": "mxrl",
    "CDP": "coordinated",
    "MXSC": "mxsc",
    "NCDP": "digits",
    "AC1": "access_code_1",
    "AC2": "access_code_2",
}


def tables_of(kinds: Kinds) -> Tables:
    """Without empty cards. Raises SnapshotFormError for what is no resource of an exchange."""
    try:
        return _tables(kinds)
    except (KeyError, TypeError, ValueError, AttributeError, RefusedError) as error:
        raise SnapshotFormError(f"{type(error).__name__}: {error}") from error


def form_of(tables: Tables) -> str:
    """Small systems have cards without loop and shelf, and print them as loops."""
    units = [tn for tn in tables.sets if tn[0] not in VIRTUAL]
    return SMALL if units and all(tn[1:3] == (0, 0) for tn in units) else LARGE


def _tables(kinds: Kinds) -> Tables:
    found = Tables(zones={0: "BQ"})
    for key, each in kinds.get("set", {}).items():
        one = _set(key, each)
        found.sets[one.tn] = one
        found.cards[one.tn[:3]] = types.TYPES[one.type.upper()].licence
    for key, each in kinds.get("name", {}).items():
        found.names[_CUSTOMER, key] = Name(each["name"], each["language"], each["display"])
    for key, each in kinds.get("hunt_group", {}).items():
        members = tuple(sorted((int(entry), dn) for entry, dn in each["members"].items() if dn is not None))
        number = int(key)
        found.groups[_CUSTOMER, number] = Group(number, _CUSTOMER, each["pilot"], each["size"], members, each["length"])
    _networking(kinds, found)
    found.customers[_CUSTOMER] = _customer(kinds)
    return found


def _set(key: str, each: Mapping[str, Any]) -> Set:
    kind = types.TYPES[each["type"].upper()]
    fields = tuple((name, value) for name, value in each["fields"].items() if value != types.field(name).default)
    words = classes.change(kind, (), " ".join(each["class_of_service"]))
    keys = tuple(_key(int(number), one) for number, one in sorted(each["keys"].items()) if one)
    return Set(_tn(key), kind.name, each["des"], each["customer"], _BUILT, fields, words, keys)


def _tn(text: str) -> Tn:
    loop, shelf, card, unit = (int(part) for part in text.split())
    return loop, shelf, card, unit


def _key(number: int, one: Mapping[str, Any]) -> Key:
    if one.get("dn") is None:
        return Key(number, one["function"], value=one.get("value", ""))
    return Key(number, one["function"], one["dn"], one["clid"], one["marp"], one["anie"])


def _networking(kinds: Kinds, found: Tables) -> None:
    for key, each in kinds.get("route", {}).items():
        control = "YES" if each["controlled"] else "NO"
        found.routes[_CUSTOMER, int(key)] = Route(
            int(key), _CUSTOMER, each["trunk_type"], each["direction"], each["access_code"], control
        )
    for key, each in kinds.get("digit_manipulation", {}).items():
        found.digits[_CUSTOMER, int(key)] = Digits(int(key), each["delete"], each["insert"])
    for key, each in kinds.get("route_list", {}).items():
        entries = tuple(
            Entry(one["entry"], one["local"], one.get("route", 0), one["level"], one["digit_manipulation"])
            for one in each["entries"]
        )
        found.lists[_CUSTOMER, int(key)] = RouteList(int(key), entries)
    for key, each in kinds.get("steering_code", {}).items():
        kind, code = key.split()
        target = each["digit_manipulation"] if kind == "LSC" else each["route_list"]
        found.steering[_CUSTOMER, code] = Steering(kind, code, each.get("length", 0), target)
    for key, each in kinds.get("special_number", {}).items():
        access, code = key.split()
        found.specials[_CUSTOMER, access, code] = Special(
            access, code, each["length"], each["route_list"], each["call_type"]
        )
    for each in kinds.get("dialling_plan", {}).values():
        values = {name: each[attribute] for name, attribute in _PLAN.items()}
        found.esn[_CUSTOMER] = Block(tuple((name, _text(value)) for name, value in values.items()))


def _customer(kinds: Kinds) -> Block:
    attendant = kinds.get("attendant", {}).get("0", {}).get("dn", "")
    vacant = kinds.get("networking", {}).get("0", {})
    values = {"ATDN": attendant, "VNR": _text(vacant.get("vacant_routing", False))}
    for name, attribute in (("RLI", "route_list"), ("FLEN", "length")):
        if vacant.get(attribute) is not None:
            values[name] = _text(vacant[attribute])
    return Block(tuple(values.items()))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "YES" if value else "NO"
    return str(value)
