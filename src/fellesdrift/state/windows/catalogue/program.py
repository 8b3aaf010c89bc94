"""Installed programs, by the name that Add or Remove Programs shows: the registry's Uninstall keys, of both views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fellesdrift.state.windows.catalogue.assertions import MANUAL, Assertion
from fellesdrift.state.windows.catalogue.registry_reading import Place, is_there, names_below, parsed, read_keys
from fellesdrift.state.windows.claims import SAME_TEXT
from fellesdrift.state.windows.forms import quoted, text
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Resource

_UNINSTALL = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
_NAME, _VERSION, _PART_OF = "displayname", "displayversion", "parentkeyname"
_LONG = 120.0


class ProgramKind(Assertion):
    """version: as the program itself says; of several with one name all of them, with a comma between."""

    name = "program"
    attributes: Mapping[str, Attribute] = {
        "version": Attribute(text(120, empty=False), SAME_TEXT),
        "manual": MANUAL,
    }

    def shown(self, have: Resource) -> str:
        if not have[PRESENT]:
            return "not installed"
        return f"version {have['version']}" if have.get("version") else "installed"

    def advice(self, key: str, want: Resource) -> str:
        if not want[PRESENT]:
            return f"remove {key} at the host, in Add or Remove Programs"
        return f"install {key}{' ' + want['version'] if want.get('version') else ''} on the host with its own setup"

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        versions: dict[str, set[str]] = {}
        spelled: dict[str, str] = {key.lower(): key for key in want or ()}
        for values in _entries(host):
            title = values.get(_NAME, "").strip()
            # an update of a program names the one that it is a part of
            if title and _PART_OF not in values and (want is None or title.lower() in spelled):
                key = spelled.setdefault(title.lower(), title)
                versions.setdefault(key, set()).add(values.get(_VERSION, "").strip())
        found: Keys = {key: {PRESENT: True, "version": ", ".join(sorted(known))} for key, known in versions.items()}
        return found if want is None else {key: found.get(key, dict(ABSENT)) for key in want}


def _entries(host: Host) -> Iterator[dict[str, str]]:
    """The text values of every Uninstall key, by lower-case name; of a 64-bit host those of both views."""
    roots = [f"HKLM\\{_UNINSTALL}", f"HKLM:32\\{_UNINSTALL}"]
    places = {Place.of(host, root).typed: root for root in reversed(roots)}
    for typed, root in places.items():
        if not is_there(host, root):
            continue
        shown = parsed(host.look(f"reg query {quoted(typed)} /s", seconds=_LONG).stdout)
        for name in names_below(host, root):
            lines = shown.get(f"{Place.of(host, root).printed}\\{name}".lower())
            values = {each: data for each, (_, data) in (lines or {}).items()}
            # the code page turns what it does not have into other letters, question marks among them
            if lines is None or "?" in values.get(_NAME, "") + values.get(_VERSION, ""):
                values = _exact(host, f"{root}\\{name}")
            yield values


def _exact(host: Host, key: str) -> dict[str, str]:
    claim = {name: {"type": "string", "data": ""} for name in ("DisplayName", "DisplayVersion", "ParentKeyName")}
    there = read_keys(host, {key: {"values": claim}})[key].get("values") or {}
    return {name.lower(): str(value["data"]) for name, value in there.items() if value and value["data"] is not None}
