"""The contents of an exchange that the inventory has no data of: assumed, the same each time, and of nobody.

One customer. Sets in a block of numbers, most digital and a fifth analogue (or IP telephones), a hunt group for each
hundred of them, names that say a place and not a person; steering codes for the numbers of every other exchange, the
emergency numbers straight to the public network, everything else behind the access code 0.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from fellesdrift.twin.pbx import types
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
)
from fellesdrift.twin.pbx.spec import PUBLIC, PbxSpec, Plan, read
from fellesdrift.twin.pbx.tables import Tables
from fellesdrift.twin.pbx.tn import SMALL

EMERGENCY = ("110", "112", "113")
ATTENDANT = "99"
PUBLIC_ROUTE = 1
_BUILT = date(2004, 3, 1).toordinal()
_PLACES = ("Rådhus", "Skole", "Sykehjem", "Barnehage", "Helsestasjon", "Bibliotek", "Teknisk", "Økonomi")
UNITS = {types.DIGITAL: 16, types.ANALOGUE: 16, types.IP: 32}
# cards that stand empty, for what will be built
_SPARE = {types.DIGITAL: 8, types.ANALOGUE: 4, types.IP: 32}
_FIRST_VIRTUAL = {True: 61, False: 96}


def contents(spec: PbxSpec) -> Tables:
    """The data of an exchange at start. Raises FellesdriftError FD920 when its file cannot be read."""
    if spec.file is not None:
        tables = read(Path(spec.file))
        if spec.spare_cards:
            there = set(tables.cards.values())
            for kind in (each for each in _SPARE if each in there):
                cards(spec, tables, kind, 0)
        return tables
    tables = Tables(customers={0: Block((("ATDN", ATTENDANT), ("VNR", "NO")))}, zones={0: "BQ"})
    if spec.plan is not None:
        _sets(spec, spec.plan, tables)
        _groups(spec.plan, tables)
        _numbering(spec, spec.plan, tables)
    return tables


def kinds_of(plan: Plan) -> Counter[str]:
    """How many sets of each licence kind there are."""
    return Counter(_kind(plan, at) for at in range(plan.sets))


def prefixes(first: int, last: int, length: int) -> list[str]:
    """The shortest codes with which exactly the numbers from `first` to `last` begin."""
    found = []
    at = first
    while at <= last:
        size = 1
        while at % (size * 10) == 0 and at + size * 10 - 1 <= last and size * 10 < 10**length:
            size *= 10
        found.append(str(at // size).zfill(length - len(str(size)) + 1))
        at += size
    return found


def _kind(plan: Plan, at: int) -> str:
    if plan.ip:
        return types.IP
    return types.ANALOGUE if at % 5 == 4 else types.DIGITAL


def cards(spec: PbxSpec, tables: Tables, kind: str, wanted: int) -> list[tuple[int, int, int]]:
    """Equip so many cards for sets of one licence kind, and spare ones; gives their first three numbers in order."""
    small = spec.form == SMALL
    found: list[tuple[int, int, int]] = []
    at = _FIRST_VIRTUAL[small] if kind == types.IP else 1 if small else 4
    while len(found) < wanted + _SPARE[kind]:
        for place in [(at, 0, 0)] if small else [(at, shelf, card) for shelf in range(2) for card in range(16)]:
            if place not in tables.cards and len(found) < wanted + _SPARE[kind]:
                tables.cards[place] = kind
                found.append(place)
        at += 1 if small else 4
    return found


def _sets(spec: PbxSpec, plan: Plan, tables: Tables) -> None:
    kinds = [_kind(plan, at) for at in range(plan.sets)]
    free = {}
    for kind in (types.IP,) if plan.ip else (types.DIGITAL, types.ANALOGUE):
        places = cards(spec, tables, kind, -(-kinds.count(kind) // UNITS[kind]))
        free[kind] = iter([(*card, unit) for card in places for unit in range(UNITS[kind])])
    for at, kind in enumerate(kinds):
        tn = next(free[kind])
        dn = str(plan.first + at)
        fields = (("NCOS", str(at % 3 + 1)), ("RNPG", str(at // 20 + 1)))
        tables.sets[tn] = telephone(tn, kind, dn, at, fields)
        if kind != types.ANALOGUE:
            tables.names[0, dn] = Name(f"{_PLACES[at // 40 % len(_PLACES)]} {dn}")


def telephone(
    tn: tuple[int, int, int, int], kind: str, dn: str, at: int, fields: tuple[tuple[str, str], ...], des: str = ""
) -> Set:
    """A set with one number; `at` says which of so many it is, and so its type and what it may do."""
    if kind == types.ANALOGUE:
        return Set(tn, "500", des or "500", 0, _BUILT + at, fields, (), (Key(0, "DN", dn, "0", True, "0"),))
    name = ("i2002" if at % 2 else "i2004") if kind == types.IP else ("3904" if at % 7 == 0 else "3902")
    keys = (
        Key(0, "SCR", dn, "0", True, "0"),
        Key(1, "RNP"),
        Key(2, "ADL", value="16"),
        Key(3, "CFW", value="16"),
        Key(4, "TRN"),
    )
    cls = ("TLD", "FNA", "HFA", "CFTA") if at % 3 else ()
    return Set(tn, name, des or name, 0, _BUILT + at, fields, cls, keys)


def _groups(plan: Plan, tables: Tables) -> None:
    """For each hundred sets a group of four; the pilots are the last numbers of the block."""
    for index in range(plan.sets // 100):
        start = plan.first + index * 100
        members = tuple((entry, str(start + entry * 7)) for entry in range(4))
        tables.groups[0, index + 1] = Group(index + 1, 0, str(plan.own[1] - index), 4, members, plan.digits)


def _numbering(spec: PbxSpec, plan: Plan, tables: Tables) -> None:
    values = {"MXLC": "0", "MXSD": "0", "MXIX": "0", "MXDM": "100", "MXRL": "200", "CDP": "YES", "MXSC": "2000"}
    tables.esn[0] = Block((*values.items(), ("NCDP", str(plan.digits)), ("AC1", "0"), ("AC2", "")))
    tables.digits[0, 1] = Digits(1, 1)
    for trunk in spec.trunks:
        kind = "DID" if trunk.far == PUBLIC else "TIE"
        tables.routes[0, trunk.route] = Route(trunk.route, 0, kind, "IAO", f"9{trunk.route:03}")
        tables.lists[0, trunk.route] = RouteList(trunk.route, (Entry(0, False, trunk.route, 0, 0),))
    by_far = {trunk.far: trunk.route for trunk in spec.trunks}
    others = [trunk.route for trunk in spec.trunks if trunk.far != PUBLIC]
    for name, first, last in plan.others:
        route = by_far.get(name, others[0] if others else None)
        for code in prefixes(first, last, plan.digits) if route is not None else ():
            tables.steering[0, code] = Steering("DSC", code, 0, route or 0)
    if PUBLIC in by_far:
        for code in EMERGENCY:
            tables.steering[0, code] = Steering("TSC", code, len(code), by_far[PUBLIC])
            tables.specials[0, "AC1", code] = Special("AC1", code, len(code), by_far[PUBLIC], "SSER")
        for digit in "23456789":
            tables.specials[0, "AC1", digit] = Special("AC1", digit, 8, by_far[PUBLIC], "NATL")
        tables.specials[0, "AC1", "00"] = Special("AC1", "00", 0, by_far[PUBLIC], "INTL")
