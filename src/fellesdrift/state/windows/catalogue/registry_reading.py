"""Reads and writes keys of the registry with as few requests as possible.

A value by StdRegProv is a request; `reg query` in the session's shell is three for as many keys as a line has room for,
and two more where the shell is opened for it. Layout of reg.exe 3.0, of Server 2003, and of later ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fellesdrift.state.windows.catalogue.registry_values import BY_NUMBER, TYPES
from fellesdrift.state.windows.errors import RefusedError, UnreadableStateError
from fellesdrift.state.windows.forms import quoted
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Keys, Resource

_CLASS = "StdRegProv"
_NUMBERS = {"HKCR": 0x80000000, "HKLM": 0x80000002, "HKU": 0x80000003}
_LONG = {"HKCR": "HKEY_CLASSES_ROOT", "HKLM": "HKEY_LOCAL_MACHINE", "HKU": "HKEY_USERS"}
_WOW = "Wow6432Node"
_OK, _NO_KEY = 0, 2
# ERROR_NO_MORE_ITEMS: what a provider may say of a key with none below it
_NONE_LEFT = 259
# more single requests than this, and the shell is cheaper
_FEW = 6
# a line of cmd may have 8191 characters
_LINE = 7000
_VALUE = re.compile(r"    (?P<name>.*?)(?:\t| {4})(?P<type>REG_[A-Z_]+)(?:\t| {4})(?P<data>.*)")
# what 2003 calls the value without a name; later Windows say it in their own language
_DEFAULT = "<NO NAME>"


@dataclass(frozen=True)
class Place:
    """Where a key is, in the registry as the host's own programs see it."""

    key: str
    hive: str
    path: str

    @classmethod
    def of(cls, host: Host, key: str) -> Place:
        """A key of the 32-bit view lies under Wow6432Node, where there are two views."""
        hive, _, path = key.partition("\\")
        if hive.endswith(":32"):
            hive = hive.removesuffix(":32")
            first, _, rest = path.partition("\\")
            if _has_two_views(host):
                path = "\\".join(part for part in (first, _WOW, rest) if part)
        return cls(key, hive, path)

    @property
    def arguments(self) -> dict[str, Any]:
        return {"hDefKey": _NUMBERS[self.hive], "sSubKeyName": self.path}

    @property
    def typed(self) -> str:
        """As `reg` takes it."""
        return f"{self.hive}\\{self.path}"

    @property
    def printed(self) -> str:
        """As `reg` prints it, in lower case."""
        return f"{_LONG[self.hive]}\\{self.path}".lower()


def _has_two_views(host: Host) -> bool:
    def read() -> bool:
        there: dict[str, Any] = {"hDefKey": _NUMBERS["HKLM"], "sSubKeyName": f"SOFTWARE\\{_WOW}"}
        return host.client.invoke(_CLASS, "EnumValues", there)["ReturnValue"] == _OK

    return host.once("two views", read)


def is_there(host: Host, key: str) -> bool:
    """Whether a key is there. Raises SessionError, UnreadableStateError."""
    return _names_and_types(host, Place.of(host, key)) is not None


def names_below(host: Host, key: str) -> list[str]:
    """The names of the keys right below one; none of a key that is not there. Raises SessionError,
    UnreadableStateError."""
    answer: Any = host.client.invoke(_CLASS, "EnumKey", Place.of(host, key).arguments)
    code = answer["ReturnValue"]
    if code not in (_OK, _NO_KEY, _NONE_LEFT):
        # a key that may not be looked into is no key with nothing below it
        found = f"{_CLASS}.EnumKey returned {code}"
        raise UnreadableStateError(host.name, f"registry/{key}", found, "0, or a code for none")
    return list(answer["sNames"] or ()) if code == _OK else []


def write(host: Host, title: str, place: Place, method: str, arguments: Mapping[str, Any]) -> None:
    """One call that changes something. Raises RefusedError, SessionError."""
    code = host.client.invoke(_CLASS, method, {**place.arguments, **arguments})["ReturnValue"]
    if code != _OK:
        raise RefusedError(host.name, title, f"{_CLASS}.{method} returned {code}")


def read_keys(host: Host, want: Mapping[str, Resource]) -> Keys:
    """The wanted keys with the claimed values, or with all of them where a key is to be absent. Raises SessionError,
    UnreadableStateError."""
    places = {key: Place.of(host, key) for key in want}
    claims = {key: claim.get("values", {}) for key, claim in want.items() if claim.get(PRESENT, True)}
    shown: dict[str, dict[str, tuple[str, str]]] = {}
    if sum(1 + len(values) for values in claims.values()) > _FEW:
        shown = _shown(host, [places[key] for key in claims])
    found: Keys = {}
    for key, place in places.items():
        right = proved(claims.get(key, {}), shown.get(key)) if key in claims else {}
        if key in shown and right.keys() == claims[key].keys():
            found[key] = {PRESENT: True, "values": right}
            continue
        there = _names_and_types(host, place)
        if there is None:
            found[key] = dict(ABSENT)
            continue
        names = list(claims[key]) if key in claims else [name for name, _ in there.values()]
        rest = {name: _exact(host, place, name, there) for name in names if name not in right}
        found[key] = {PRESENT: True, "values": {**right, **rest}}
    return found


