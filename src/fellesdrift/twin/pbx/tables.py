"""All data of one exchange, and the tree of what can be dialled.

Every record is immutable, so what EDD writes to disk is a shallow copy. The tree holds every code that the exchange
knows: no code may be the beginning of another, because the exchange has to know when a number is complete.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields, replace

from fellesdrift.twin.pbx.codes import DN_CONFLICT, RefusedError
from fellesdrift.twin.pbx.records import Block, Digits, Group, Key, Name, Route, RouteList, Set, Special, Steering, Tn

CustomerDn = tuple[int, str]
Numbered = tuple[int, int]


@dataclass
class Tables:
    """By customer and number or code; sets by terminal number. `cards`: those that are equipped, by their first three
    numbers, with the licence kind of the sets that fit.
    """

    cards: dict[tuple[int, int, int], str] = field(default_factory=dict)
    sets: dict[Tn, Set] = field(default_factory=dict)
    groups: dict[Numbered, Group] = field(default_factory=dict)
    names: dict[CustomerDn, Name] = field(default_factory=dict)
    routes: dict[Numbered, Route] = field(default_factory=dict)
    digits: dict[Numbered, Digits] = field(default_factory=dict)
    lists: dict[Numbered, RouteList] = field(default_factory=dict)
    steering: dict[CustomerDn, Steering] = field(default_factory=dict)
    specials: dict[tuple[int, str, str], Special] = field(default_factory=dict)
    esn: dict[int, Block] = field(default_factory=dict)
    customers: dict[int, Block] = field(default_factory=dict)
    zones: dict[int, str] = field(default_factory=dict)

    def copy(self) -> Tables:
        return Tables(**{each.name: dict(getattr(self, each.name)) for each in fields(self)})


class Memory:
    """What an exchange works with: tables, and the indexes that calls and prints need."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        # appearances of a DN: (terminal number, key number)
        self.appearances: dict[CustomerDn, list[tuple[Tn, int]]] = {}
        self.hunted: Counter[CustomerDn] = Counter()
        self.codes: dict[CustomerDn, str] = {}
        self._beginnings: Counter[CustomerDn] = Counter()
        for each in tables.sets.values():
            self._index_set(each)
        for group in tables.groups.values():
            self._index_group(group)
        for (customer, _), route in tables.routes.items():
            self._enter(customer, route.access, "RDB")
        for customer, code in tables.steering:
            self._enter(customer, code, "CDP")
        for customer, block in [*tables.esn.items(), *tables.customers.items()]:
            for name in ("AC1", "AC2", "ATDN"):
                self._enter(customer, block.get(name), name)

    def used(self, licence_of: dict[str, str]) -> Counter[str]:
        """How many sets of each licence kind there are."""
        return Counter(licence_of[each.type.upper()] for each in self.tables.sets.values())

    def _enter(self, customer: int, code: str, kind: str) -> None:
        if code and (customer, code) not in self.codes:
            self.codes[customer, code] = kind
            self._beginnings.update((customer, code[:end]) for end in range(1, len(code)))

    def _strike_out(self, customer: int, code: str) -> None:
        if self.codes.pop((customer, code), None) is not None:
            for end in range(1, len(code)):
                self._beginnings[customer, code[:end]] -= 1
                if not self._beginnings[customer, code[:end]]:
                    del self._beginnings[customer, code[:end]]

    def check_free(self, customer: int, code: str, kind: str, refusal: str = DN_CONFLICT) -> None:
        """Raises RefusedError when a code is taken, begins another, or another begins it. A DN may appear again."""
        taken = self.codes.get((customer, code))
        begun = any((customer, code[:end]) in self.codes for end in range(1, len(code)))
        if (taken is not None and not taken == kind == "DN") or begun or (customer, code) in self._beginnings:
            raise RefusedError(refusal)

    def begins(self, customer: int, digits: str) -> bool:
        """True while more digits could still make a code."""
        return (customer, digits) in self._beginnings

    def code_of(self, customer: int, digits: str) -> tuple[str, str] | None:
        """(code, kind) that a dialled number begins with."""
        for end in range(1, len(digits) + 1):
            kind = self.codes.get((customer, digits[:end]))
            if kind is not None:
                return digits[:end], kind
        return None

    def unused(self, customer: int) -> list[str]:
        """The shortest codes that nothing begins with, as a list of unused numbers has them."""
        found = []
        inner = ["", *sorted(code for at, code in self._beginnings if at == customer)]
        for code in inner:
            found += [
                code + digit
                for digit in "0123456789*#"
                if (customer, code + digit) not in self.codes and (customer, code + digit) not in self._beginnings
            ]
        return [code for code in found if len(code) > 1]

    # sets

    def _index_set(self, each: Set) -> None:
        for key in each.keys:
            if key.dn:
                self.appearances.setdefault((each.customer, key.dn), []).append((each.tn, key.number))
                self._enter(each.customer, key.dn, "DN")

    def put_set(self, each: Set) -> None:
        """Add or replace; a DN has one MARP, and keeps having one."""
        before = self.tables.sets.get(each.tn)
        if before is not None:
            self._forget_set(before)
        self.tables.sets[each.tn] = each
        self._index_set(each)
        self._settle({*each.dns, *(before.dns if before is not None else ())}, each)

    def drop_set(self, tn: Tn) -> None:
        each = self.tables.sets.pop(tn)
        self._forget_set(each)
        self._settle(set(each.dns), each)

    def _forget_set(self, each: Set) -> None:
        for key in each.keys:
            if key.dn:
                at = each.customer, key.dn
                self.appearances[at].remove((each.tn, key.number))
                if not self.appearances[at]:
                    del self.appearances[at]
                    self._strike_out(*at)

    def put_name(self, customer: int, dn: str, name: Name | None) -> None:
        """Name a DN, or take its name away."""
        self.tables.names.pop((customer, dn), None)
        if name is not None:
            self.tables.names[customer, dn] = name

    def _settle(self, dns: set[str], last: Set) -> None:
        for dn in dns:
            places = self.appearances.get((last.customer, dn), [])
            if not places:
                self.tables.names.pop((last.customer, dn), None)
            marked = [place for place in places if self.key_at(place).marp]
            wanted = next((place for place in marked if place[0] == last.tn), marked[0] if marked else None)
            for place in places:
                right = place == (wanted or places[0])
                if self.key_at(place).marp != right:
                    self._mark(place, right)

    def key_at(self, place: tuple[Tn, int]) -> Key:
        """The key of an appearance."""
        tn, number = place
        return next(key for key in self.tables.sets[tn].keys if key.number == number)

    def _mark(self, place: tuple[Tn, int], marp: bool) -> None:
        tn, number = place
        each = self.tables.sets[tn]
        keys = tuple(replace(key, marp=marp) if key.number == number else key for key in each.keys)
        self.tables.sets[tn] = replace(each, keys=keys)

    # what else is dialled

    def _index_group(self, group: Group) -> None:
        self._enter(group.customer, group.pilot, "GHT")
        self.hunted.update((group.customer, dn) for _, dn in group.members)

    def put_group(self, group: Group) -> None:
        self.drop_group(group.customer, group.number)
        self.tables.groups[group.customer, group.number] = group
        self._index_group(group)

    def drop_group(self, customer: int, number: int) -> None:
        before = self.tables.groups.pop((customer, number), None)
        if before is not None:
            self._strike_out(customer, before.pilot)
            self.hunted.subtract((customer, dn) for _, dn in before.members)
            self.hunted = +self.hunted

    def put_route(self, route: Route) -> None:
        self.drop_route(route.customer, route.number)
        self.tables.routes[route.customer, route.number] = route
        self._enter(route.customer, route.access, "RDB")

    def drop_route(self, customer: int, number: int) -> None:
        before = self.tables.routes.pop((customer, number), None)
        if before is not None:
            self._strike_out(customer, before.access)

    def put_steering(self, customer: int, each: Steering) -> None:
        self.tables.steering[customer, each.code] = each
        self._enter(customer, each.code, "CDP")

    def drop_steering(self, customer: int, code: str) -> None:
        del self.tables.steering[customer, code]
        self._strike_out(customer, code)

    def put_block(self, blocks: dict[int, Block], customer: int, block: Block) -> None:
        """Replace a customer's dialling plan or customer data, and the access codes in it."""
        before = blocks.get(customer, Block())
        for name in ("AC1", "AC2", "ATDN"):
            if before.get(name) != block.get(name):
                self._strike_out(customer, before.get(name))
                self._enter(customer, block.get(name), name)
        blocks[customer] = block
