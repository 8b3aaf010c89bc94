"""The file system of one host: folders and small files, without regard to case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
        # a file that is there keeps its name as it was spelled
        old = self.find(path)
        self._entries[self._key(path)] = Entry(path if old is None else old.path, data, now)
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
