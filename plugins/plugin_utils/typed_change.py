"""One change of one host that has no switch to take a change back by itself (a Windows host, an exchange), with the
journal around it: applied, verified, taken back, drained or given back.

What protects it is that every step is read again, that its intent is on disk before it, and that the recorded before
leads back step by step.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.fellesdrift.core.plugins.plugin_utils.deadline import deadline
from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_change import HostChange, left_behind, not_back
from ansible_collections.fellesdrift.core.plugins.plugin_utils.typed_results import described, with_what_stays

from fellesdrift.cutover.of_people import known, parted
from fellesdrift.errors import FellesdriftError
from fellesdrift.session.errors import SessionLostError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
    from ansible_collections.fellesdrift.core.plugins.plugin_utils.recording import Recorder

    from fellesdrift.cutover.progress import HostProgress
    from fellesdrift.estate.header import Header
    from fellesdrift.journal import Journal
    from fellesdrift.session.overlay import OverlayTarget
    from fellesdrift.session.wsman import WindowsTarget
    from fellesdrift.state.typed.kinds import TypedKind

    type Resources = dict[str, dict[str, dict[str, Any]]]

_LONGEST_STEP = 300.0
"""Seconds that one step may take with its judgement: a service of those years takes minutes to stop."""
_PATIENCE = 300.0
"""Seconds after which a host that is to go back is given up: a restart of those years takes as long."""


@dataclass(frozen=True)
class Told:
    """A difference as people may see it."""

    where: str
    want: str
    have: str


class TypedChange[T: (WindowsTarget, OverlayTarget)](HostChange[T]):
    """One change of one host whose state is typed resources. What it is read and changed by is the subclass's.

    desired   kind -> key -> attribute -> value; of the way back, the recorded before
    """

    KINDS: ClassVar[Mapping[str, TypedKind]]
    """The catalogue of the host's family."""
    NOT_BACK: ClassVar[str]
    """The code of the error of a host that is not what it was before."""

    def __init__(
        self,
        action: FellesdriftAction,
        target: T,
        desired: Resources,
        arguments: dict[str, Any],
        task_vars: dict[str, Any],
        *,
        transcript: bool = True,
    ) -> None:
        super().__init__(action, target, arguments, task_vars, transcript=transcript)
        self._desired = desired

    @abstractmethod
    def opened(self) -> AbstractContextManager[Any]:
        """A new session to the host."""

    @abstractmethod
    def prepared(self, host: Any, desired: Resources) -> Any:
        """The steps to what is desired (`before`, `after`, `steps`, each step with a `title`); nothing is written."""

    @abstractmethod
    def differing(self, host: Any, desired: Resources) -> list[Told]:
        """Where the host is not as desired."""

    @abstractmethod
    def refuse_conflicts(self, host: Any, before: Resources, after: Resources) -> None:
        """FD633 when something is neither of both."""

    @abstractmethod
    def brought(self, host: Any, plan: Any, one: Callable[[Any, Callable[[], None]], None], header: Header) -> None:
        """Carry a plan out: `one` is called with each step and what does it."""

    def _done(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        match self._state:
            case "applied":
                return self._applied(header, journal, record)
            case "saved" if left := self._left(journal):
                return left_behind(left)
            case "saved":
                return self._verified(record)
            case "drained":
                return self._drained(header, record)
            case "given_back":
                return self._given_back(header, journal, record)
            case _:
                return self._reverted(header, journal, record)

    def _applied(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        """An attempt that was cut off is gone on with: the host says which of its steps are done, and the first
        recorded before stays the one to go back to."""
        earlier = self.earlier(journal)
        with self.opened() as host:
            plan = self.prepared(host, self._desired)
            self._carry_out(host, plan, header, record, "host_intended")
        if plan.steps or (earlier and (earlier.cut_off or earlier.left)):
            record("host_applied", {})
        return self._result(plan)

    def _carry_out(self, host: Any, plan: Any, header: Header, record: Recorder, event: str) -> None:
        """All steps, each with its intent on disk before it is taken. event: what the plan is recorded as."""
        if not plan.steps:
            return
        record.lasting(_LONGEST_STEP)
        titles = [step.title for step in plan.steps]
        # what is of a person goes into the rows that are erased
        record(event, *parted({"before": plan.before, "after": plan.after, "steps": titles}, self.KINDS))
        numbers = {id(step): number for number, step in enumerate(plan.steps, 1)}

        def one(step: Any, do: Callable[[], None]) -> None:
            payload = {"title": step.title, "number": numbers[id(step)], "of": len(plan.steps)}
            record("step_intended", payload)
            do()
            # the last one is followed by reading all again, which may take a while
            confirm = record if payload["number"] == payload["of"] else record.happened
            confirm("step_confirmed", payload)

        self.brought(host, plan, one, header)

    def _result(self, plan: Any) -> dict[str, Any]:
        changed = bool(plan.steps)
        return described(self.KINDS, self._target.host, plan, "changed" if changed else "unchanged", changed=changed)

    def _verified(self, record: Recorder) -> dict[str, Any]:
        """A new session proves that the host is as desired. There is nothing to save: what was written stays."""
        with self.opened() as host, deadline(self._target.host, self._arguments["deadline"]):
            differences = self.differing(host, self._desired)
        self.refuse_differing(differences)
        if self._arguments["permit"]:
            attributes = sum(len(one) for keys in self._desired.values() for one in keys.values())
            record.happened("verified", {"attributes": attributes})
            record("host_saved", {})
        return {"changed": False, "status": "unchanged", "steps": [], "summary": "as desired, read in a new session"}

    def refuse_differing(self, left: list[Told]) -> None:
        """FD632 when a new session finds something that is not as the stage says."""
        if left:
            raise FellesdriftError(
                "FD632",
                "the device is not what the stage says, although its steps were confirmed",
                host=self._target.host,
                key=left[0].where,
                found=left[0].have,
                expected=left[0].want,
            )

    def _reverted(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        """In a stage best effort: what cannot be brought back is a result, and the stage's settling holds it."""
        end = time.monotonic() + _PATIENCE / header.speed
        try:
            while True:
                try:
                    return self._back(header, journal, record)
                except (UnreachableError, SessionLostError):
                    # it may be restarting, or its service is
                    if time.monotonic() > end:
                        raise
                    time.sleep(1)
        except FellesdriftError as error:
            if not self._arguments["permit"]:
                raise
            return not_back(error)

    def _back(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        """What is erased of the record stays as it is; where nothing else was changed, the host is back as it is."""
        earlier, expected = self.earlier(journal), self._arguments["expected"]
        erased = self._arguments.get("erased")
        with self.opened() as host:
            if expected and not (earlier and earlier.going_back):  # in the middle it is neither, and that is ours
                self.refuse_conflicts(host, self._desired, expected)
            plan = self.prepared(host, self._desired)
            self._carry_out(host, plan, header, record, "back_intended")
        self._prove_back(record, drained=bool(earlier and earlier.drained))
        if plan.steps or earlier is None or not earlier.back:
            record("host_back", {"erased": erased} if erased else {})
        return with_what_stays(self._result(plan), erased) | {"status": "back"}

    def _prove_back(self, record: Recorder, *, drained: bool) -> None:
        """In a new session, for what was only said in the old one is no proof. drained: it is to be given back yet."""
        del record, drained  # of those that save
        with self.opened() as host:
            left = self.differing(host, self._desired)
        if left:
            raise FellesdriftError(
                self.NOT_BACK,
                "the host is not what it was before, although every step of the way back was confirmed",
                host=self._target.host,
                key=left[0].where,
                found=left[0].have,
                expected=left[0].want,
                next_step="see who else changes it, then run the rollback again",
            )

    def _keep_given_back(self, earlier: HostProgress, record: Recorder) -> None:
        """Save what was given back, where a host has something to save."""

    def _drained(self, header: Header, record: Recorder) -> dict[str, Any]:
        with self.opened() as host:
            plan = self.prepared(host, self._desired)
            self._carry_out(host, plan, header, record, "drained")
        if plan.steps:
            record("host_drained", {})
        return self._result(plan) | {"status": "drained"}

    def _given_back(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        """From the recorded before. What somebody else has changed since stops it: FD633."""
        earlier = self.earlier(journal)
        if earlier is None or not earlier.drained:
            return {"changed": False, "status": "unchanged", "summary": "not drained", "steps": []}
        left = known(earlier.drained, earlier.draining)
        with self.opened() as host:
            if not earlier.drain_cut:
                self.refuse_conflicts(host, left.before, left.after)
            plan = self.prepared(host, left.before)
            self._carry_out(host, plan, header, record, "giving_back")
        self._keep_given_back(earlier, record)
        record("given_back", {"erased": left.erased} if left.erased else {})
        return with_what_stays(self._result(plan), left.erased) | {"status": "given back"}
