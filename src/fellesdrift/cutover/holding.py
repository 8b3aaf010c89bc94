"""What a run has that holds a stage: its journal, its permit and itself. Every record it writes shows its lease."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fellesdrift.cutover.progress import StageProgress, read_progress
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from fellesdrift.cutover.attempt import Attempt
    from fellesdrift.cutover.permit import Permit
    from fellesdrift.journal import Journal


@dataclass(frozen=True)
class Holding:
    """A stage that this process holds. It knows no estate: what happens often must not wait for one to be read."""

    journal: Journal
    permit: Permit
    holder: lease.Holder

    def progress(self) -> StageProgress:
        """Where the stage stands."""
        return read_progress(self.journal.current(*self.permit.key))[self.permit.key]

    def shown(self) -> Attempt:
        """What its attempt has shown."""
        return self.progress().shown

    def keep(self) -> None:
        """Renew the lease. FD611 when it is lost."""
        with self.journal.transaction() as connection:
            lease.check_and_renew(connection, self.permit.token, self.holder)

    def write(self, event: str, payload: dict[str, Any]) -> None:
        """A record of the whole stage, checked against the lease in its transaction. FD611 without it."""
        with self.journal.transaction() as connection:
            lease.check_and_renew(connection, self.permit.token, self.holder)
            self.permit.write(self.journal, event, payload)
