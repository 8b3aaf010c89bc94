"""The `.job` files of scheduled tasks, written from [MS-TSCH] 2.4. Who a task runs as is not in them: that lies beside
the passwords."""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass
from datetime import datetime

_SERVER_2003, _FILE_VERSION = 0x0502, 1
_NEVER_RUN = 0x00041303
_NORMAL_PRIORITY = 0x20
_THREE_DAYS = 72 * 3600 * 1000
_FIXED = 68
DISABLED = 0x4
FLAGS_AT = 48

ONCE, DAILY, WEEKLY, MONTHLY_DATE, AT_IDLE, AT_START, AT_LOGON = 0, 1, 2, 3, 5, 6, 7
# Sunday is bit 0, January is bit 0
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
ALL_MONTHS = 0xFFF


@dataclass(frozen=True)
class Trigger:
    """When a task runs. specific: three words whose meaning follows from the kind. minutes: (duration, interval) of a
    repetition."""

    kind: int
    start: datetime
    specific: tuple[int, int, int] = (0, 0, 0)
    minutes: tuple[int, int] = (0, 0)

    def packed(self) -> bytes:
        day = (self.start.year, self.start.month, self.start.day, 0, 0, 0, self.start.hour, self.start.minute)
        return struct.pack("<HH8HIIIIHHHHHH", 48, 0, *day, *self.minutes, 0, self.kind, *self.specific, 0, 0, 0)


def job(command: str, author: str, trigger: Trigger, flags: int = 0) -> bytes:
    """A task that runs a command."""
    program, arguments = split(command)
    folder = program.rpartition("\\")[0] if "\\" in program else ""
    texts = b"".join(_text(each) for each in (program, arguments, folder, author, ""))
    # no user data, and no reserved data
    tail = struct.pack("<HH", 0, 0)
    triggers_at = _FIXED + 2 + len(texts) + len(tail)
    fixed = struct.pack(
        "<HH16sHHHHHHIIIII16x",
        _SERVER_2003,
        _FILE_VERSION,
        uuid.uuid4().bytes_le,
        _FIXED + 2,
        triggers_at,
        0,
        0,
        60,
        10,
        _NORMAL_PRIORITY,
        _THREE_DAYS,
        0,
        _NEVER_RUN,
        flags,
    )
    return fixed + struct.pack("<H", 0) + texts + tail + struct.pack("<H", 1) + trigger.packed()


def split(command: str) -> tuple[str, str]:
    """Program and arguments of a command line; a program in quotes may have blanks."""
    if command.startswith('"'):
        program, _, rest = command[1:].partition('"')
        return program, rest.strip()
    program, _, rest = command.partition(" ")
    return program, rest.strip()


def _text(value: str) -> bytes:
    return struct.pack("<H", 0) if not value else struct.pack("<H", len(value) + 1) + f"{value}\0".encode("utf-16-le")
