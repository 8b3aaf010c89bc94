"""Scheduled tasks: read from their `.job` files, made and removed by `schtasks`.

`schtasks /query` prints in the host's language, and Win32_ScheduledJob knows only the tasks of `at`. A task that is
made here runs as SYSTEM, which needs no password; who another one runs as is in no file that may be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fellesdrift.session.wsman import literal
from fellesdrift.state.windows.catalogue.contents import read_bytes
from fellesdrift.state.windows.claims import SAME_TEXT
from fellesdrift.state.windows.errors import RefusedError, RefusedStateError, UnreadableStateError, known
from fellesdrift.state.windows.forms import FLAG, Form, quoted, text
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.jobfile import DAYS, JobError, Schedule, parse
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Phase, Resource, Scene, Step

_SUFFIX = ".job"
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
# what schtasks takes for /tr
_LONGEST = 261
# repeat: what else belongs to it, and how much `every` may be
_PARTS: Mapping[str, tuple[str, ...]] = {
    "daily": ("every", "at"),
    "weekly": ("every", "days", "at"),
    "monthly": ("day", "at"),
    "minutes": ("every", "at"),
    "start": (),
}
_MOST = {"daily": 365, "weekly": 52, "minutes": 1439}
_DEFAULTS: Mapping[str, Any] = {"every": 1, "at": "00:00"}
_EXPECTED = (
    "repeat: daily (every, at), weekly (every, days, at), monthly (day, at), minutes (every, at) or start; "
    "at as 02:30, days of sun mon tue wed thu fri sat"
)


def _schedule(value: Any) -> Schedule:
    if not isinstance(value, Mapping):
        raise TypeError
    repeat = str(value.get("repeat"))
    if repeat not in _PARTS or set(value) - {"repeat", *_PARTS[repeat]}:
        raise ValueError
    found = {"repeat": repeat} | {name: value.get(name, _DEFAULTS.get(name)) for name in _PARTS[repeat]}
    days = found.get("days", [DAYS[0]])
    if (
        not _within(found.get("every", 1), _MOST.get(repeat, 1))
        or not _within(found.get("day", 1), 31)
        or not (isinstance(days, list) and days and all(day in DAYS for day in days))
        or not (isinstance(found.get("at", "00:00"), str) and _TIME.fullmatch(found.get("at", "00:00")))
    ):
        raise ValueError
    if "days" in found:
        found["days"] = [day for day in DAYS if day in days]
    return found


def _within(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


_SCHEDULE = Form(_EXPECTED, _schedule)


class ScheduledTaskKind(Kind):
    """By the task's name."""

    name = "scheduled_task"
    rank = 85
    attributes: Mapping[str, Attribute] = {
        # outside quotes cmd reads more signs as its own
        "program": Attribute(text(_LONGEST, empty=False, without="&|<>", cmd=True), SAME_TEXT),
        "arguments": Attribute(text(_LONGEST, without="&|<>", cmd=True)),
        "schedule": Attribute(_SCHEDULE),
        "enabled": Attribute(FLAG),
    }
    listable = True

    def key(self, key: str) -> str:
        if set(key) & set('\\/:*?"<>|%!^&') or len(key) > 200:
            raise ValueError("a task's name, as a file may have it, without % ! ^ &")
        return super().key(key)

    def check(self, _key: str, resource: Resource) -> Resource:
        if len(_run(resource)) > _LONGEST:
            raise ValueError(f"program and arguments of up to {_LONGEST} characters together")
        if (
            resource.get("program", "").startswith(" ")
            or resource.get("arguments", "") != resource.get("arguments", "").strip()
        ):
            raise ValueError("a program and arguments without blanks around them")
        return resource

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        found: Keys = {} if want is None else {key: dict(ABSENT) for key in want}
        spelled = {key.lower(): key for key in found}
        names: dict[str, str] = {}
        sizes: dict[str, int] = {}
        for row in host.client.query("CIM_DataFile", ["Name", "FileSize"], _in_tasks(host)):
            path = str(row["Name"])
            name = path.rpartition("\\")[2]
            task = name[: -len(_SUFFIX)]
            if name.lower().endswith(_SUFFIX) and (want is None or task.lower() in spelled):
                names[path] = spelled.get(task.lower(), task)
                sizes[path] = known(host.name, f"{self.name}/{task}", row["FileSize"], int)
        for path, data in read_bytes(host, self.name, sizes).items():
            found[names[path]] = _resource(host, names[path], data)
        return found

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        planned: list[Step] = []
        for key, change in changes.items():
            have = scene.have[self.name][key]
            if not change.get(PRESENT, True):
                _can_come_back(scene.host, key, have)
                line = f"schtasks /delete /tn {quoted(key)} /f"
                planned.append(_step(key, f"Remove scheduled task {key}", dict(have), dict(ABSENT), line))
                continue
            planned += _bring(scene.host, key, have, change)
        return planned


