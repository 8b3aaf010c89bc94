"""The registry of one host: a tree without regard to case, and the 32-bit view of a 64-bit Windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

SZ, EXPAND_SZ, BINARY, DWORD, MULTI_SZ = 1, 2, 3, 4, 7
HIVES = {
    0x80000000: "HKEY_CLASSES_ROOT",
    0x80000001: "HKEY_CURRENT_USER",
    0x80000002: "HKEY_LOCAL_MACHINE",
    0x80000003: "HKEY_USERS",
    0x80000005: "HKEY_CURRENT_CONFIG",
}
SHORT = {"HKCR": 0x80000000, "HKCU": 0x80000001, "HKLM": 0x80000002, "HKU": 0x80000003, "HKCC": 0x80000005}
_REDIRECTED = "software"
_WOW = "Wow6432Node"

type Data = str | int | bytes | list[str]


@dataclass
class Key:
    """One key. `values`: by lower-case name, (name, type, data)."""

    name: str
    keys: dict[str, Key] = field(default_factory=dict)
    values: dict[str, tuple[str, int, Data]] = field(default_factory=dict)

    def set(self, name: str, kind: int, data: Data) -> None:
        """Set a value; one that is there keeps its name as it was spelled."""
        old = self.values.get(name.lower())
        self.values[name.lower()] = (name if old is None else old[0], kind, data)


class Registry:
    """All hives. Paths have no hive in front and use backslashes."""

    def __init__(self, x64: bool) -> None:
        self.x64 = x64
        self._hives = {number: Key(name) for number, name in HIVES.items()}
        if x64:
            self.make(0x80000002, f"SOFTWARE\\{_WOW}")

    def _parts(self, hive: int, path: str, bits: int) -> list[str]:
        parts = [part for part in path.split("\\") if part]
        if self.x64 and bits == 32 and hive == 0x80000002 and parts and parts[0].lower() == _REDIRECTED:
            rest = parts[1:]
            if not rest or rest[0].lower() != _WOW.lower():
                return [parts[0], _WOW, *rest]
        return parts

    def find(self, hive: int, path: str, bits: int = 64) -> Key | None:
        """The key, or None."""
        key = self._hives.get(hive)
        for part in self._parts(hive, path, bits):
            key = key.keys.get(part.lower()) if key is not None else None
        return key

    def make(self, hive: int, path: str, bits: int = 64) -> Key | None:
        """The key, made with all above it; None for a hive that is not there."""
        key = self._hives.get(hive)
        if key is None:
            return None
        for part in self._parts(hive, path, bits):
            key = key.keys.setdefault(part.lower(), Key(part))
        return key

    def remove(self, hive: int, path: str, bits: int = 64) -> bool:
        """Remove a key that has none below it; False when it is not there or has some."""
        parts = self._parts(hive, path, bits)
        if not parts:
            return False
        above = self.find(hive, "\\".join(parts[:-1]))
        found = above.keys.get(parts[-1].lower()) if above is not None else None
        if above is None or found is None or found.keys:
            return False
        del above.keys[parts[-1].lower()]
        return True

    def put(self, path: str, name: str, kind: int, data: Data, hive: int = 0x80000002) -> None:
        """Set a value, making its key."""
        key = self.make(hive, path)
        if key is not None:
            key.set(name, kind, data)

    def get(self, path: str, name: str, hive: int = 0x80000002) -> Data | None:
        """A value's data, or None."""
        key = self.find(hive, path)
        found = key.values.get(name.lower()) if key is not None else None
        return found[2] if found is not None else None

    def walk(self, key: Key, path: str) -> Iterator[tuple[str, Key]]:
        """A key and all below it, with their paths."""
        yield path, key
        for each in key.keys.values():
            yield from self.walk(each, f"{path}\\{each.name}")
