"""Exchanges with anything in them that an exchange can have, to be brought from one to the other."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from fellesdrift.state.pbx import KINDS, Resource, Resources
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
    Tn,
)
from fellesdrift.twin.pbx.spec import PbxSpec
from fellesdrift.twin.pbx.tables import Tables

LEADING = (
    "dialling_plan",
    "attendant",
    "networking",
    "route",
    "digit_manipulation",
    "route_list",
    "steering_code",
    "special_number",
)
SETS = ("set", "name", "hunt_group")
LICENCES = {types.DIGITAL: 100, types.ANALOGUE: 100, types.IP: 0, "TNS": 200}
SPEC = PbxSpec("san-meridian1", "192.0.2.71", ports=8, idle=1e9, licences=LICENCES)
_CARDS = {(4, 0, 0): types.DIGITAL, (4, 0, 1): types.ANALOGUE}
_BUILT = 731_000
_PLAN = {"MXLC": "0", "MXSD": "0", "MXIX": "0", "MXDM": "100", "MXRL": "200", "CDP": "YES", "MXSC": "2000"}


class Numbers:
    """Codes of which none begins another, out of few digits, so that two exchanges often have the same ones."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.given: list[str] = []

    def one(self, least: int, most: int) -> str | None:
        """A code with so many digits; None when none was found soon."""
        for _ in range(8):
            length = self._random.randint(least, most)
            code = "".join(self._random.choice("12345") for _ in range(length))
            if not any(code.startswith(other) or other.startswith(code) for other in self.given):
                self.given.append(code)
                return code
        return None


@dataclass
class Maker:
    """Makes the contents of one exchange. second: whether it has a second access code."""

    random: Random
    second: bool

    def tables(self) -> Tables:
        self.numbers = Numbers(self.random)
        tables = Tables(zones={0: "BQ"}, cards=dict(_CARDS))
        tables.customers[0] = Block((("ATDN", self._must(2, 4)), ("VNR", "NO")))
        access = {"AC1": self._must(1, 2), "AC2": self._must(1, 2) if self.second else ""}
        for number in self._some(1, 6):
            code = self.numbers.one(1, 4)
            if code is not None:
                tables.routes[0, number] = Route(number, 0, self._any("TIE DID"), self._any("IAO OGT"), code)
        if self.random.random() < 0.85:
            self._plan(tables, access)
        self._sets(tables)
        return tables

    def _sets(self, tables: Tables) -> None:
        marked: set[str] = set()
        known = [dn for dn in (self.numbers.one(4, 4) for _ in range(6)) if dn is not None]
        for card in range(2):
            for unit in self._some(0, 4) if known else []:
                each = self._set((4, 0, card, unit), known, marked)
                tables.sets[each.tn] = each
        used = sorted({dn for each in tables.sets.values() for dn in each.dns})
        for dn in used:
            if self.random.random() < 0.5:
                tables.names[0, dn] = Name(
                    self._any("Rådhus Skole Bibliotek"), "ROM", self._any("FIRST,LAST LAST,FIRST")
                )
        for number in self._some(1, 4):
            members = self.random.sample(used, min(len(used), self.random.randint(0, 3)))
            places = sorted(self.random.sample(range(4), len(members)))
            # nothing but another group has another pilot
            tables.groups[0, number] = Group(number, 0, f"60{number}", 4, tuple(zip(places, members, strict=True)))

    def _set(self, tn: Tn, known: list[str], marked: set[str]) -> Set:
        analogue = tn[2] == 1
        count = 1 if analogue else self.random.randint(1, 2)
        keys = []
        for number, dn in enumerate(self.random.sample(known, min(count, len(known)))):
            keys.append(Key(number, "DN" if analogue else self._any("SCR SCR MCR"), dn, "0", dn not in marked, "0"))
            marked.add(dn)
        if not analogue and self.random.random() < 0.5:
            keys.append(Key(3, "CFW", value="16"))
        fields = (("NCOS", str(self.random.randint(1, 3))), ("RNPG", str(self.random.randint(1, 3))))
        classes = tuple(word for word in ("TLD", "HFA", "CFTA") if self.random.random() < 0.3) if not analogue else ()
        kind = "500" if analogue else ("3902", "3904")[tn[3] % 2]
        return Set(tn, kind, kind, 0, _BUILT, fields, classes, tuple(keys))

    def _plan(self, tables: Tables, access: dict[str, str]) -> None:
        digits = self.random.randint(3, 5)
        known = {**_PLAN, "NCDP": str(digits), **access}
        tables.esn[0] = Block(tuple(known.items()))
        for number in self._some(1, 5):
            tables.digits[0, number] = Digits(number, self.random.randint(0, 3), self.random.choice(("", "2", "0")))
        for number in self._some(0, 5):
            tables.lists[0, number] = RouteList(number, self._entries(tables))
        self._leading(tables, digits)

    def _entries(self, tables: Tables) -> tuple[Entry, ...]:
        routes = [number for _, number in tables.routes]
        found = []
        for at in self._some(0, 5) or [0]:
            local = not routes or self.random.random() < 0.2
            index = self.random.choice([0, *(number for _, number in tables.digits)])
            route = 0 if local else self.random.choice(routes)
            found.append(Entry(at, local, route, self.random.randint(0, 2), index))
        return tuple(found)

    def _leading(self, tables: Tables, digits: int) -> None:
        lists = [number for _, number in tables.lists]
        for kind in self.random.choices(("DSC", "TSC", "LSC"), k=self.random.randint(0, 5)):
            code = self.numbers.one(1, digits) if kind != "LSC" or tables.digits else None
            if code is None or (kind != "LSC" and not lists):
                continue
            target = self.random.choice([number for _, number in tables.digits] if kind == "LSC" else lists)
            length = 0 if kind == "LSC" else self.random.choice((0, len(code), len(code) + 2))
            tables.steering[0, code] = Steering(kind, code, length, target)
        if lists:
            for code in {self.random.choice(("1", "12", "2", "112", "00")) for _ in range(self.random.randint(0, 3))}:
                access = self._any("AC1 AC2")
                target = self.random.choice(lists)
                tables.specials[0, access, code] = Special(access, code, 0, target, self._any("NONE NATL"))
            if self.random.random() < 0.5:
                known = {"VNR": "YES", "RLI": str(self.random.choice(lists)), "FLEN": "6"}
                tables.customers[0] = tables.customers[0].put(**known)

    def _must(self, least: int, most: int) -> str:
        """Codes that every exchange has are given first, so there is always one."""
        while True:
            code = self.numbers.one(least, most)
            if code is not None:
                return code

    def _some(self, least: int, most: int) -> list[int]:
        return sorted(self.random.sample(range(least, most + 1), self.random.randint(0, 3)))

    def _any(self, words: str) -> str:
        return self.random.choice(words.split())


def desired(want: Resources, have: Resources) -> Resources:
    """What makes an exchange that has `have` exactly `want`: what is absent is said to be."""
    found: Resources = {}
    for kind, by_key in have.items():
        removable = KINDS[kind].removable
        found[kind] = {key: {"present": False} for key in by_key if key not in want[kind] and removable}
        found[kind] |= {key: _whole(each, by_key.get(key, {})) for key, each in want[kind].items()}
    return found


def _whole(want: Resource, have: Resource) -> Resource:
    """Keys of a set and entries of a group are claimed one by one."""
    result = dict(want)
    for name in ("keys", "members"):
        if name in want:
            result[name] = {**dict.fromkeys(have.get(name, ())), **want[name]}
    return result
