"""What each set is to become: whole resources, before any order of steps is thought of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fellesdrift.state.pbx.catalogue.set_forms import DN_KEYS, STORED, analogue, asked, place_of
from fellesdrift.state.pbx.errors import RefusedStateError
from fellesdrift.state.pbx.kinds import PRESENT, Keys, Resource

type Place = tuple[str, str]
"""Where a number appears: terminal number and key."""


@dataclass
class Draft:
    """One set that changes.

    have     what is there, whole; None: nothing
    want     what it is to be, whole as far as it is known; None: nothing
    change   what of the claims differs
    keys     of the numbers of keys: those that have to be entered, or emptied
    """

    tn: str
    have: Resource | None
    want: Resource | None
    change: Resource
    keys: set[str] = field(default_factory=set)

    @property
    def to_do(self) -> bool:
        """Whether something has to be typed: a key that another set's change makes right is not."""
        return self.have is None or self.want is None or bool(self.keys or self.change.keys() - {"keys"})


def drafts_of(host: str, changes: Mapping[str, Resource], there: Keys) -> dict[str, Draft]:
    """By terminal number. Raises RefusedStateError (FD452)."""
    found: dict[str, Draft] = {}
    for tn, change in changes.items():
        have = there.get(tn)
        if not change.get(PRESENT, True):
            found[tn] = Draft(tn, have, None, change)
            _check_made_again(host, tn, have or {})
        elif have is None:
            found[tn] = _new(host, tn, change)
        else:
            found[tn] = _changed(host, tn, have, change)
    return found


def dns(resource: Resource | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """(key number, key) of each key with a directory number."""
    if resource is None:
        return iter(())
    return ((number, key) for number, key in resource["keys"].items() if key["function"] in DN_KEYS)


def _check_made_again(host: str, tn: str, have: Resource) -> None:
    """A set that is removed must be one that can be built again."""
    known = asked(have["type"])
    strange = [f"{name} {value}" for name, value in have["fields"].items() if name not in known and value]
    if strange:
        raise RefusedStateError(
            host,
            f"set/{tn}",
            ", ".join(strange),
            "a set of which every field is known, so that it can be built again",
            "remove it by hand",
        )


def _new(host: str, tn: str, change: Resource) -> Draft:
    missing = [name for name in ("type", "des", "keys") if name not in change]
    if missing:
        raise RefusedStateError(host, f"set/{tn}", f"no {', '.join(missing)}", "type, des and keys of a set to build")
    strange = [name for name in change.get("fields", {}) if name not in asked(change["type"])]
    if strange:
        raise RefusedStateError(
            host, f"set/{tn}/fields", ", ".join(strange), f"fields that NEW asks for with type {change['type']}"
        )
    keys = {
        number: _completed(host, tn, number, key, None) for number, key in change["keys"].items() if key is not None
    }
    _check_keys(host, tn, change["type"], keys)
    return Draft(tn, None, {"customer": 0, **change, "keys": keys}, change, set(keys))


def _changed(host: str, tn: str, have: Resource, change: Resource) -> Draft:
    for name in ("type", "customer"):
        if name in change:
            raise RefusedStateError(
                host,
                f"set/{tn}/{name}",
                str(have[name]),
                str(change[name]),
                "a set changes it only by being removed and built again: two runs, the first with present: false",
            )
    known = asked(have["type"])
    strange = [name for name in change.get("fields", {}) if name not in known or name not in have["fields"]]
    strange += [word for word in change.get("class_of_service", []) if not _has_place(have, word)]
    if strange:
        raise RefusedStateError(
            host, f"set/{tn}", f"no {', '.join(strange)} at type {have['type']}", "what sets of this type have"
        )
    keys = dict(have["keys"])
    for number, key in change.get("keys", {}).items():
        if key is None:
            keys.pop(number, None)
        else:
            keys[number] = _completed(host, tn, number, key, have["keys"].get(number))
    _check_keys(host, tn, have["type"], keys)
    entered = {number for number in change.get("keys", {}) if keys.get(number) != have["keys"].get(number)}
    return Draft(tn, have, {**have, "keys": keys}, change, entered)


def _has_place(have: Resource, word: str) -> bool:
    place = place_of(word)
    return any(each in place for each in have["class_of_service"])


def _completed(host: str, tn: str, number: str, key: dict[str, Any], held: dict[str, Any] | None) -> dict[str, Any]:
    """A key with everything that is asked for. marp None: nobody has said."""
    function = key.get("function", held["function"] if held else None)
    if function is None:
        raise RefusedStateError(host, f"set/{tn}/keys/{number}", "no function", "the function of a key that is empty")
    same = held if held and (held["function"] in DN_KEYS) == (function in DN_KEYS) else {}
    if function not in DN_KEYS:
        held_value = same["value"] if same.get("function") == function else STORED.get(function, "")
        return {"function": function, "value": key.get("value", held_value)}
    dn = key.get("dn", same.get("dn"))
    if dn is None:
        raise RefusedStateError(host, f"set/{tn}/keys/{number}", "no dn", f"the directory number of a key {function}")
    stays = same.get("dn") == dn
    return {
        "function": function,
        "dn": dn,
        "clid": key.get("clid", same.get("clid", "0")),
        "marp": key.get("marp", same.get("marp") if stays else None),
        "anie": key.get("anie", same.get("anie", "0")),
    }


def _check_keys(host: str, tn: str, kind: str, keys: Mapping[str, dict[str, Any]]) -> None:
    where = f"set/{tn}/keys"
    functions = {number: key["function"] for number, key in keys.items()}
    if analogue(kind):
        if functions != {"00": "DN"}:
            raise RefusedStateError(host, where, str(functions), "key 00 with the function DN, and no other")
        return
    if functions.get("00") not in DN_KEYS or "DN" in functions.values():
        raise RefusedStateError(host, where, str(functions), "a directory number on key 00 (SCR, SCN, MCR, MCN)")
    numbers = [key["dn"] for key in keys.values() if key["function"] in DN_KEYS]
    twice = sorted({dn for dn in numbers if numbers.count(dn) > 1})
    if twice:
        raise RefusedStateError(host, where, f"{', '.join(twice)} on several keys of it", "each number once on a set")
