"""One change of one host with the journal around it, whatever kind of host: who may write, what was done so far, what
becomes of a failure. What is done to the host is the subclass's."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction, one_line
from ansible_collections.fellesdrift.core.plugins.plugin_utils.recording import Recorder
from ansible_collections.fellesdrift.core.plugins.plugin_utils.transcripts import transcribed

from fellesdrift.cutover import quorum
from fellesdrift.cutover.day2 import Day2Writer, changes, read_change
from fellesdrift.cutover.of_people import Known, known
from fellesdrift.cutover.permit import Permit, WriteGuard, refuse_unpermitted
from fellesdrift.cutover.progress import HostProgress, read_progress
from fellesdrift.cutover.stopping import StopAskedError
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal  # here, so that the parent loads it once and no worker has to
from fellesdrift.session.errors import UnreachableError

if TYPE_CHECKING:
    from fellesdrift.estate.header import Header
    from fellesdrift.session import Target
    from fellesdrift.session.overlay import OverlayTarget
    from fellesdrift.session.wsman import WindowsTarget


class HostChange[T: (Target, WindowsTarget, OverlayTarget)]:
    """One change of one host. arguments: a module's, of which `permit`, `day2` and `deadline` are read here, and
    `state` and `best_effort` where the module has them. transcript: whether what is said to the host is kept."""

    NO_FAILURE: ClassVar[tuple[type[FellesdriftError], ...]] = (StopAskedError,)
    """What is no failure of this host, or nothing that this run may still write down."""

    def __init__(
        self,
        action: FellesdriftAction,
        target: T,
        arguments: dict[str, Any],
        task_vars: dict[str, Any],
        *,
        transcript: bool = True,
    ) -> None:
        self._action = action
        self._target = target
        self._arguments = arguments
        self._task_vars = task_vars
        self._transcript = transcript
        self._state = str(arguments.get("state", "applied"))

    def run(self) -> dict[str, Any]:
        """Do it, under a journal that is opened for writing."""
        header = self._action.header(self._task_vars)
        if self._transcript:
            self._target = transcribed(
                self._target, header, self._arguments["permit"], self._municipality(), self._arguments["day2"] or ""
            )
        with ExitStack() as stack:
            journal = stack.enter_context(self._action.journal(header))
            record = Recorder(lambda: self._writer(journal, stack), self._target.host, self._arguments["deadline"])
            try:
                with record:
                    return self._done(header, journal, record)
            except self.NO_FAILURE:
                raise
            except FellesdriftError as error:
                return self._failed(journal, record, error)

    @abstractmethod
    def _done(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        """What is done to the host; gives the task's result. Raises FellesdriftError."""

    def earlier(self, journal: Journal) -> HostProgress | None:
        """What this attempt did to this host so far."""
        if self._arguments["day2"] and self._state == "reverted":
            return read_change(changes(journal.records(stage=""), self._arguments["day2"]), self._target.host)
        if not self._arguments["permit"]:
            return None
        permit = Permit(**self._arguments["permit"])
        progress = read_progress(journal.current(permit.municipality, permit.stage))
        stage = progress.get((permit.municipality, permit.stage))
        return stage.hosts.get(self._target.host) if stage else None

    def _left(self, journal: Journal) -> str | None:
        """Why this host was left behind; None when it was not, or is to be tried now."""
        earlier = self.earlier(journal)
        return earlier.left if earlier else None

    def _municipality(self) -> str:
        return str(self._action.variable("fellesdrift_municipality", self._task_vars))

    def _failed(self, journal: Journal, record: Recorder, error: FellesdriftError) -> dict[str, Any]:
        """Write the failure down, or leave the host behind; the way back judges itself."""
        if self._arguments.get("best_effort"):
            return not_back(error)
        if isinstance(error, UnreachableError) and self._state == "applied" and (why := self._leave(journal, error)):
            return left_behind(why)
        if self._arguments["permit"] and self._state != "reverted":
            record("host_failed", {"reason": one_line(self._target.host, error)})
        raise error

    def _leave(self, journal: Journal, error: FellesdriftError) -> str | None:
        """Leave a dead host behind where the wave's quorum allows it; gives why."""
        if not self._arguments["permit"]:
            return None
        permit, why = Permit(**self._arguments["permit"]), one_line(self._target.host, error)
        return why if quorum.leave_behind(journal, permit, self._action.holder(), self._target.host, why) else None

    def _writer(self, journal: Journal, stack: ExitStack) -> WriteGuard | Day2Writer:
        host, holder = self._target.host, self._action.holder()
        if self._arguments["permit"]:
            giving_back = self._state == "given_back"
            return WriteGuard(journal, Permit(**self._arguments["permit"]), holder, host, giving_back=giving_back)
        if not self._arguments["day2"]:
            raise refuse_unpermitted(host)
        return stack.enter_context(
            Day2Writer(
                journal,
                holder,
                host,
                municipality=self._municipality(),
                shared=bool(self._action.variable("fellesdrift_shared", self._task_vars, default=False)),
                name=self._arguments["day2"],
            )
        )


