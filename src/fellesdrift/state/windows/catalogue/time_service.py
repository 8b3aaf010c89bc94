"""The time service (W32Time): whom it asks, how often, and whether it serves others. Its settings lie in the registry.

A service that runs takes them over when `w32tm /config /update` says so; that stands in the same line of cmd as the
write, so that a lost answer cannot come between. What it uses cannot be asked for on Server 2003.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fellesdrift.state.windows.catalogue.registry_reading import read_keys
from fellesdrift.state.windows.errors import RefusedError, UnreadableStateError
from fellesdrift.state.windows.forms import FLAG, Form, choice, many, number, quoted
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Resource, Scene, Step
from fellesdrift.state.windows.refusals import NoSuchPartError

KEY = "server"
_ROOT = r"HKLM\SYSTEM\CurrentControlSet\Services\W32Time"
# attribute: (key, value, its type)
_VALUES = {
    "source": ("Parameters", "Type", "string"),
    "peers": ("Parameters", "NtpServer", "string"),
    "poll_seconds": (r"TimeProviders\NtpClient", "SpecialPollInterval", "dword"),
    "serves": (r"TimeProviders\NtpServer", "Enabled", "dword"),
}
# word: (as the registry has it, as w32tm takes it)
_SOURCES = {
    "peers": ("NTP", "manual"),
    "domain": ("NT5DS", "domhier"),
    "both": ("AllSync", "all"),
    "none": ("NoSync", "no"),
}
_PEER = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(,0x[0-9a-f]{1,2})?")
_UPDATE = "w32tm /config /update"


def _peer(value: Any) -> str:
    if not isinstance(value, str) or _PEER.fullmatch(value) is None:
        raise ValueError
    return value


_PEERS = many(Form("a name or address, with its flags, as ntp.example.net,0x8", _peer))


class TimeServiceKind(Kind):
    """One resource a host, with the key `server`."""

    name = "time_service"
    rank = 80
    attributes: Mapping[str, Attribute] = {
        "source": Attribute(choice(*_SOURCES)),
        "peers": Attribute(_PEERS),
        "poll_seconds": Attribute(number(16, 2**31 - 1)),
        "serves": Attribute(FLAG),
    }
    listable = True
    removable = False

    def key(self, key: str) -> str:
        if key != KEY:
            raise ValueError(KEY)
        return key

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        names = [name for name in _VALUES if want is None or name in want.get(KEY, {})]
        found: Resource = {PRESENT: True}
        for path in ("Parameters", *sorted({_VALUES[name][0] for name in names} - {"Parameters"})):
            mine = {name: _VALUES[name] for name in names if _VALUES[name][0] == path}
            key = f"{_ROOT}\\{path}"
            claim = {value: {"type": kind, "data": "" if kind == "string" else 0} for _, value, kind in mine.values()}
            there = read_keys(host, {key: {"values": claim}})[key]
            if path == "Parameters" and not there[PRESENT]:
                return {} if want is None else {KEY: dict(ABSENT)}
            for name, (_, value, kind) in mine.items():
                found[name] = _word(host, name, kind, (there.get("values") or {}).get(value))
        return {KEY: found}

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        planned = []
        for key, change in changes.items():
            have = scene.have[self.name][key]
            if not have[PRESENT]:
                raise NoSuchPartError(scene.host.name, f"{self.name}/{key}", "no W32Time", "the time service")
            asked = {name: value for name, value in change.items() if name in ("source", "peers")}
            if asked:
                planned.append(_step(scene.host, have, asked, _config(asked)))
            for name in ("poll_seconds", "serves"):
                if name in change:
                    planned.append(_step(scene.host, have, {name: change[name]}, _set(name, change[name])))
        return planned


def _word(host: Host, name: str, kind: str, value: Mapping[str, Any] | None) -> Any:
    """An attribute out of a value of the registry; what is not set is what Windows does then. Raises
    UnreadableStateError."""
    where = f"time_service/{KEY}/{name}"
    if value is not None and (value["type"] != kind or value["data"] is None):
        raise UnreadableStateError(host.name, where, f"a value of the type {value['type']}", kind)
    data = value["data"] if value is not None else None
    if name == "peers":
        return str(data or "").split()
    if name == "source":
        words = {known.lower(): word for word, (known, _) in _SOURCES.items()}
        return words.get(str(data or "").lower(), str(data))
    return data == 1 if name == "serves" else data


def _config(asked: Resource) -> str:
    line = "w32tm /config"
    if "peers" in asked:
        line += f" /manualpeerlist:{quoted(' '.join(asked['peers']))}"
    if "source" in asked:
        line += f" /syncfromflags:{_SOURCES[asked['source']][1]}"
    return line


def _set(name: str, value: Any) -> str:
    """What gives an attribute this value in the registry; None where the value was not set."""
    path, entry, kind = _VALUES[name]
    place = f"{quoted(f'{_ROOT}\\{path}')} /v {entry}"
    if value is None:
        return f"reg delete {place} /f"
    if kind == "dword":
        return f"reg add {place} /t REG_DWORD /d {int(value)} /f"
    text = " ".join(value) if name == "peers" else _SOURCES.get(value, (value,))[0]
    return f"reg add {place} /t REG_SZ /d {quoted(text)} /f"


def _step(host: Host, have: Resource, wanted: Resource, line: str) -> Step:
    title = f"Set {', '.join(wanted)} of the time service"
    before = {name: have[name] for name in wanted}
    try:
        back = " && ".join(_set(name, value) for name, value in before.items())
    except ValueError as error:
        where = f"{TimeServiceKind.name}/{KEY}"
        raise UnreadableStateError(host.name, where, str(before), "settings that cmd can write") from error

    def do(host: Host) -> None:
        code = host.run(f"{line} && {_UPDATE}").code
        if code == 0:
            return
        # a service that does not run cannot be told, and reads its settings when it starts
        rows = host.query_named("Win32_Service", ["State"], "Name", ["W32Time"])
        if rows and rows[0]["State"] == "Running":
            # written and not taken over, it would be read as done by the next run
            undone = host.run(back).code
            left = "put back" if undone == 0 else f"left as they are: putting them back ended with {undone}"
            raise RefusedError(host.name, title, f"w32tm or reg ended with exit code {code}; the settings were {left}")

    return Step(TimeServiceKind.name, KEY, title, before, dict(wanted), do, _SETTLES)


# the registry is read again at once, whatever the exit code said
_SETTLES = 2.0
