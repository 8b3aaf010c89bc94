"""The service control manager of one host. Start modes lie in the registry, as on Windows; return codes are WMI's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from fellesdrift.twin.windows.defaults import Installed
from fellesdrift.twin.windows.registry import DWORD, EXPAND_SZ, MULTI_SZ, SZ, Registry

_ROOT = r"SYSTEM\CurrentControlSet\Services"
MODES = {2: "Auto", 3: "Manual", 4: "Disabled"}
_WORDS = {"automatic": 2, "auto": 2, "manual": 3, "demand": 3, "disabled": 4}

# Win32_Service's return values
OK, DEPENDENTS_RUNNING, NOT_ACCEPTED, NOT_ACTIVE, ALREADY_RUNNING = 0, 3, 5, 6, 10
DEPENDENCY_FAILS, DISABLED, INVALID, UNKNOWN_ACCOUNT, EXISTS = 13, 14, 21, 22, 23
DEPENDENCY_MISSING = 11


class Services:
    """All services. `start_process` and `end_process` keep the list of processes true."""

    def __init__(
        self,
        registry: Registry,
        installed: Iterable[Installed],
        start_process: Callable[[str], int],
        end_process: Callable[[int], None],
    ) -> None:
        self._registry = registry
        self._start_process = start_process
        self._end_process = end_process
        self.known: dict[str, Installed] = {}
        self.running: dict[str, int] = {}
        self.on_start: list[Callable[[str], None]] = []
        for each in installed:
            self.install(each)

    def install(self, service: Installed) -> None:
        """Add a service, with its key in the registry."""
        self.known[service.name.lower()] = service
        path = f"{_ROOT}\\{service.name}"
        self._registry.put(path, "DisplayName", SZ, service.title)
        self._registry.put(path, "ImagePath", EXPAND_SZ, service.path)
        self._registry.put(path, "Start", DWORD, service.start)
        self._registry.put(path, "Type", DWORD, 32)
        self._registry.put(path, "ObjectName", SZ, service.account)
        self._registry.put(path, "DependOnService", MULTI_SZ, list(service.needs))

    def mode(self, name: str) -> str:
        """Auto, Manual or Disabled."""
        start = self._registry.get(f"{_ROOT}\\{name}", "Start")
        return MODES.get(start, "Unknown") if isinstance(start, int) else "Unknown"

    def is_running(self, name: str) -> bool:
        return name.lower() in self.running

    def dependents(self, name: str) -> list[Installed]:
        """Those that need this one."""
        return [each for each in self.known.values() if name.lower() in (need.lower() for need in each.needs)]

    def start(self, name: str) -> int:
        """Start a service, and before it what it needs."""
        service = self.known[name.lower()]
        if self.is_running(name):
            return ALREADY_RUNNING
        if self.mode(service.name) == "Disabled":
            return DISABLED
        for need in service.needs:
            if not self.is_running(need) and (need.lower() not in self.known or self.start(need) != OK):
                return DEPENDENCY_FAILS
        self.running[name.lower()] = self._start_process(service.path)
        for each in self.on_start:
            each(service.name)
        return OK

    def stop(self, name: str) -> int:
        """Stop a service; refused while one that needs it runs."""
        service = self.known[name.lower()]
        if not self.is_running(name):
            return NOT_ACTIVE
        if not service.stoppable:
            return NOT_ACCEPTED
        if any(self.is_running(each.name) for each in self.dependents(name)):
            return DEPENDENTS_RUNNING
        self._end_process(self.running.pop(name.lower()))
        return OK

    def change_mode(self, name: str, word: str) -> int:
        """ChangeStartMode."""
        start = _WORDS.get(word.lower())
        if start is None:
            return INVALID
        self._registry.put(f"{_ROOT}\\{self.known[name.lower()].name}", "Start", DWORD, start)
        return OK

    def change(self, name: str, settings: dict[str, Any]) -> int:
        """Change, of everything but the start mode."""
        service = replace(self.known[name.lower()], **settings)
        if any(each.lower() not in self.known for each in service.needs):
            return DEPENDENCY_MISSING
        start = self._registry.get(f"{_ROOT}\\{service.name}", "Start")
        self.install(replace(service, start=start if isinstance(start, int) else service.start))
        return OK

    def remove(self, name: str) -> None:
        """Take a service away, with its key in the registry."""
        service = self.known.pop(name.lower())
        self._registry.remove(0x80000002, f"{_ROOT}\\{service.name}")

    def boot(self) -> None:
        """Forget what ran; start what starts by itself."""
        self.running.clear()
        for each in self.known.values():
            if self.mode(each.name) == "Auto" and not self.is_running(each.name):
                self.start(each.name)
