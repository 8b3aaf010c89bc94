"""The write guard: nothing is sent to a device before its intent is in the journal, under a lease, in an open stage.

A permit is plain data that the opening of a stage hands to the tasks. It proves nothing by itself: every intent is
checked against the journal and the lease in the transaction that writes it (design.md, invariants 7 and 8), so that
no --start-at-task, stray playbook or forged variable gets past the gates.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from fellesdrift.cutover import stopping
from fellesdrift.cutover.following import Following
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import lease

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fellesdrift.cutover.progress import StageProgress
    from fellesdrift.journal import Journal

type Direction = Literal["forward", "back"]
type Entry = tuple[str, dict[str, Any], dict[str, Any] | None]
"""A record to be written: event, payload, and what of it is about people, for the rows that are erased."""
_BEGINNINGS = frozenset({"host_intended", "step_intended", "save_intended", "drained", "backup_intended"})
_OF_GIVING_BACK = frozenset(
    {"giving_back", "step_intended", "step_confirmed", "undo_intended", "save_intended", "given_back"}
)
_OF_A_WHOLE_CHANGE = frozenset({"host_intended", "back_intended", "drained"})
"""What was begun with one of these is finished, in all its portions and with its saving, whoever asks for a stop."""
_MAY_GIVE_BACK = frozenset({"running", "going back", "held"})
_STATE_FOR: dict[str, str] = {"forward": "running", "back": "going back"}


@dataclass(frozen=True)
class Permit:
    """What the opening of a stage gives to its tasks. `direction` is forward, or back when it is rolled back."""

    municipality: str
    stage: str
    attempt: str
    token: str
    direction: Direction

    @property
    def key(self) -> tuple[str, str]:
        """(municipality, stage id)"""
        return self.municipality, self.stage

    def as_data(self) -> dict[str, str]:
        """JSON data, the form of the modules' `permit` option."""
        return asdict(self)

    def write(self, journal: Journal, event: str, payload: dict[str, Any]) -> None:
        """A record of the whole stage, of no single host; joins a transaction that is open."""
        journal.append(*self.key, self.attempt, "", event, payload)


class WriteGuard:
    """Writes the intents of one host under a permit.

    holder        the ansible-playbook process that this code runs under
    giving_back   only what was drained is given back: that may be done forward and backward, after a failure and after
                  a stop was asked for
    """

    def __init__(
        self, journal: Journal, permit: Permit, holder: lease.Holder, host: str, *, giving_back: bool = False
    ) -> None:
        self._journal = journal
        self._permit = permit
        self._holder = holder
        self._host = host
        self._giving_back = giving_back
        self._stage = Following(journal, *permit.key)
        self._begun = False

    def hold(self, seconds: float) -> None:
        """Renew the lease for something that takes up to so many seconds without a record. FD611 when it is lost, FD658
        when it does not last as long."""
        with self._journal.transaction() as connection:
            left = lease.check_and_renew(connection, self._permit.token, self._holder)
        refuse_longer_than_lease(self._host, seconds, left.total_seconds())

    def record(self, event: str, payload: dict[str, Any], personal: dict[str, Any] | None = None) -> None:
        """`write` of one record."""
        self.write([(event, payload, personal)])

    def write(self, entries: Iterable[Entry], lasting: float = 0.0) -> None:
        """Check and write in one transaction, all of them or none. lasting: seconds for which the lease has to last.

        FD611 without the lease, FD612 when the stage is not open this way, FD653 for a beginning after a stop was asked
        for, FD658 when the lease does not last as long."""
        permit = self._permit
        stopping.note_signal(self._journal, permit, self._holder)
        begun = self._begun
        with self._journal.transaction() as connection:
            left = lease.check_and_renew(connection, permit.token, self._holder)
            refuse_longer_than_lease(self._host, lasting, left.total_seconds())
            progress = self._stage.progress()  # not between them: what is not written in the end must not be followed
            for event, payload, personal in entries:
                self._check(progress, event)
                self._journal.append(
                    permit.municipality, permit.stage, permit.attempt, self._host, event, payload, personal
                )
                begun |= event in _OF_A_WHOLE_CHANGE
        self._begun = begun

    def _check(self, progress: StageProgress | None, event: str) -> None:
        permit = self._permit
        state: str = progress.state if progress else "pending"
        mine = progress is not None and progress.attempt == permit.attempt
        if self._giving_back and mine and state in _MAY_GIVE_BACK and event in _OF_GIVING_BACK:
            return
        wrong = progress is None or state != _STATE_FOR[permit.direction] or progress.attempt != permit.attempt
        if not wrong and progress and progress.failures and event in _BEGINNINGS and permit.direction == "forward":
            # Ansible's linear strategy goes on with the other hosts of a task after one has failed
            wrong, state = True, f"failed ({progress.failures[0]})"
        if wrong:
            raise FellesdriftError(
                "FD612",
                f"the stage {permit.stage} of {permit.municipality} is not open for this",
                host=self._host,
                key=permit.stage,
                found=state,
                expected=_STATE_FOR[permit.direction],
                next_step="run the playbook from its start; a stage cannot be entered half way",
            )
        saving_back = permit.direction == "back" and event == "save_intended"  # the end of what was begun
        if progress and progress.stop and event in stopping.BEGINNINGS and not (self._begun or saving_back):
            raise stopping.StopAskedError(permit.stage)


def refuse_longer_than_lease(host: str, seconds: float, left: float) -> None:
    """FD658 when something would take longer than what is left of the lease."""
    if seconds >= left:
        raise FellesdriftError(
            "FD658",
            "this change may take longer than the lease that protects it",
            host=host,
            key="lease",
            found=f"up to {seconds:.0f} s until the device's switch has acted and it has restarted",
            expected=f"less than {left:.0f} s",
            next_step="split the change, or on a twin let time pass faster (fellesdrift_twin.speed)",
        )


def refuse_unpermitted(host: str) -> FellesdriftError:
    """The refusal of a write outside an open stage (invariant 8)."""
    return FellesdriftError(
        "FD613",
        "this would change a device outside an open stage",
        host=host,
        key="permit, day2",
        found="neither an open stage nor a named day-2 change",
        expected="a run of playbooks/cutover.yml, or the option day2 with the change's name",
        next_step="see it first with --check --diff",
    )
