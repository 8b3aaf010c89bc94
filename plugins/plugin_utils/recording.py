"""What writes a host's records, made at the first of them: a device that needs no change needs no permission.

An intent is on disk before its step is taken. That a step was taken may be written with the next intent, in one
transaction: who is killed between the two does not know whether the step was done, and asks the device, as after any
other step that was cut off.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

from ansible_collections.fellesdrift.core.plugins.plugin_utils.deadline import too_late

from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from fellesdrift.cutover.day2 import Day2Writer
    from fellesdrift.cutover.permit import Entry, WriteGuard


class Recorder:
    """Called with an event and its payload. A context manager: at its end nothing is left unwritten.

    writer    makes what writes; who may not write finds out then
    seconds   after which no further step is begun; 0: never
    """

    def __init__(self, writer: Callable[[], WriteGuard | Day2Writer], host: str, seconds: int) -> None:
        self._make = writer
        self._made: WriteGuard | Day2Writer | None = None
        self._host, self._seconds = host, seconds
        self._begun = time.monotonic()
        self._happened: list[Entry] = []
        self._lasting = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        try:
            self._write()
        except FellesdriftError:
            if error is None:
                raise

    def __call__(self, event: str, payload: dict[str, Any], personal: dict[str, Any] | None = None) -> None:
        """Write it, and what has happened before it. personal: what of it is about people, for the rows that are
        erased. When it is refused, what has happened is still to be written.

        FD611, FD612, FD613, FD653, FD658; FD692 for a step after the deadline."""
        if event == "step_intended" and self._seconds and time.monotonic() - self._begun > self._seconds:
            raise too_late(self._host, self._seconds)
        self._write((event, payload, personal))

    def happened(self, event: str, payload: dict[str, Any]) -> None:
        """To be written with the next record."""
        self._happened.append((event, payload, None))

    def lasting(self, seconds: float) -> None:
        """The next record is written only under a lease that lasts for so long."""
        self._lasting = seconds

    def hold(self, seconds: float) -> None:
        """Renew the lease before something that writes no record for so long. FD611, FD613, FD658."""
        self._writer().hold(seconds)

    def _write(self, *entries: Entry) -> None:
        lasting, self._lasting = self._lasting, 0.0
        if entries or self._happened:
            self._writer().write([*self._happened, *entries], lasting)
            self._happened = []

    def _writer(self) -> WriteGuard | Day2Writer:
        self._made = self._made or self._make()
        return self._made