def proved(claims: Mapping[str, Any], lines: Mapping[str, tuple[str, str]] | None) -> dict[str, Any]:
    """The claimed values that the text shows to be as claimed."""
    result: dict[str, Any] = {}
    for name, value in claims.items() if lines is not None else ():
        line = (lines or {}).get(name.lower())
        if value is None:
            # a key of which nothing is shown may be one that was only named, below another
            if lines and line is None and name and name.isascii():
                result[name] = None
            continue
        known = TYPES[value["type"]]
        text = known.text(value["data"])
        if line is None or text is None or "?" in text or line[0] != known.shown:
            continue
        if line[1] == text or (known.shown in ("REG_BINARY", "REG_DWORD") and line[1].lower() == text):
            result[name] = value
    return result


def _shown(host: Host, places: Iterable[Place]) -> dict[str, dict[str, tuple[str, str]]]:
    """What `reg query` prints of the values of these keys: (type, data) by lower-case name. A key that is not there, or
    that is printed in a way that is not understood, is missing."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    waiting = [place for place in places if _typeable(place.typed)]
    while waiting:
        now: list[Place] = []
        line = ""
        while waiting and len(longer := f"{line}{' & ' if line else ''}reg query {quoted(waiting[0].typed)}") < _LINE:
            line = longer
            now.append(waiting.pop(0))
        # the code is the last command's alone; a key that is missing here is asked for exactly
        printed = parsed(host.look(line).stdout)
        found |= {place.key: printed[place.printed] for place in now if place.printed in printed}
    return found


def _typeable(text: str) -> bool:
    try:
        return bool(quoted(text))
    except ValueError:
        return False


def parsed(text: str) -> dict[str, dict[str, tuple[str, str]]]:
    """What `reg query` printed: keys by lower-case path. One with a line that is not understood is left out, whole."""
    keys: dict[str, dict[str, tuple[str, str]]] = {}
    wrong: set[str] = set()
    current = ""
    for line in text.split("\r\n"):
        if line.startswith("HKEY_"):
            current = line.lower()
            # a key below another one is named too, with nothing under it
            keys.setdefault(current, {})
        elif line.startswith(" ") and current:
            match = _VALUE.fullmatch(line)
            if match is None or match["name"].lower() in keys[current]:
                wrong.add(current)
            else:
                name = "" if match["name"] == _DEFAULT else match["name"].lower()
                keys[current][name] = (match["type"], match["data"])
        elif line and not line.startswith("! REG.EXE") and current:
            wrong.add(current)
    return {key: values for key, values in keys.items() if key not in wrong}


def _names_and_types(host: Host, place: Place) -> dict[str, tuple[str, int]] | None:
    """The names and types of a key's values, by lower-case name; None for no key."""
    answer: Any = host.client.invoke(_CLASS, "EnumValues", place.arguments)
    if answer["ReturnValue"] == _NO_KEY:
        return None
    names, types = answer["sNames"] or (), answer["Types"] or ()
    if answer["ReturnValue"] != _OK or len(names) != len(types):
        found = f"{_CLASS}.EnumValues returned {answer['ReturnValue']}"
        raise UnreadableStateError(host.name, f"registry/{place.key}", found, "0, or 2 for no such key")
    return {str(name).lower(): (str(name), int(number)) for name, number in zip(names, types, strict=True)}


def _exact(host: Host, place: Place, name: str, there: Mapping[str, tuple[str, int]]) -> dict[str, Any] | None:
    """One value; `data` is None for a type that cannot be read and put back."""
    known = there.get(name.lower())
    if known is None:
        return None
    kind = BY_NUMBER.get(known[1])
    if kind is None:
        return {"type": str(known[1]), "data": None}
    if kind == "expand_string":
        return {"type": kind, "data": _unexpanded(host, place, name)}
    described = TYPES[kind]
    arguments = {**place.arguments, "sValueName": name}
    answer = host.client.invoke(_CLASS, f"Get{described.method}", arguments)
    if answer["ReturnValue"] != _OK:
        found = f"{_CLASS}.Get{described.method} returned {answer['ReturnValue']}"
        raise UnreadableStateError(host.name, f"registry/{place.key}/values/{name}", found, "0")
    return {"type": kind, "data": described.found(answer[described.out])}


def _unexpanded(host: Host, place: Place, name: str) -> str:
    """StdRegProv puts the variables of such a value in; only `reg` shows it as it is."""
    where = f"registry/{place.key}/values/{name}"
    option = f"/v {quoted(name)}" if _typeable(name) and name else "/ve"
    if not _typeable(place.typed) or (name and not _typeable(name)):
        raise UnreadableStateError(host.name, where, "a name that the command shell would change", "a plain one")
    result = host.look(f"reg query {quoted(place.typed)} {option}")
    line = parsed(result.stdout).get(place.printed, {}).get(name.lower())
    if result.code != 0 or line is None or line[0] != TYPES["expand_string"].shown or "?" in line[1]:
        raise UnreadableStateError(host.name, where, "a text that the code page does not hold", "one that it holds")
    return line[1]
