"""Reads the print of sets (LD 20, TNB): a block for each, some fifty lines. It is what takes time where there are
thousands of sets, so lines are told apart by where they begin."""

from __future__ import annotations

import re
from typing import Any

from fellesdrift.state.pbx.catalogue.set_forms import ANALOGUE_KEY, DERIVED, DN_KEYS
from fellesdrift.state.pbx.kinds import PRESENT, Keys, Resource
from fellesdrift.state.pbx.prints import Lines, Print

TN = re.compile(r"\d{3} \d \d{2} \d{2}")
_DAY = re.compile(r"\d{1,2} [A-Z]{3} \d{4}")
_KEY = re.compile(r"(?P<number>\d{2,3})(?: (?P<function>[A-Z][A-Z0-9]{1,3}))?(?P<rest>(?: +\S+)*) *")
_DN = re.compile(r"(?P<dn>\d{1,7}) (?P<clid>\d{1,3})(?P<marp> +MARP)? *")
_ANIE = re.compile(r" {8}ANIE (?P<anie>\d{1,7}) *")
_NAME = re.compile(r" +(?:CPND_LANG|NAME|XPLN|DISPLAY_FMT)(?: .*)?")
_NEEDED = ("DES", "TN", "TYPE", "CUST", "CLS", "DATE")


def sets_of(page: Print) -> Keys:
    """By terminal number. Raises UnreadablePrintError (FD451)."""
    found: Keys = {}
    for block in page.blocks():
        tn, resource = _Block(page, block).read()
        if tn in found:
            raise page.refused(*block[0], f"each set once; {tn} is printed twice")
        found[tn] = resource
    return found


class _Block:
    """One set's lines."""

    def __init__(self, page: Print, block: Lines) -> None:
        self._page = page
        self._block = block
        self._values: dict[str, str] = {}
        self._classes: list[str] = []
        self._keys: dict[str, dict[str, Any]] = {}
        self._section = ""
        # the key to which indented lines belong; whether its name was begun
        self._key: dict[str, Any] | None = None
        self._naming = False

    def read(self) -> tuple[str, Resource]:
        for number, line in self._block:
            if "DATE" in self._values:
                raise self._page.refused(number, line, "an empty line behind DATE")
            if line[0] != " ":
                self._field(number, line)
            elif self._section == "CLS" and line.startswith("     ") and line[5] != " ":
                self._words(number, line)
            elif self._section == "KEY" and line.startswith("     ") and line[5] != " ":
                self._enter(number, line, line[5:])
            else:
                self._about(number, line)
        return self._whole()

    def _field(self, number: int, line: str) -> None:
        name, value = self._page.field(number, line)
        self._end_key(number, line)
        self._section = name
        if name == "KEY":
            if self._keys:
                raise self._page.refused(number, line, "KEY once")
            self._enter(number, line, value)
            return
        if name in self._values:
            raise self._page.refused(number, line, f"{name} once")
        self._values[name] = value
        if name == "CLS":
            self._words(number, value)
        elif name == ANALOGUE_KEY:
            self._enter(number, line, f"00 {ANALOGUE_KEY} {value}")

    def _words(self, number: int, line: str) -> None:
        words = line.split()
        for word in words:
            if not (word.isalnum() and word.isupper() and 2 < len(word) < 5):
                raise self._page.refused(number, line, "classes of service")
        self._classes += words

    def _enter(self, number: int, line: str, text: str) -> None:
        self._end_key(number, line)
        match = _KEY.fullmatch(text)
        if match is None or match["number"] in self._keys:
            raise self._page.refused(number, line, "a key's number, once, its function and what it stores")
        function, rest = match["function"], match["rest"].strip()
        if function is None:
            if rest:
                raise self._page.refused(number, line, "nothing behind the number of an empty key")
        elif function in DN_KEYS:
            held = _DN.fullmatch(rest)
            if held is None:
                raise self._page.refused(number, line, "a directory number, CLID, and MARP or nothing")
            self._key = {"function": function, "dn": held["dn"], "clid": held["clid"], "marp": bool(held["marp"])}
            self._keys[match["number"]] = self._key
        else:
            self._keys[match["number"]] = {"function": function, "value": " ".join(rest.split())}

    def _about(self, number: int, line: str) -> None:
        """An indented line below a directory number: its name, which LD 95 tells, or ANIE, which ends it."""
        anie = _ANIE.fullmatch(line)
        if self._key is not None and anie is not None:
            self._key["anie"] = anie["anie"]
            self._key, self._naming = None, False
        elif self._key is not None and line.rstrip() == "        CPND" and not self._naming:
            self._naming = True
        elif not (self._naming and line.startswith("          ") and _NAME.fullmatch(line)):
            # it may hold a name
            told = "an indented line, not shown"
            raise self._page.refused(number, told, "what belongs to a key with a directory number")

    def _end_key(self, number: int, line: str) -> None:
        if self._key is not None:
            raise self._page.refused(number, line, "ANIE of the key before it")

    def _whole(self) -> tuple[str, Resource]:
        number, line = self._block[-1]
        values = self._values
        missing = [name for name in _NEEDED if name not in values]
        if missing or not self._keys:
            raise self._page.refused(number, line, f"{', '.join(missing) or 'a key'} before the end of the block")
        if not TN.fullmatch(values["TN"]) or not _DAY.fullmatch(values["DATE"]) or not values["CUST"].isdigit():
            raise self._page.refused(*self._block[0], "a terminal number, a customer and a date in the block")
        known = {*_NEEDED, *DERIVED, ANALOGUE_KEY}
        return values["TN"], {
            PRESENT: True,
            "type": values["TYPE"],
            "des": values["DES"],
            "customer": int(values["CUST"]),
            "class_of_service": self._classes,
            "fields": {name: value for name, value in values.items() if name not in known},
            "keys": self._keys,
        }
