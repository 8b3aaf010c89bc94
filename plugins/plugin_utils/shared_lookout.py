"""What is known of all exchanges of an estate, put together by the sessions of a task that asks all of them."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import one_line
from ansible_collections.fellesdrift.core.plugins.plugin_utils.deadline import too_late

from fellesdrift.cutover.emergency import Lookout, plan_of
from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fellesdrift.state.pbx import Resources


class SharedLookout:
    """Each exchange has one session at a time, so each reads itself in the session that it is asked in. What takes all
    of them waits for the others; hosts of other families wait for nobody.

    numbering   the numbering plan of an opened stage
    exchanges   all of the estate; each of them has to be asked at the same time
    seconds     from now on; who has not been read by then is unknown
    """

    def __init__(self, numbering: dict[str, Any] | None, exchanges: Iterable[str], seconds: float) -> None:
        self._numbering, self._seconds = numbering, seconds
        self._missing = dict.fromkeys(exchanges)
        self._end = time.monotonic() + seconds
        self._states: dict[str, Resources] = {}
        self._unread: dict[str, str] = {}
        self._changed = threading.Condition()
        self._whole: Lookout | None = None

    @contextmanager
    def reading(self, host: str) -> Iterator[None]:
        """Around what is done to an exchange: the others are told why it could not be read."""
        try:
            yield
        except FellesdriftError as error:
            with self._changed:
                if host in self._missing:
                    self._unread[host] = one_line(host, error)
                    self._told(host)
            raise

    def tell(self, host: str, resources: Resources) -> None:
        """An exchange was read: this is what it has of what a call may need."""
        with self._changed:
            self._states[host] = resources
            self._told(host)

    def whole(self) -> Lookout:
        """What is known of all, as soon as each has told or nobody waits any longer. FD483 without a numbering plan."""
        plan = plan_of(self._numbering)
        with self._changed:
            self._changed.wait_for(lambda: not self._missing, max(0.0, self._end - time.monotonic()))
            if self._whole is None:  # from here on it is the same for all of them
                late = {host: one_line(host, too_late(host, self._seconds)) for host in self._missing}
                self._whole = Lookout(plan, self._states, self._unread | late)
            return self._whole

    def _told(self, host: str) -> None:
        self._missing.pop(host, None)
        self._changed.notify_all()
