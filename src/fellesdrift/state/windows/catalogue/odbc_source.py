"""Data sources of ODBC, of the whole host (system DSN). They are keys of the registry, in both views of a 64-bit host.

A source is one when `ODBC Data Sources` lists it: that is written last when one is made, and taken away last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fellesdrift.state.windows.catalogue.registry_reading import Place, read_keys, write
from fellesdrift.state.windows.catalogue.registry_values import TYPES
from fellesdrift.state.windows.claims import MEMBERS, SAME_TEXT
from fellesdrift.state.windows.errors import RefusedStateError, UnreadableStateError
from fellesdrift.state.windows.forms import Form, text
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Phase, Resource, Scene, Step
from fellesdrift.state.windows.refusals import ByHandError

_LIST = "ODBC Data Sources"
_VIEW = ":32"
_DRIVER = "Driver"
# secrets belong to nobody's desired state, and are shown to nobody
_SECRET = ("pwd", "password")
_NOT_IN_A_NAME = set('[]{}(),;?*=!@\\":')
_SETTING = text(1024)


def _settings(value: Any) -> dict[str, str | None]:
    if not isinstance(value, dict):
        raise TypeError
    for name, each in value.items():
        if not isinstance(name, str) or not name or name.lower() in (_DRIVER.lower(), *_SECRET):
            raise ValueError(f"settings without {_DRIVER} and without passwords")
        if each is not None:
            _SETTING.take(each)
    if len({name.lower() for name in value}) < len(value):
        raise ValueError("each setting once")
    return dict(value)


class OdbcSourceKind(Kind):
    """By the source's name; `NAME:32` is one of the 32-bit view."""

    name = "odbc_source"
    rank = 80
    attributes: Mapping[str, Attribute] = {
        "driver": Attribute(text(255, empty=False), SAME_TEXT),
        "settings": Attribute(Form("a mapping from a setting's name to a text, or to null", _settings), MEMBERS),
    }

    listable = True

    def key(self, key: str) -> str:
        if set(key.removesuffix(_VIEW)) & _NOT_IN_A_NAME or len(key) > 32 + len(_VIEW):
            raise ValueError("a data source's name of up to 32 characters, with :32 behind it for the 32-bit view")
        return super().key(key)

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        if want is None:
            return {key: _read(host, key, None) for key in _listed(host)}
        return {key: _read(host, key, claim) for key, claim in want.items()}

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        planned = []
        claimed = {key.lower() for key in scene.want[self.name]}
        for key, change in changes.items():
            have = scene.have[self.name][key]
            _one_name(scene.host, key, claimed)
            if not change.get(PRESENT, True):
                planned.append(_remove(scene.host, key, have))
            elif not have[PRESENT]:
                planned.append(_create(scene.host, key, change))
            else:
                if "driver" in change:
                    planned.append(_redrive(scene.host, key, have, change["driver"]))
                for name, value in change.get("settings", {}).items():
                    planned.append(_set(key, name, _member(have["settings"], name), value))
        return planned


def _one_name(host: Host, key: str, claimed: set[str]) -> None:
    """A 32-bit host has one view, and both names are one source's. Raises RefusedStateError."""
    if key.endswith(_VIEW) and _bare(key).lower() in claimed:
        own, other = (Place.of(host, _key(name, "ODBC.INI")).typed for name in (key, _bare(key)))
        if own == other:
            raise RefusedStateError(
                host.name, f"odbc_source/{key}", "a host with one view only", f"either {key} or {_bare(key)}"
            )


def _key(key: str, *parts: str) -> str:
    """A key of ODBC in the view of this source."""
    root = rf"HKLM{_VIEW}\SOFTWARE\ODBC" if key.endswith(_VIEW) else r"HKLM\SOFTWARE\ODBC"
    return "\\".join((root, *parts))


def _bare(key: str) -> str:
    return key.removesuffix(_VIEW)


def _member(values: Mapping[str, Any], name: str) -> Any:
    return next((value for each, value in values.items() if each.lower() == name.lower()), None)


def _one(host: Host, key: str, name: str) -> str | None:
    """A text value, or None. Raises UnreadableStateError for another type."""
    there = read_keys(host, {key: {"values": {name: {"type": "string", "data": ""}}}})[key]
    value = _member(there.get("values") or {}, name)
    if value is None:
        return None
    if value["type"] != "string":
        raise UnreadableStateError(host.name, f"{key}/{name}", f"a value of the type {value['type']}", "a text")
    return str(value["data"])


def _library(host: Host, key: str, driver: str) -> str | None:
    """The library of a driver; None when it is not installed in this view."""
    if (_one(host, _key(key, "ODBCINST.INI", "ODBC Drivers"), driver) or "").lower() != "installed":
        return None
    return _one(host, _key(key, "ODBCINST.INI", driver), _DRIVER)


def _listed(host: Host) -> list[str]:
    """Every source of the host, of both views where there are two."""
    found: list[str] = []
    for view in ("", _VIEW):
        place = Place.of(host, _key(view, "ODBC.INI", _LIST))
        if view and place.typed == Place.of(host, _key("", "ODBC.INI", _LIST)).typed:
            continue
        there = read_keys(host, {place.key: {PRESENT: False}})[place.key]
        found += [f"{name}{view}" for name in there.get("values") or {}]
    return found


