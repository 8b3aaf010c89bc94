"""A day-2 change: one host changed outside every stage, by name (design.md, invariant 8).

It takes the same leases as a stage would and shares them with what else its run changes at the same time, writes its
intents to the same journal, and keeps out of the way of a stage that is in the middle of something.
"""

from __future__ import annotations

import copy
import uuid
from typing import TYPE_CHECKING, Any, Self

from fellesdrift.cutover.of_people import whole
from fellesdrift.cutover.permit import refuse_longer_than_lease
from fellesdrift.cutover.progress import HostProgress, read_host_event, read_progress
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fellesdrift.cutover.permit import Entry
    from fellesdrift.journal import Journal, Record

EVENT_PREFIX = "day2_"


class Day2Writer:
    """Writes the intents of one host under a named change; a context manager that holds the lease meanwhile.

    municipality   whose host it is
    shared         whether others depend on the host: then the platform's lease is taken too
    name           the change's name, as the operator gave it
    """

    def __init__(
        self, journal: Journal, holder: lease.Holder, host: str, *, municipality: str, shared: bool, name: str
    ) -> None:
        self._journal = journal
        self._holder = holder
        self._host = host
        self._municipality = municipality
        self._leases = [municipality, "platform"] if shared else [municipality]
        self._name = name
        self._token = ""
        self._attempt = uuid.uuid4().hex

    def __enter__(self) -> Self:
        """Take the leases. FD610 when somebody holds one, FD614 when a stage is in the middle of something."""
        with self._journal.transaction() as connection:
            for stage in read_progress(self._journal.current()).values():
                mine = stage.municipality == self._municipality or "platform" in self._leases
                # one that is held is nobody's run; but what of it is half way or drained is not to be saved as it is
                astray = stage.state == "held" and self._host in (*stage.midway, *stage.drained)
                if (mine and stage.state in ("running", "stopped", "going back")) or astray:
                    raise FellesdriftError(
                        "FD614",
                        f"the stage {stage.stage} of {stage.municipality} is {stage.state}"
                        + (", with this host half way or drained" if astray else ""),
                        host=self._host,
                        key="day2",
                        found=self._name,
                        expected="no stage in the middle of something",
                        next_step="finish the stage or take it back first",
                    )
            self._token = lease.share(connection, self._leases, self._holder, self._attempt)
        return self

    def __exit__(self, *_: object) -> None:
        with self._journal.transaction() as connection:
            lease.leave(connection, self._token, self._attempt)

    def hold(self, seconds: float) -> None:
        """As WriteGuard.hold. FD611, FD658."""
        with self._journal.transaction() as connection:
            left = lease.check_and_renew(connection, self._token, self._holder)
        refuse_longer_than_lease(self._host, seconds, left.total_seconds())

    def record(self, event: str, payload: dict[str, Any], personal: dict[str, Any] | None = None) -> None:
        """`write` of one record."""
        self.write([(event, payload, personal)])

    def write(self, entries: Iterable[Entry], lasting: float = 0.0) -> None:
        """As WriteGuard.write; the events are marked as day-2, so that no stage counts them. FD611, FD658."""
        with self._journal.transaction() as connection:
            left = lease.check_and_renew(connection, self._token, self._holder)
            refuse_longer_than_lease(self._host, lasting, left.total_seconds())
            for event, payload, personal in entries:
                told = payload | {"change": self._name}
                self._journal.append(
                    self._municipality, "", self._attempt, self._host, EVENT_PREFIX + event, told, personal
                )


def changes(records: Iterable[Record], name: str) -> list[Record]:
    """The records of the change of that name, of every host."""
    return [
        record
        for record in records
        if record.event.startswith(EVENT_PREFIX) and (record.payload or {}).get("change") == name
    ]


def read_change(records: Iterable[Record], host: str) -> HostProgress:
    """What a change (`changes`) did to a host since it was last taken back; `before` is empty when nothing.

    It may have been made in several runs of one name: the first `before` of an attribute is what to go back to.
    """
    progress = earlier = HostProgress()
    for record in records:
        if record.host != host:
            continue
        event = record.event.removeprefix(EVENT_PREFIX)
        if event == "host_intended":
            earlier = HostProgress() if progress.back else progress
            progress = copy.deepcopy(earlier)
        if event == "host_reverted":  # this run's own steps are undone, those of the runs before it are not
            progress = earlier
        else:
            read_host_event(progress, event, whole(record))
    return progress
