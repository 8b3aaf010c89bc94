"""Regions of exchanges made up at random, but such as exchanges allow: for two programs that must follow the same call.

Everything is there that a call can meet: numbers on several sets, call forwarding (in circles too), hunt groups within
hunt groups, all three steering codes, special numbers, vacant number routing, levels, digit manipulation, local
termination, routes for incoming calls only, access codes.
"""

from __future__ import annotations

from random import Random

from fellesdrift.twin.pbx.codes import RefusedError
from fellesdrift.twin.pbx.records import Block, Digits, Entry, Group, Key, Route, RouteList, Set, Special, Steering
from fellesdrift.twin.pbx.spec import PUBLIC, Trunk
from fellesdrift.twin.pbx.tables import Memory, Tables

NAMES = ("ask", "bjork", "dur", "eik")
_ROUTES = range(6)
_LISTS = range(6)


class Made:
    """An exchange: what is in its memory, and where its cables lead."""

    working = True

    def __init__(self, memory: Memory, cables: tuple[Trunk, ...]) -> None:
        self.memory = memory
        self.cables = cables


def region(seed: int) -> dict[str, Made]:
    """Two to four exchanges, the same ones for the same seed."""
    random = Random(seed)
    names = NAMES[: random.randint(2, 4)]
    return {name: _Builder(random, name, names).made() for name in names}


class _Builder:
    def __init__(self, random: Random, name: str, names: tuple[str, ...]) -> None:
        self._random = random
        self._far = [PUBLIC, *(other for other in names if other != name)]
        esn = Block((("NCDP", str(random.choice([3, 4]))), ("AC1", "0"), ("AC2", random.choice(["", "8"]))))
        customer = Block((("ATDN", "99"), ("VNR", "NO")))
        if random.random() < 0.4:
            values = {"VNR": "YES", "RLI": str(random.choice(_LISTS)), "FLEN": str(random.randint(3, 6))}
            customer = customer.put(**values)
        self._memory = Memory(Tables(esn={0: esn}, customers={0: customer}))

    def made(self) -> Made:
        self._routes()
        self._numbers()
        self._groups()
        self._forwarding()
        self._codes()
        cables = tuple(Trunk(number, self._random.choice(self._far), 0) for number in _ROUTES)
        return Made(self._memory, cables)

    def _code(self, kind: str, stems: str, longest: int = 4) -> str | None:
        """A code that is still free, or None when a few tries found none."""
        for _ in range(6):
            length = self._random.randint(2, longest)
            code = self._random.choice(stems) + "".join(self._random.choice("0123") for _ in range(length - 1))
            try:
                self._memory.check_free(0, code, kind)
            except RefusedError:
                continue
            return code
        return None

    def _routes(self) -> None:
        random, tables = self._random, self._memory.tables
        for number in (1, 2, 3):
            tables.digits[0, number] = Digits(number, random.randint(0, 3), random.choice(["", "2", "31", "20", "0"]))
        for number in _ROUTES:
            direction = random.choice(["IAO", "IAO", "IAO", "OGT", "ICT"])
            self._memory.put_route(Route(number, 0, "TIE", direction, f"7{number}"))
        for number in _LISTS:
            entries = tuple(
                Entry(
                    place,
                    random.random() < 0.15,
                    random.choice(_ROUTES),
                    random.choice([0, 0, 1, 3, 7]),
                    random.choice([0, 0, 1, 2, 3]),
                )
                for place in range(random.randint(1, 3))
            )
            tables.lists[0, number] = RouteList(number, entries)

    def _numbers(self) -> None:
        random = self._random
        known: list[str] = []
        for unit in range(14):
            dn = self._code("DN", "234") if not known or random.random() < 0.75 else random.choice(known)
            if dn is None:
                continue
            known.append(dn)
            keys = [Key(0, "SCR", dn, "0", True, "0")]
            if random.random() < 0.3:
                other = random.choice(known)
                if other != dn:
                    keys.append(Key(1, "MCN", other, "0", False, "0"))
            fields = (("NCOS", str(random.randint(0, 5))),) if random.random() < 0.8 else ()
            self._memory.put_set(Set((4, 0, 1, unit), "3902", "3902", 0, 731641, fields, (), tuple(keys)))

    def _groups(self) -> None:
        random = self._random
        pilots: list[str] = []
        for number in (1, 2):
            pilot = self._code("GHT", "56")
            if pilot is not None:
                dns = [dn for _, dn in self._memory.appearances] or ["29"]
                members = tuple((at, random.choice([*dns, *pilots])) for at in range(2) if random.random() < 0.9)
                self._memory.put_group(Group(number, 0, pilot, 2, members))
                pilots.append(pilot)

    def _forwarding(self) -> None:
        """After all numbers are there, so that a call may go in circles."""
        random = self._random
        targets = [code for _, code in self._memory.codes]
        for tn, each in list(self._memory.tables.sets.items()):
            if random.random() < 0.35:
                more = "".join(random.choice("0123") for _ in range(random.randint(0, 3)))
                stored = random.choice(["16", f"16 {random.choice(targets)}", f"16 {random.choice(targets)}{more}"])
                self._memory.put_set(
                    Set(
                        tn,
                        each.type,
                        each.des,
                        0,
                        each.date,
                        each.fields,
                        (),
                        (*each.keys, Key(3, "CFW", value=stored)),
                    )
                )

    def _codes(self) -> None:
        random, tables = self._random, self._memory.tables
        for kind in ("DSC", "DSC", "DSC", "TSC", "TSC", "LSC"):
            code = self._code("CDP", "23456", 3)
            if code is not None:
                length = 0 if kind == "LSC" or random.random() < 0.5 else random.randint(len(code), 4)
                target = random.choice((1, 2, 3)) if kind == "LSC" else random.choice(_LISTS)
                self._memory.put_steering(0, Steering(kind, code, length, target))
        for access in ("AC1", "AC2"):
            for code in {"".join(random.choice("0123") for _ in range(random.randint(1, 3))) for _ in range(3)}:
                length = random.choice([0, len(code), len(code) + 1])
                tables.specials[0, access, code] = Special(access, code, length, random.choice(_LISTS))