def _read(host: Host, key: str, claim: Resource | None) -> Resource:
    """claim: None to look at it only. What is no text is left out, but where it is claimed, or would be removed."""
    driver = _one(host, _key(key, "ODBC.INI", _LIST), _bare(key))
    if driver is None:
        return dict(ABSENT)
    own = _key(key, "ODBC.INI", _bare(key))
    # as one that is to go: every value
    values = read_keys(host, {own: {PRESENT: False}})[own].get("values") or {}
    settings = {}
    library = ""
    for name, value in values.items():
        if value["type"] != "string":
            if claim is not None and (not claim.get(PRESENT, True) or _member(claim.get("settings", {}), name)):
                raise UnreadableStateError(host.name, f"odbc_source/{key}/{name}", f"type {value['type']}", "a text")
        elif name.lower() == _DRIVER.lower():
            library = str(value["data"])
        elif name.lower() not in _SECRET:
            settings[name] = value["data"]
    known = _library(host, key, driver)
    # a source may name one driver and load another
    shown = (
        driver if known is not None and known.lower() == library.lower() else f"{driver} (by {library or 'nothing'})"
    )
    return {PRESENT: True, "driver": shown, "settings": settings}


def _need_library(host: Host, key: str, driver: str) -> str:
    """Raises ByHandError."""
    library = _library(host, key, driver)
    if library is None:
        raise ByHandError(
            host.name,
            f"odbc_source/{key}/driver",
            f"no driver {driver} in this view",
            "a driver that is installed",
            f"install the ODBC driver {driver} on the host with its own setup",
        )
    return library


def _string(host: Host, title: str, key: str, name: str, value: str) -> None:
    known = TYPES["string"]
    write(host, title, Place.of(host, key), f"Set{known.method}", {"sValueName": name, known.out: value})


def _step(key: str, title: str, before: Resource, after: Resource, do: Any) -> Step:
    phase: Phase = "make" if after.get(PRESENT, True) else "remove"
    return Step(OdbcSourceKind.name, key, title, before, after, do, phase=phase)


def _create(host: Host, key: str, change: Resource) -> Step:
    if "driver" not in change:
        raise RefusedStateError(
            host.name, f"odbc_source/{key}", "no such data source, and no `driver` to make it of", "a driver"
        )
    library = _need_library(host, key, change["driver"])
    settings = {name: value for name, value in change.get("settings", {}).items() if value is not None}
    title = f"Create data source {key}"

    def do(host: Host) -> None:
        own, listed = _key(key, "ODBC.INI", _bare(key)), _key(key, "ODBC.INI", _LIST)
        for each in (own, listed):
            write(host, title, Place.of(host, each), "CreateKey", {})
        _string(host, title, own, _DRIVER, library)
        for name, value in settings.items():
            _string(host, title, own, name, value)
        _string(host, title, listed, _bare(key), change["driver"])

    after = {PRESENT: True, **change}
    return _step(key, title, dict(ABSENT), after, do)


def _redrive(host: Host, key: str, have: Resource, driver: str) -> Step:
    library = _need_library(host, key, driver)
    title = f"Set driver of data source {key}"

    def do(host: Host) -> None:
        _string(host, title, _key(key, "ODBC.INI", _bare(key)), _DRIVER, library)
        _string(host, title, _key(key, "ODBC.INI", _LIST), _bare(key), driver)

    return _step(key, title, {"driver": have["driver"]}, {"driver": driver}, do)


def _set(key: str, name: str, old: str | None, value: str | None) -> Step:
    title = f"{'Remove' if value is None else 'Set'} {name} of data source {key}"

    def do(host: Host) -> None:
        own = _key(key, "ODBC.INI", _bare(key))
        if value is None:
            write(host, title, Place.of(host, own), "DeleteValue", {"sValueName": name})
        else:
            _string(host, title, own, name, value)

    return _step(key, title, {"settings": {name: old}}, {"settings": {name: value}}, do)


def _remove(host: Host, key: str, have: Resource) -> Step:
    title = f"Remove data source {key}"
    own = _key(key, "ODBC.INI", _bare(key))

    def do(host: Host) -> None:
        # the key may be gone already, from a time when only this much was done
        if read_keys(host, {own: {"values": {}}})[own][PRESENT]:
            write(host, title, Place.of(host, own), "DeleteKey", {})
        listed = Place.of(host, _key(key, "ODBC.INI", _LIST))
        write(host, title, listed, "DeleteValue", {"sValueName": _bare(key)})

    secret = _secrets(host, own)
    if secret:
        raise UnreadableStateError(
            host.name,
            f"odbc_source/{key}",
            f"a stored {secret[0]}",
            "a data source without one, which could be put back",
        )
    return _step(key, title, dict(have), dict(ABSENT), do)


def _secrets(host: Host, own: str) -> list[str]:
    claim = {"values": {name: {"type": "string", "data": ""} for name in _SECRET}}
    values = read_keys(host, {own: claim})[own].get("values") or {}
    return [name for name, value in values.items() if value is not None]
