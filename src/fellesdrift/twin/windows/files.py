"""The file system of one host: folders and small files, without regard to case; and the `.job` files of tasks."""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass
from datetime import datetime

_NEVER_RUN = 0x00041303


@dataclass
class Entry:
    """A folder (`data` None) or a file."""

    path: str
    data: bytes | None
    changed: datetime


class Files:
    """By lower-case path. A folder is there with all above it."""

    def __init__(self, now: datetime) -> None:
        self._entries: dict[str, Entry] = {}
        self._now = now

    @staticmethod
    def _key(path: str) -> str:
        return path.rstrip("\\").lower()

    def find(self, path: str) -> Entry | None:
        """What is there, or None."""
        return self._entries.get(self._key(path))

    def is_folder(self, path: str) -> bool:
        """True for a folder that is there."""
        found = self.find(path)
        return found is not None and found.data is None

    def make_folder(self, path: str) -> None:
        """Make a folder, with all above it."""
        parts = path.rstrip("\\").split("\\")
        for count in range(1, len(parts) + 1):
            each = "\\".join(parts[:count])
            self._entries.setdefault(self._key(each), Entry(each, None, self._now))

    def write(self, path: str, data: bytes, now: datetime) -> bool:
        """Write a file; False when its folder is not there, or is what the path names."""
        if not self.is_folder(path.rpartition("\\")[0]) or self.is_folder(path):
            return False
        self._entries[self._key(path)] = Entry(path, data, now)
        return True

    def remove(self, path: str) -> bool:
        """Remove a file or an empty folder."""
        if self.find(path) is None or self.below(path):
            return False
        del self._entries[self._key(path)]
        return True

    def below(self, path: str) -> list[Entry]:
        """What lies directly in a folder, in the order of its making."""
        key = self._key(path)
        return [each for name, each in self._entries.items() if name.rpartition("\\")[0] == key]

    def all(self) -> list[Entry]:
        """Everything."""
        return list(self._entries.values())


def job(command: str, author: str, start: datetime) -> bytes:
    """A `.job` file that runs a command once a day ([MS-TSCH] 2.4)."""
    program, _, arguments = command.partition(" ")
    texts = b"".join(_text(each) for each in (program, arguments, "", author, ""))
    fixed_size, count_size = 68, 2
    tail = struct.pack("<HH", 0, 0)
    triggers_at = fixed_size + count_size + len(texts) + len(tail)
    fixed = struct.pack(
        "<HH16sHHHHHHIIIII16x",
        0x0502,
        1,
        uuid.uuid4().bytes_le,
        fixed_size + count_size,
        triggers_at,
        0,
        0,
        60,
        10,
        0x20,
        259200000,
        0,
        _NEVER_RUN,
        0,
    )
    day = (start.year, start.month, start.day, 0, 0, 0, start.hour, start.minute)
    trigger = struct.pack("<HH8HIIIIHHHHHH", 48, 0, *day, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0)
    return fixed + struct.pack("<H", 0) + texts + tail + struct.pack("<H", 1) + trigger


def _text(value: str) -> bytes:
    return struct.pack("<H", 0) if not value else struct.pack("<H", len(value) + 1) + f"{value}\0".encode("utf-16-le")
