"""Group hunt lists: LD 18, printed by LD 20. A number that is in one cannot leave its set (SCH0101): it is taken out,
the set is changed, and it is put in again. What an entry of a list is written with is its own line, so a step that was
cut off may be done in part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fellesdrift.state.forms import Form, number
from fellesdrift.state.pbx.catalogue.hunt_group_steps import IN, Group, Members
from fellesdrift.state.pbx.catalogue.numbers import DN
from fellesdrift.state.pbx.exchange import Exchange
from fellesdrift.state.pbx.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Ref, Resource, Scene, Step
from fellesdrift.state.pbx.prints import Lines, Print
from fellesdrift.state.typed.claims import MEMBERS

_PRINT, _DURING = 20, "LD 20 GHT"
_MOST = 96
_STORED = re.compile(r"(?P<entry>\d{1,2})(?: +(?P<dn>\d{1,7}))?")


def _members(value: Any) -> Members:
    if not isinstance(value, dict):
        raise TypeError
    found: Members = {}
    for entry, dn in value.items():
        text = str(entry)
        if isinstance(entry, bool) or not (text.isascii() and text.isdigit() and int(text) < _MOST):
            raise ValueError(f"entries from 0 to {_MOST - 1}")
        if str(int(text)) in found:
            raise ValueError(f"entry {int(text)} once")
        try:
            found[str(int(text))] = None if dn is None else DN.take(dn)
        except ValueError as error:
            raise ValueError(f"entry {int(text)}: {DN.expected}") from error
    numbers = [dn for dn in found.values() if dn is not None]
    if len(set(numbers)) < len(numbers):
        raise ValueError("each number in one entry")
    return found


class HuntGroupKind(Kind):
    """Hunt groups by list number."""

    name = "hunt_group"
    rank = IN
    attributes: Mapping[str, Attribute] = {
        "pilot": Attribute(DN),
        "size": Attribute(number(1, _MOST)),
        "length": Attribute(number(1, 31)),
        "members": Attribute(Form("numbers by entry, null for an empty one", _members), MEMBERS),
    }

    def key(self, key: str) -> str:
        if not (key.isascii() and key.isdigit() and int(key) <= 8191):
            raise ValueError("a list number from 0 to 8191")
        return str(int(key))

    def codes(self, _key: str, resource: Resource) -> frozenset[str]:
        return frozenset({resource["pilot"]})

    def leans(self, _key: str, resource: Resource) -> frozenset[Ref]:
        return frozenset(("code", dn) for dn in resource.get("members", {}).values() if dn is not None)

    def read(self, exchange: Exchange) -> Keys:
        """All groups by one print."""
        answers = {"REQ": "PRT", "TYPE": "GHT", "LSNO": ""}
        page = Print(exchange.name, _DURING, exchange.print(_PRINT, answers, nothing=True))
        found: Keys = {}
        for block in _blocks(page):
            key, resource = _group(page, block)
            if key in found:
                raise page.refused(*block[0], f"each group once; {key} is printed twice")
            found[key] = resource
        return found

    def steps(self, scene: Scene, changes: Mapping[str, Resource], _have: Keys) -> list[Step]:
        leaving = {number for step in scene.steps for number in step.leaves}
        there = scene.whole(self) if leaving or changes else {}
        keys = [*changes, *(key for key, group in there.items() if key not in changes and leaving & _dns(group))]
        return [
            step
            for key in keys
            for step in Group(scene, key, there.get(key, dict(ABSENT)), changes.get(key, {}), leaving).steps()
        ]


def _dns(group: Resource) -> set[str]:
    return set(group["members"].values()) if group[PRESENT] else set()


def _blocks(page: Print) -> list[Lines]:
    """An empty line is within the print of a group, so the groups are told apart by their first one."""
    found: list[Lines] = []
    for number_of_line, line in (each for block in page.blocks() for each in block):
        if line.startswith("GHLN"):
            found.append([])
        if not found:
            raise page.refused(number_of_line, line, "GHLN")
        found[-1].append((number_of_line, line))
    return found


def _group(page: Print, block: Lines) -> tuple[str, Resource]:
    fields = [(number_of_line, line) for number_of_line, line in block if not line.startswith("STOR")]
    if fields and fields[1:2] and fields[1][1].strip() == "GHT":
        del fields[1]
    values = page.values(fields, "GHLN", "PLDN", "DNSZ")
    members: Members = {}
    for at, (number_of_line, line) in enumerate(each for each in block if each[1].startswith("STOR")):
        match = _STORED.fullmatch(page.field(number_of_line, line, "STOR")[1])
        if match is None or int(match["entry"]) != at:
            raise page.refused(number_of_line, line, f"STOR {at}, and a number or nothing")
        if match["dn"]:
            members[str(at)] = match["dn"]
    size = sum(line.startswith("STOR") for _, line in block)
    if not all(values[name].isdigit() for name in values) or not size:
        raise page.refused(*block[-1], "numbers, and an entry")
    key = str(int(values["GHLN"]))
    return key, {
        PRESENT: True,
        "pilot": values["PLDN"],
        "size": size,
        "length": int(values["DNSZ"]),
        "members": members,
    }
