"""The steps of one hunt group: numbers are taken out before the sets, and put in after them. Each entry of a list is
written by its own line, so a step that was cut off may be done in part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fellesdrift.state.pbx.errors import RefusedStateError
from fellesdrift.state.pbx.kinds import ABSENT, PRESENT, Entry, Resource, Scene, Step

_OVERLAY = 18
_LENGTH = 4
# before and after the sets
OUT, IN = 5, 50

type Members = dict[str, str | None]


class Group:
    """One group that changes, or has members that leave their sets."""

    def __init__(self, scene: Scene, key: str, have: Resource, change: Resource, leaving: set[str]) -> None:
        self._scene = scene
        self._host = scene.exchange.name
        self._key = key
        self._have = have
        self._change = change
        self._leaving = leaving

    def steps(self) -> list[Step]:
        if not self._change.get(PRESENT, True):
            title = f"Remove hunt group {self._key}"
            entry = Entry(_OVERLAY, {"REQ": "OUT", "TYPE": "GHT", "LSNO": self._key})
            frees = frozenset({self._have["pilot"]})
            # before its members leave their sets
            return [Step("hunt_group", self._key, title, self._have, dict(ABSENT), (entry,), frees=frees, rank=OUT)]
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
        return Step(
            "hunt_group",
            self._key,
            f"Add hunt group {self._key}",
            dict(ABSENT),
            after,
            (entry,),
            takes=frozenset({change["pilot"]}),
            lists=frozenset(members.values()),
        )

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
            title = f"Take {len(clear)} numbers out of hunt group {self._key}"
            found.append(self._step(title, before, after, dict.fromkeys(clear), "", OUT))
        if fill or size != self._have["size"]:
            before, after = {}, {}
            if fill:
                before["members"] = {entry: between.get(entry) for entry in fill}
                after["members"] = dict(fill)
            if size != self._have["size"]:
                before["size"], after["size"] = self._have["size"], size
            title = f"Change hunt group {self._key}: {len(fill)} numbers"
            put = self._step(title, before, after, dict(fill), str(after.get("size", "")), IN)
            found.append(replace(put, lists=frozenset(fill.values())))
        return found

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