UNTOUCHED = {"changed": False, "status": "unchanged", "summary": "not touched by that change", "steps": []}
"""The result of a host that a change of that name did nothing to."""


def narrowed(resources: dict[str, Any], kinds: list[str] | None) -> dict[str, Any]:
    """The resources of these kinds; None: all."""
    return {kind: keys for kind, keys in resources.items() if kinds is None or kind in kinds}


def still_known(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments of what puts a record back, without what is erased of it; `erased` says of which resources that is.
    Such a name stays as it is, and a host of which nothing else was changed is back."""
    sides = (arguments["resources"], arguments["expected"])
    # what is no record is for the check of desired state to refuse
    if arguments["state"] != "reverted" or not all(map(_is_record, sides)):
        return arguments
    left = known(*sides)
    return arguments | {"resources": left.before, "expected": left.after, "erased": left.erased}


def _is_record(side: Any) -> bool:
    kinds = side.values() if isinstance(side, dict) else [None]
    return all(isinstance(keys, dict) and all(isinstance(one, dict) for one in keys.values()) for keys in kinds)


def recorded_change(action: FellesdriftAction, host: str, name: str, task_vars: dict[str, Any]) -> Known:
    """What leads back from a day-2 change of that name on the host. FD628 when the journal knows it of no host, or does
    not know any more what was there: a name that is erased stays as it is, where something else leads back."""
    header = action.header(task_vars)
    with Journal.reading(header.journal, header.name) as journal:
        records = changes(journal.records(stage="") if journal else [], name)
    if not records:
        raise FellesdriftError(
            "FD628",
            "the journal knows no change of that name that could be taken back",
            host=host,
            key="day2",
            found=name,
            expected="the name under which a host was changed",
            next_step="fellesdrift journal show",
        )
    change = read_change(records, host)
    left = known(change.before, change.after)
    if change.before and not left.before:
        raise FellesdriftError(
            "FD628",
            "the journal does not know any more what was there before that change",
            host=host,
            key="day2",
            found=f"{name}: nothing but names of people, which retention has erased",
            expected="something that leads back",
            next_step="ask whose name it was, and set it under a new name of a change",
        )
    return left


def refuse_empty(host: str) -> FellesdriftError:
    """The refusal of a host of which nothing is desired."""
    return FellesdriftError(
        "FD635",
        "there is no desired state for this host",
        host=host,
        key="resources",
        found="nothing",
        expected="at least one resource; empty is never taken for right",
    )


def left_behind(why: str) -> dict[str, Any]:
    """The result of a host that was left behind, as its wave's quorum allows: neither changed nor clean."""
    return {"changed": False, "status": "left behind", "summary": f"LEFT BEHIND: {why}", "steps": []}


def not_back(error: FellesdriftError) -> dict[str, Any]:
    """The result of a host that could not be brought back, where the stage's settling judges it."""
    return {"changed": False, "status": "not back", "summary": str(error), "code": error.code, "steps": []}
