"""One simulated Windows host in a thread, for tests that talk to it over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fellesdrift.session.wsman import WindowsTarget
from fellesdrift.twin.access import Credentials
from fellesdrift.twin.faults import WINDOWS_COUNTED, WINDOWS_LASTING, fault_of
from fellesdrift.twin.windows.front import WindowsFront
from fellesdrift.twin.windows.host import WindowsHost
from fellesdrift.twin.windows.spec import WindowsSpec
from support.loop import Do, in_a_thread


@dataclass
class Running:
    """A host that is up. `do` runs something in its thread, and waits for it."""

    front: WindowsFront
    credentials: Credentials
    do: Do

    @property
    def host(self) -> WindowsHost:
        return self.front.host

    def target(self, **options: Any) -> WindowsTarget:
        """The login that works."""
        known: dict[str, Any] = {"username": self.credentials.user, "password": self.credentials.password}
        return WindowsTarget(self.front.spec.name, "127.0.0.1", self.front.port, **{**known, **options})

    def fault(self, kind: str, **options: Any) -> None:
        fault = fault_of({"kind": kind, **options}, WINDOWS_COUNTED + WINDOWS_LASTING)
        self.do(lambda: self.host.faults.add(fault))

    def heal(self) -> None:
        self.do(self.host.faults.heal)


@contextmanager
def windows_host(speed: float = 50.0, **options: Any) -> Iterator[Running]:
    """A host of the given spec, listening on a port of the loopback."""
    known: dict[str, Any] = {"name": "san-file1", "address": "10.61.2.10", "gateway": "10.61.2.1"}
    known["roles"] = ("file_servers",)
    credentials = Credentials.make()
    front = WindowsFront(WindowsSpec(**{**known, **options}), credentials, speed, lambda: True)
    with serving(front, credentials) as running:
        yield running


@contextmanager
def serving(front: WindowsFront, credentials: Credentials) -> Iterator[Running]:
    """A front door that is open, in a thread of its own."""
    with in_a_thread() as do:
        do(front.open)
        try:
            yield Running(front, credentials, do)
        finally:
            do(front.close)
