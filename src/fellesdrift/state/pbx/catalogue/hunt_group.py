"""Group hunt lists: LD 18, printed by LD 20. A number that is in one cannot leave its set (SCH0101): it is taken out,
the set is changed, and it is put in again. What an entry of a list is written with is its own line, so a step that was
cut off may be done in part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fellesdrift.state.forms import Form, number
from fellesdrift.state.pbx.catalogue.numbers import DN
from fellesdrift.state.pbx.claims import MEMBERS
from fellesdrift.state.pbx.errors import RefusedStateError
from fellesdrift.state.pbx.exchange import Exchange
from fellesdrift.state.pbx.kinds import ABSENT, PRESENT, Attribute, Entry, Keys, Kind, Ref, Resource, Scene, Step
from fellesdrift.state.pbx.prints import Lines, Print

_OVERLAY, _PRINT, _DURING = 18, 20, "LD 20 GHT"
_LENGTH = 4
_MOST = 96
# before and after the sets
_OUT, _IN = 5, 50
_STORED = re.compile(r"(?P<entry>\d{1,2})(?: +(?P<dn>\d{1,7}))?")

type Members = dict[str, str | None]


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
    rank = _IN
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
        leaving, late = _leaving(scene)
        there = scene.whole(self) if leaving or changes else {}
        keys = [*changes, *(key for key, group in there.items() if key not in changes and leaving & _dns(group))]
        return [
            step
            for key in keys
            for step in _Group(scene, key, there.get(key, dict(ABSENT)), changes.get(key, {}), leaving, late).steps()
        ]


def _dns(group: Resource) -> set[str]:
    return set(group["members"].values()) if group[PRESENT] else set()


def _leaving(scene: Scene) -> tuple[set[str], set[str]]:
    """Numbers that leave a set by a step, whether they are on another one or not; those of them that leave late, with
    a set that is removed."""
    found: set[str] = set()
    late: set[str] = set()
    for step in scene.steps:
        if step.kind == "set" and "keys" in step.before:
            had, has = (_numbers(resource.get("keys", {})) for resource in (step.before, step.after))
            found |= had - has
            if step.phase == "remove":
                late |= had - has
    return found, late


def _numbers(keys: Mapping[str, Any]) -> set[str]:
    return {key["dn"] for key in keys.values() if key and "dn" in key}


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


class _Group:
    """One group that changes, or has members that leave their sets."""

    def __init__(
        self, scene: Scene, key: str, have: Resource, change: Resource, leaving: set[str], late: set[str]
    ) -> None:
        self._scene = scene
        self._host = scene.exchange.name
        self._key = key
        self._have = have
        self._change = change
        self._leaving = leaving
        self._late = late

    def steps(self) -> list[Step]:
        if not self._change.get(PRESENT, True):
            title = f"remove the hunt group {self._key}"
            entry = Entry(_OVERLAY, {"REQ": "OUT", "TYPE": "GHT", "LSNO": self._key})
            frees = frozenset({self._have["pilot"]})
            # before its members leave their sets
            return [Step("hunt_group", self._key, title, self._have, dict(ABSENT), (entry,), frees=frees, rank=_OUT)]
        return self._changed() if self._have[PRESENT] else [self._new()]

    def _new(self) -> Step:
        change = {"length": _LENGTH, "members": {}, **self._change}
        missing = [name for name in ("pilot", "size") if name not in change]
        if missing:
            raise self._refused("", f"no {', '.join(missing)}", "pilot and size of a group to build")
        members = {entry: dn for entry, dn in change["members"].items() if dn is not None}
        self._check(change["size"], change["length"], members)
        entry = Entry(
            _OVERLAY,
            {
                "REQ": "NEW",
                "TYPE": "GHT",
                "LSNO": self._key,
                "CUST": self._scene.exchange.customer,
                "PLDN": change["pilot"],
                "DNSZ": str(change["length"]),
                "SIZE": str(change["size"]),
                **_stored(members),
            },
        )
        after = {PRESENT: True, **change, "members": dict(change["members"])}
        step = Step(
            "hunt_group",
            self._key,
            f"build the hunt group {self._key}",
            dict(ABSENT),
            after,
            (entry,),
            takes=frozenset({change["pilot"]}),
        )
        return self._after_sets(step, set(members.values()))

    def _changed(self) -> list[Step]:
        for name in ("pilot", "length"):
            if name in self._change:
                how = "a group changes it only by being removed and built again: two runs"
                raise self._refused(f"/{name}", str(self._have[name]), str(self._change[name]), how)
        held: Members = self._have["members"]
        wanted: Members = {**held, **self._change.get("members", {})}
        size: int = self._change.get("size") or self._have["size"]
        final = {entry: dn for entry, dn in wanted.items() if dn is not None}
        self._check(size, self._have["length"], final)
        self._refuse_unclaimed(held, wanted)
        # an entry that gets another number is emptied first where the number is in another entry still, or leaves
        stays = {entry for entry, dn in held.items() if wanted[entry] == dn and dn not in self._leaving}
        clear = [
            entry
            for entry, dn in held.items()
            if entry not in stays
            and (dn in self._leaving or wanted[entry] is None or dn in final.values() or int(entry) >= size)
        ]
        fill = {entry: dn for entry, dn in final.items() if entry not in stays}
        return self._steps(held, clear, fill, size)

    def _steps(self, held: Members, clear: list[str], fill: dict[str, str], size: int) -> list[Step]:
        found = []
        between = {entry: dn for entry, dn in held.items() if entry not in clear}
        if clear:
            before = {"members": {entry: held[entry] for entry in clear}}
            after: Resource = {"members": dict.fromkeys(clear)}
            title = f"take {len(clear)} numbers out of the hunt group {self._key}"
            found.append(self._step(title, before, after, dict.fromkeys(clear), "", _OUT))
        if fill or size != self._have["size"]:
            before, after = {}, {}
            if fill:
                before["members"] = {entry: between.get(entry) for entry in fill}
                after["members"] = dict(fill)
            if size != self._have["size"]:
                before["size"], after["size"] = self._have["size"], size
            title = f"change the hunt group {self._key}: {len(fill)} numbers"
            put = self._step(title, before, after, dict(fill), str(after.get("size", "")), _IN)
            found.append(self._after_sets(put, set(fill.values())))
        return found

    def _after_sets(self, step: Step, members: set[str]) -> Step:
        """Sets are removed last of all, and what lists a number that leaves one then comes after them."""
        return replace(step, phase="remove", rank=_OUT) if self._late & members else step

    def _step(self, title: str, before: Resource, after: Resource, store: Members, size: str, rank: int) -> Step:
        answers = {"REQ": "CHG", "TYPE": "GHT", "LSNO": self._key, "SIZE": size, **_stored(store)}
        return Step("hunt_group", self._key, title, before, after, (Entry(_OVERLAY, answers),), rank=rank)

    def _refuse_unclaimed(self, held: Members, wanted: Members) -> None:
        """A number that is taken out for a while is put in again by this run, or by the next one if this one is cut
        off: so somebody has to say where it belongs."""
        claimed = self._scene.claims("hunt_group", self._key).get("members", {})
        for entry, dn in held.items():
            if dn in self._leaving and entry not in claimed:
                raise self._refused(
                    f"/members/{entry}",
                    f"{dn}, which leaves a set, and nothing is desired of this entry",
                    "what this entry is to be, in the desired state: a number, or null",
                    f"hunt_group: {{'{self._key}': {{members: {{'{entry}': '{wanted[entry]}'}}}}}} keeps it",
                )

    def _check(self, size: int, length: int, members: Mapping[str, str]) -> None:
        beyond = sorted(entry for entry in members if int(entry) >= size)
        if beyond:
            raise self._refused("/members", f"entries {', '.join(beyond)}", f"entries below the size, {size}")
        long = sorted(dn for dn in members.values() if len(dn) > length)
        if long:
            raise self._refused("/members", ", ".join(long), f"numbers of at most {length} digits")
        twice = sorted({dn for dn in members.values() if list(members.values()).count(dn) > 1})
        if twice:
            raise self._refused("/members", f"{', '.join(twice)} in several entries", "each number in one entry")

    def _refused(self, where: str, found: str, expected: str, how: str | None = None) -> RefusedStateError:
        return RefusedStateError(self._host, f"hunt_group/{self._key}{where}", found, expected, how)


def _stored(members: Mapping[str, str | None]) -> dict[str, list[str]]:
    """STOR for each entry, WRT behind SIZE and behind each; an empty STOR ends."""
    entries = sorted(members.items(), key=lambda item: int(item[0]))
    lines = [entry if dn is None else f"{entry} {dn}" for entry, dn in entries]
    return {"STOR": [*lines, ""], "WRT": [""] * (len(lines) + 1)}
