"""The `.job` file of a scheduled task, read as [MS-TSCH] 2.4 has it. Who a task runs as is not in it.

A schedule is what `schtasks` of Server 2003 can make again:

    {repeat: daily, every: 2, at: "02:30"}                    every second day
    {repeat: weekly, every: 1, days: [mon, fri], at: "02:30"}
    {repeat: monthly, day: 15, at: "02:30"}                   every month
    {repeat: minutes, every: 15, at: "00:00"}                 all day long, beginning at that time
    {repeat: start}                                           when the host starts
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
OTHER = "other"
_FIXED = struct.Struct("<HH16sHHHHHHIIIII16x")
_TRIGGER = struct.Struct("<HHHHHHHHHHIIIIHHHHHH")
_FILE_VERSION = 1
_DISABLED = 0x4
_HAS_END, _TRIGGER_DISABLED = 0x1, 0x4
_DAILY, _WEEKLY, _MONTHLY, _AT_START = 1, 2, 3, 6
_EVERY_MONTH = 0xFFF
_WHOLE_DAY = 24 * 60

type Schedule = dict[str, Any]


class JobError(ValueError):
    """No file of a task, or a damaged one."""


@dataclass(frozen=True)
class Job:
    """One task. schedule: {repeat: other, ...} when it is none that schtasks could make again."""

    program: str
    arguments: str
    enabled: bool
    schedule: Schedule


def parse(data: bytes) -> Job:
    """Raises JobError."""
    try:
        _, version, _, name_at, triggers_at, *_, flags = _FIXED.unpack_from(data)
        if version != _FILE_VERSION:
            raise JobError(f"file version {version}")
        program, after = _text(data, name_at)
        arguments, _ = _text(data, after)
        (count,) = struct.unpack_from("<H", data, triggers_at)
        triggers = [_TRIGGER.unpack_from(data, triggers_at + 2 + number * _TRIGGER.size) for number in range(count)]
    except struct.error as error:
        raise JobError(f"{len(data)} bytes") from error
    schedule = _schedule(triggers[0]) if len(triggers) == 1 else {"repeat": OTHER, "triggers": len(triggers)}
    return Job(program, arguments, not flags & _DISABLED, schedule)


def _text(data: bytes, place: int) -> tuple[str, int]:
    """A text with its length before it, in characters with the null at its end; and what comes behind it."""
    (length,) = struct.unpack_from("<H", data, place)
    end = place + 2 + 2 * length
    if end > len(data):
        raise JobError("a text beyond the end")
    try:
        return data[place + 2 : end].decode("utf-16-le").removesuffix("\0"), end
    except UnicodeDecodeError as error:
        raise JobError("a text that is none") from error


def _schedule(trigger: tuple[int, ...]) -> Schedule:
    hour, minute, duration, interval, flags, kind, first, second, third = trigger[8:17]
    if hour > 23 or minute > 59:
        raise JobError(f"time {hour}:{minute}")
    at = f"{hour:02}:{minute:02}"
    found: Schedule = {"repeat": OTHER, "trigger": kind}
    if flags & (_HAS_END | _TRIGGER_DISABLED):
        return found
    if interval:
        if kind == _DAILY and first == 1 and duration == _WHOLE_DAY:
            found = {"repeat": "minutes", "every": interval, "at": at}
    elif kind == _DAILY:
        found = {"repeat": "daily", "every": first, "at": at}
    elif kind == _WEEKLY:
        days = [day for place, day in enumerate(DAYS) if second >> place & 1]
        found = {"repeat": "weekly", "every": first, "days": days, "at": at}
    elif kind == _MONTHLY and third == _EVERY_MONTH and (first | second << 16).bit_count() == 1:
        found = {"repeat": "monthly", "day": (first | second << 16).bit_length(), "at": at}
    elif kind == _AT_START:
        found = {"repeat": "start"}
    return found
