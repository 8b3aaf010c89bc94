"""Event logs: how large they grow, and what becomes of old entries. Win32_NTEventLogFile.

What is overwritten is written as days (OverwriteOutDated): 0 is as needed, 2^32-1 never. OverWritePolicy only shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fellesdrift.state.windows.errors import UnreadableStateError, known
from fellesdrift.state.windows.forms import Form
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Resource, Scene, Step
from fellesdrift.state.windows.refusals import NoSuchPartError

_CLASS = "Win32_NTEventLogFile"
# a log grows in steps of 64 kB, to a little less than 4 GB
_STEP_KB, _MOST_KB = 64, 4194240
_WHEN_NEEDED, _NEVER, _MOST_DAYS = 0, 0xFFFFFFFF, 365
_WORDS = {"when needed": _WHEN_NEEDED, "never": _NEVER}


def _size(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value % _STEP_KB or not _STEP_KB <= value <= _MOST_KB:
        raise ValueError
    return value


def _overwrite(value: Any) -> str | int:
    if isinstance(value, str) and value in _WORDS:
        return value
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _MOST_DAYS:
        raise ValueError
    return value


class EventLogKind(Kind):
    """By the log's name: Application, Security, System and others."""

    name = "event_log"
    rank = 80
    attributes: Mapping[str, Attribute] = {
        "max_kb": Attribute(Form(f"a multiple of {_STEP_KB} up to {_MOST_KB}", _size)),
        "overwrite": Attribute(Form(f"when needed, never, or days from 1 to {_MOST_DAYS}", _overwrite)),
    }
    listable = True
    removable = False

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        found: Keys = {} if want is None else {key: dict(ABSENT) for key in want}
        spelled = {key.lower(): key for key in found}
        properties = ["LogfileName", "MaxFileSize", "OverwriteOutDated"]
        for row in host.query_named(_CLASS, properties, "LogfileName", want):
            log = str(row["LogfileName"])
            # a size between two steps was never set by Windows' own tools; it is shown as the step above
            where = f"{self.name}/{log}"
            found[spelled.get(log.lower(), log)] = {
                PRESENT: True,
                "max_kb": -(-known(host.name, where, row["MaxFileSize"], int) // 1024),
                "overwrite": _word(known(host.name, where, row["OverwriteOutDated"], int)),
            }
        return found

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        planned = []
        for key, change in changes.items():
            have = scene.have[self.name][key]
            if not have[PRESENT]:
                raise NoSuchPartError(
                    scene.host.name, f"{self.name}/{key}", "no such log, or none that may be seen", "a log"
                )
            planned.append(_put(scene.host, key, have, change))
        return planned


def _word(days: int) -> str | int:
    return next((word for word, number in _WORDS.items() if number == days), days)


def _put(host: Host, key: str, have: Resource, change: Resource) -> Step:
    # the key of the instance is the log's file, which is found again by the log's name
    files = [str(row["Name"]) for row in host.query_named(_CLASS, ["Name"], "LogfileName", [key])]
    if len(files) != 1:
        raise UnreadableStateError(host.name, f"event_log/{key}", f"{len(files)} files of this log", "one")
    values: dict[str, int] = {}
    if "max_kb" in change:
        values["MaxFileSize"] = change["max_kb"] * 1024
    if "overwrite" in change:
        wanted = change["overwrite"]
        values["OverwriteOutDated"] = _WORDS[wanted] if isinstance(wanted, str) else wanted

    def do(host: Host) -> None:
        host.client.put(_CLASS, {"Name": files[0]}, values)

    before = {name: have[name] for name in change}
    return Step("event_log", key, f"Set {', '.join(change)} of event log {key}", before, dict(change), do)
