"""One exchange as it was read: which codes it knows, and what each leads to.

Resources are as `fellesdrift.state.pbx` reads them, {kind: {key: {attribute: value}}}; only this module knows their
attributes by name. A kind that is missing was not read: a number that is found nowhere else may be there. An attribute
that is missing is unknown, and ends a call that needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from fellesdrift.numbering.unknown import UnknownError, mapping_of, number_of, text_of

Resources = Mapping[str, Mapping[str, Mapping[str, Any]]]
CodeKind = Literal["dn", "hunt_group", "attendant", "steering", "access", "route"]

RINGING = frozenset({"SCR", "SCN", "MCR", "MCN", "DN"})
"""Functions of a key that rings for its number: single and multiple call, ringing and not, and an analogue set's."""
HIGHEST_LEVEL = 7
DIALLED = ("set", "hunt_group", "attendant", "steering_code", "dialling_plan", "route")
"""The kinds that hold codes."""


@dataclass(frozen=True)
class Code:
    """Something that can be dialled. key: of its resource; of an access code its name."""

    code: str
    kind: CodeKind
    key: str


@dataclass(frozen=True)
class Appearance:
    """A number on a key of a set."""

    terminal: str
    key: str
    function: str
    marp: bool


class Switch:
    """What one exchange has, asked by what is dialled. Of other customers than `customer` nothing is seen."""

    def __init__(self, host: str, resources: Resources, customer: int = 0) -> None:
        self.host = host
        self._resources = resources
        self.customer = str(customer)
        self.unread = tuple(kind for kind in DIALLED if kind not in resources)

    def of(self, kind: str, key: str) -> Mapping[str, Any]:
        """A resource that must be there. Raises UnknownError."""
        self.require(kind)
        found = self._present(kind).get(key)
        if found is None:
            raise UnknownError(f"there is no {kind} {key}")
        return found

    def require(self, kind: str) -> None:
        """Raises UnknownError when nothing of this kind was read."""
        if kind not in self._resources:
            raise UnknownError(f"{kind} was not read")

    def code_of(self, digits: str) -> Code | None:
        """The code that the digits begin with. Raises UnknownError where there are several: no exchange allows that."""
        beginnings = (digits[:end] for end in range(1, len(digits) + 1))
        codes = [code for beginning in beginnings for code in self._codes.get(beginning, ())]
        if len(codes) > 1:
            said = ", ".join(f"{code.kind} {code.code}" for code in codes)
            raise UnknownError(f"{digits} begins with several codes: {said}")
        return codes[0] if codes else None

    def continues(self, digits: str) -> bool:
        """Whether a code begins with these digits and goes on."""
        return digits in self._beginnings

    @cached_property
    def appearances(self) -> dict[str, list[Appearance]]:
        """Every number with the keys that it is on."""
        found: dict[str, list[Appearance]] = {}
        for terminal in self._sets:
            for key, function in self._keys(terminal):
                dn = function.get("dn") or ""
                if not isinstance(dn, str):
                    raise UnknownError(f"TN {terminal} key {key} has a number that is no text")
                if dn:
                    place = Appearance(terminal, key, str(function.get("function")), bool(function.get("marp")))
                    found.setdefault(dn, []).append(place)
        return found

    def forward(self, terminal: str, dn: str) -> str | None:
        """Where a set sends calls to its first number: what is stored at its CFW key; None when nothing is."""
        keys = self._keys(terminal)
        if ("00", dn) not in ((key, function.get("dn")) for key, function in keys):
            return None
        for key, function in keys:
            if function.get("function") == "CFW":
                # "16 2181": how many digits there is room for, and the number
                stored = text_of({"value": "", **function}, "value", f"TN {terminal} key {key}").split()[1:]
                return stored[0] if stored else None
        return None

    def level(self, dn: str) -> int:
        """The facility restriction level of a number's sets, the lowest of them: their NCOS. Raises UnknownError."""
        places = self.appearances.get(dn)
        if not places:
            raise UnknownError(f"no set has the number {dn}, so what it may dial is not known")
        return min(HIGHEST_LEVEL, *(self._ncos(place.terminal) for place in places))

    @cached_property
    def lowest_level(self) -> int:
        """What every set may do: the lowest level of all, the highest one when there are no sets."""
        return min([HIGHEST_LEVEL, *(self._ncos(terminal) for terminal in self._sets)])

    def special(self, access: str, rest: str) -> tuple[str, Mapping[str, Any]] | None:
        """The special number behind an access code that the rest begins with: the longest one."""
        table = self._specials.get(access, {})
        for end in range(len(rest), 0, -1):
            if rest[:end] in table:
                return rest[:end], table[rest[:end]]
        return None

    def special_continues(self, access: str, rest: str) -> bool:
        """Whether a special number goes on from these digits."""
        return any(code.startswith(rest) for code in self._specials.get(access, {}))

    def manipulated(self, index: int, digits: str) -> str:
        """Digits after a table of digit manipulation; table 0 leaves them, and no exchange says so. Raises
        UnknownError."""
        if index == 0 and "0" not in self._present("digit_manipulation"):
            return digits
        table = self.of("digit_manipulation", str(index))
        what = f"digit manipulation {index}"
        return (
            text_of({"insert": table.get("insert") or ""}, "insert", what) + digits[number_of(table, "delete", what) :]
        )

    def _keys(self, terminal: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The keys of a set that have a function, in order. Raises UnknownError."""
        keys = mapping_of(self._sets[terminal], "keys", f"TN {terminal}")
        found = [(key, function) for key, function in sorted(keys.items()) if function is not None]
        if not all(isinstance(function, Mapping) for _, function in found):
            raise UnknownError(f"TN {terminal} has a key that is no function")
        return found

    def _ncos(self, terminal: str) -> int:
        fields = mapping_of(self._sets[terminal], "fields", f"TN {terminal}")
        return number_of(fields, "NCOS", f"TN {terminal}")

    def _present(self, kind: str) -> dict[str, Mapping[str, Any]]:
        table = self._resources.get(kind, {})
        return {key: each for key, each in table.items() if each.get("present", True)}

    @cached_property
    def _sets(self) -> dict[str, Mapping[str, Any]]:
        return {tn: each for tn, each in self._present("set").items() if self._ours(each)}

    def _ours(self, each: Mapping[str, Any]) -> bool:
        return str(each.get("customer", self.customer)) == self.customer

    @cached_property
    def _codes(self) -> dict[str, list[Code]]:
        found: dict[str, list[Code]] = {}
        for code in self._all_codes():
            found.setdefault(code.code, []).append(code)
        return found

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return frozenset(code[:end] for code in self._codes for end in range(1, len(code)))

    def _all_codes(self) -> list[Code]:
        found = [Code(dn, "dn", dn) for dn in self.appearances]
        for key, group in self._present("hunt_group").items():
            found.append(Code(text_of(group, "pilot", f"hunt group {key}"), "hunt_group", key))
        for key in self._present("steering_code"):
            found.append(Code(key.split()[-1], "steering", key))
        for key, route in self._present("route").items():
            found.append(Code(text_of(route, "access_code", f"route {key}"), "route", key))
        attendant = self._present("attendant").get(self.customer)
        if attendant is not None:
            found.append(Code(text_of(attendant, "dn", "the attendant"), "attendant", self.customer))
        plan = self._present("dialling_plan").get(self.customer)
        if plan is not None:
            for name, attribute in (("AC1", "access_code_1"), ("AC2", "access_code_2")):
                found.append(Code(text_of(plan, attribute, "the dialling plan"), "access", name))
        return [code for code in found if code.code]

    @cached_property
    def _specials(self) -> dict[str, dict[str, Mapping[str, Any]]]:
        found: dict[str, dict[str, Mapping[str, Any]]] = {}
        for key, each in self._present("special_number").items():
            access, _, code = key.partition(" ")
            found.setdefault(access, {})[code] = each
        return found
