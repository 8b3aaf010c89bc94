"""What writes a host's records, made at the first of them: a device that needs no change needs no permission."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.deadline import too_late

if TYPE_CHECKING:
    from collections.abc import Callable

    from fellesdrift.cutover.day2 import Day2Writer
    from fellesdrift.cutover.permit import WriteGuard


class Recorder:
    """Called with an event and its payload.

    writer    makes what writes; who may not write finds out then
    seconds   after which no further step is begun; 0: never
    """

    def __init__(self, writer: Callable[[], WriteGuard | Day2Writer], host: str, seconds: int) -> None:
        self._make = writer
        self._made: WriteGuard | Day2Writer | None = None
        self._host, self._seconds = host, seconds
        self._begun = time.monotonic()

    def __call__(self, event: str, payload: dict[str, Any], personal: dict[str, Any] | None = None) -> None:
        """Write it. personal: what of it is about people, for the rows that are erased.

        FD611, FD612, FD613, FD653; FD692 for a step after the deadline."""
        if event == "step_intended" and self._seconds and time.monotonic() - self._begun > self._seconds:
            raise too_late(self._host, self._seconds)
        self._writer().record(event, payload, personal)

    def hold(self, seconds: float) -> None:
        """Renew the lease before something that writes no record for so long. FD611, FD613, FD658."""
        self._writer().hold(seconds)

    def _writer(self) -> WriteGuard | Day2Writer:
        self._made = self._made or self._make()
        return self._made
