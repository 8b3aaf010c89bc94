"""Keys of the registry and their values, of both views.

StdRegProv reads and writes one value a call, so many values are first read with one `reg query` in the shell. Its text
proves only what is as desired; whatever it does not prove is read exactly, value by value. Code page 850 shows some
characters as others, so a value that differs from the desired one in nothing but such a character passes for equal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fellesdrift.state.windows.catalogue.registry_reading import Place, is_there, names_below, read_keys, write
from fellesdrift.state.windows.catalogue.registry_values import TYPES, VALUES
from fellesdrift.state.windows.claims import MEMBERS
from fellesdrift.state.windows.errors import RefusedStateError, UnreadableStateError
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Phase, Resource, Scene, Step

_HIVES = {
    "HKLM": "HKLM",
    "HKEY_LOCAL_MACHINE": "HKLM",
    "HKU": "HKU",
    "HKEY_USERS": "HKU",
    "HKCR": "HKCR",
    "HKEY_CLASSES_ROOT": "HKCR",
}
_SPLIT = re.compile(r"(?P<hive>[A-Za-z_]+)(?P<view>:32)?\\(?P<path>[^\\\x00-\x1f]+(?:\\[^\\\x00-\x1f]+)*)")
_REDIRECTED = "software"


class RegistryKind(Kind):
    """A key, there or not, and values of it; what is not claimed of it is left alone."""

    name = "registry"
    rank = 50
    attributes: Mapping[str, Attribute] = {"values": Attribute(VALUES, MEMBERS)}

    def key(self, key: str) -> str:
        match = _SPLIT.fullmatch(key)
        hive = _HIVES.get(match["hive"].upper()) if match else None
        if match is None or hive is None or len(key) > 255:
            raise ValueError(r"a key such as HKLM\SOFTWARE\X (or HKU, HKCR), HKLM:32\SOFTWARE\X of the 32-bit view")
        if match["view"] and (hive != "HKLM" or match["path"].split("\\")[0].lower() != _REDIRECTED):
            raise ValueError(r"HKLM:32\SOFTWARE\...: no other keys have a 32-bit view of their own")
        if re.match(r"software\\wow6432node(\\|$)", match["path"], re.IGNORECASE):
            raise ValueError(r"HKLM:32\SOFTWARE\...: one name for a key of the 32-bit view")
        return f"{hive}{match['view'] or ''}\\{match['path']}"

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        return read_keys(host, want or {})

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        made: dict[str, Step] = {}
        values: list[Step] = []
        removed = [key for key, change in changes.items() if not change.get(PRESENT, True)]
        for key, change in changes.items():
            if key in removed:
                continue
            have = scene.have[self.name][key]
            if not have[PRESENT]:
                for each in _missing(scene.host, key):
                    _not_to_go(scene, each, key)
                    made.setdefault(each.lower(), _key_step(each, "CreateKey", dict(ABSENT), {PRESENT: True}, "make"))
            for name, value in change.get("values", {}).items():
                old = _member(have, name)
                if old is not None and old["data"] is None:
                    where = f"registry/{key}/values/{name}"
                    found = f"a value of the type {old['type']}"
                    raise UnreadableStateError(scene.host.name, where, found, "one that could be put back")
                if not (old is None and value is None):
                    values.append(_value_step(key, name, old, value))
        gone = []
        # what lies below another key goes first
        for key in sorted(removed, key=lambda each: (-each.count("\\"), each.lower())):
            _nothing_below(scene, key, removed)
            gone.append(_key_step(key, "DeleteKey", scene.have[self.name][key], dict(ABSENT), "remove"))
        return [*made.values(), *values, *gone]


def _member(have: Resource, name: str) -> Any:
    values = have.get("values") or {}
    return next((value for each, value in values.items() if each.lower() == name.lower()), None)


def _missing(host: Host, key: str) -> list[str]:
    """The keys that have to be made for this one to be there, from above."""
    missing = [key]
    while (above := missing[-1].rpartition("\\")[0]).count("\\") > 0 and not is_there(host, above):
        missing.append(above)
    return missing[::-1]


def _not_to_go(scene: Scene, above: str, key: str) -> None:
    """What is made on the way to a key is not desired to be absent, in whatever view. Raises RefusedStateError."""
    typed = Place.of(scene.host, above).typed.lower()
    for each, claim in scene.want[RegistryKind.name].items():
        if not claim[PRESENT] and Place.of(scene.host, each).typed.lower() == typed:
            raise RefusedStateError(
                scene.host.name, f"registry/{key}", f"the key {each} is to be removed", "a key that stays above it"
            )


def _nothing_below(scene: Scene, key: str, removed: list[str]) -> None:
    """Only a key without others below it can be removed, and no other one goes with it unasked."""
    gone = {each.lower() for each in removed}
    for name in names_below(scene.host, key):
        if f"{key}\\{name}".lower() not in gone:
            raise RefusedStateError(
                scene.host.name,
                f"registry/{key}",
                f"the key {name} below it",
                "a key with none below it, or all of these desired to be absent too",
            )
    have = scene.have[RegistryKind.name][key]
    for name, value in have.get("values", {}).items():
        if value["data"] is None:
            where = f"registry/{key}/values/{name}"
            found = f"a value of the type {value['type']}"
            raise UnreadableStateError(scene.host.name, where, found, "one that could be put back")


def _key_step(key: str, method: str, before: Resource, after: Resource, phase: Phase) -> Step:
    title = f"{'Create' if method == 'CreateKey' else 'Remove'} registry key {key}"

    def do(host: Host) -> None:
        write(host, title, Place.of(host, key), method, {})

    return Step(RegistryKind.name, key, title, dict(before), after, do, phase=phase)


def _value_step(key: str, name: str, old: Any, value: Any) -> Step:
    shown = name or "(default)"
    title = f"{'Remove' if value is None else 'Set'} {shown} of registry key {key}"

    def do(host: Host) -> None:
        place = Place.of(host, key)
        if value is None:
            write(host, title, place, "DeleteValue", {"sValueName": name})
        else:
            known = TYPES[value["type"]]
            arguments = {"sValueName": name, known.out: known.sent(value["data"])}
            write(host, title, place, f"Set{known.method}", arguments)

    return Step(RegistryKind.name, key, title, {"values": {name: old}}, {"values": {name: value}}, do)
