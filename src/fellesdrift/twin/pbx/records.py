"""What an exchange's data consists of: small immutable records, so that a copy of all of them is a copy of a few dicts.

A *TN* is (loop, shelf, card, unit); a small system's card is kept in the first place, as it prints it: 14 3 is
(14, 0, 0, 3). A date is a proleptic ordinal.
"""

from __future__ import annotations

from dataclasses import dataclass

Tn = tuple[int, int, int, int]
DN_KEYS = frozenset({"SCR", "SCN", "MCR", "MCN", "DN"})
ANALOGUE_KEY = "DN"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a set. An analogue set has one, number 0 with the function `DN`. `value`: what a feature key stores,
    as printed after its function, such as `16` or `16 2181`.
    """

    number: int
    function: str
    dn: str = ""
    clid: str = ""
    marp: bool = False
    anie: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Set:
    """A telephone. `fields`: what differs from the type's defaults; `cls` too."""

    tn: Tn
    type: str
    des: str
    customer: int
    date: int
    fields: tuple[tuple[str, str], ...] = ()
    cls: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    disabled: bool = False

    @property
    def dns(self) -> tuple[str, ...]:
        return tuple(key.dn for key in self.keys if key.function in DN_KEYS)


@dataclass(frozen=True, slots=True)
class Group:
    """A group hunt list: `members` by entry number."""

    number: int
    customer: int
    pilot: str
    size: int
    members: tuple[tuple[int, str], ...] = ()
    digits: int = 4


@dataclass(frozen=True, slots=True)
class Name:
    """What a set shows for a DN."""

    name: str
    language: str = "ROM"
    display: str = "FIRST,LAST"


@dataclass(frozen=True, slots=True)
class Route:
    """A trunk route. Where it leads is cabling, and so in the spec, not in the exchange's data."""

    number: int
    customer: int
    kind: str
    direction: str
    access: str
    control: str = "NO"


@dataclass(frozen=True, slots=True)
class Digits:
    """Digit manipulation: drop so many, then put these in front."""

    number: int
    delete: int
    insert: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a route list. `local`: the call ends in this exchange (LTER)."""

    number: int
    local: bool
    route: int
    level: int
    digits: int


@dataclass(frozen=True, slots=True)
class RouteList:
    """Entries are tried in their order."""

    number: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Steering:
    """A steering code. `kind`: DSC, TSC or LSC; `target`: a route list, of an LSC its digit manipulation; `length` 0:
    by the plan.
    """

    kind: str
    code: str
    length: int
    target: int


@dataclass(frozen=True, slots=True)
class Special:
    """A special number behind an access code (`AC1`, `AC2`)."""

    access: str
    code: str
    length: int
    route_list: int
    call_type: str = "NONE"


@dataclass(frozen=True, slots=True)
class Block:
    """Named values of a customer: its dialling plan (`ESN`), its attendant, its networking."""

    values: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        return dict(self.values).get(name, "")

    def put(self, **values: str) -> Block:
        return Block(tuple((dict(self.values) | values).items()))