def _in_tasks(host: Host) -> str:
    """The condition that finds what lies in the folder of tasks, without a search of the whole disk."""
    found = host.system().get("WindowsDirectory")
    drive, _, path = known(host.name, "scheduled_task", found, str).partition(":")
    if not path.startswith("\\"):
        raise UnreadableStateError(host.name, "scheduled_task", str(found), "the folder where Windows is")
    folder = f"{path}\\Tasks\\".lower()
    return f"Drive={literal(f'{drive.lower()}:')} AND Path={literal(folder)}"


def _resource(host: Host, key: str, data: bytes) -> Resource:
    try:
        job = parse(data)
    except JobError as error:
        raise UnreadableStateError(host.name, f"scheduled_task/{key}", str(error), "a .job file") from error
    return {
        PRESENT: True,
        "program": job.program,
        "arguments": job.arguments,
        "schedule": job.schedule,
        "enabled": job.enabled,
    }


def _can_come_back(host: Host, key: str, have: Resource) -> None:
    """What is replaced or removed must be possible to make again. Raises UnreadableStateError."""
    kind = ScheduledTaskKind()
    try:
        for name in ("program", "arguments", "schedule"):
            kind.attributes[name].form.take(have[name])
    except (ValueError, TypeError) as error:
        found = f"{name}: {have[name]}"
        raise UnreadableStateError(
            host.name, f"scheduled_task/{key}", found, "a task that could be made again"
        ) from error


def _bring(host: Host, key: str, have: Resource, change: Resource) -> list[Step]:
    made = {name: value for name, value in change.items() if name in ("program", "arguments", "schedule")}
    planned: list[Step] = []
    enabled = have.get("enabled", True)
    if made or not have[PRESENT]:
        if have[PRESENT]:
            _can_come_back(host, key, have)
        want = {"arguments": ""} | {name: value for name, value in have.items() if name != PRESENT} | change
        missing = [name for name in ("program", "schedule") if name not in want]
        if missing:
            raise RefusedStateError(
                host.name, f"scheduled_task/{key}", f"no such task, and no `{missing[0]}` to make it of", "a whole task"
            )
        after = {PRESENT: True, **made, "enabled": True}
        before = {name: have[name] for name in after if name != PRESENT} if have[PRESENT] else dict(ABSENT)
        title = f"{'Replace' if have[PRESENT] else 'Create'} scheduled task {key}"
        planned.append(_step(key, title, before, after, _create(key, want)))
        # what is made is on
        enabled = True
    wanted = change.get("enabled", have.get("enabled", True))
    if wanted != enabled:
        word = "enable" if wanted else "disable"
        line = f"schtasks /change /tn {quoted(key)} /{word}"
        planned.append(_step(key, f"{word} scheduled task {key}", {"enabled": enabled}, {"enabled": wanted}, line))
    return planned


def _run(want: Mapping[str, Any]) -> str:
    program, arguments = want.get("program", ""), want.get("arguments", "")
    return f"{program} {arguments}".rstrip() if " " not in program else f'\\"{program}\\" {arguments}'.rstrip()


def _create(key: str, want: Resource) -> str:
    """The whole command. A quote within a quoted word is \\" to schtasks."""
    schedule: Schedule = want["schedule"]
    run = _run(want)
    # a backslash before the closing quote would escape it
    run += "\\" if run.endswith("\\") and not run.endswith('\\"') else ""
    words = {"daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY", "minutes": "MINUTE", "start": "ONSTART"}
    line = f'schtasks /create /f /ru SYSTEM /tn {quoted(key)} /tr "{run}" /sc {words[schedule["repeat"]]}'
    if "every" in schedule:
        line += f" /mo {schedule['every']}"
    if "days" in schedule:
        line += f" /d {','.join(schedule['days']).upper()}"
    if "day" in schedule:
        line += f" /d {schedule['day']}"
    return line + (f" /st {schedule['at']}" if "at" in schedule else "")


def _step(key: str, title: str, before: Resource, after: Resource, line: str) -> Step:
    def do(host: Host) -> None:
        code = host.run(line).code
        if code != 0:
            raise RefusedError(host.name, title, f"schtasks ended with exit code {code}")

    phase: Phase = "make" if after.get(PRESENT, True) else "remove"
    # the exit code alone is not believed: schtasks warns with success
    return Step("scheduled_task", key, title, before, after, do, _SETTLES, phase=phase)


_SETTLES = 5.0
