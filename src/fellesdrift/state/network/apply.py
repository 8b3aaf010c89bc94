"""Change one device so that it can always come back: the whole sequence, and how it ended.

    read - refuse what is already pending or unsaved - compare - arm - step, check, step, check - read again, exactly
    as predicted? - a second, new connection (the management path works) - confirm

Nothing is guessed: the result says "unchanged" and "reverted" only after the device was read and was as before,
"changed" only after it was read and was as predicted, and "held" whenever that could not be established.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal

from fellesdrift.errors import FellesdriftError
from fellesdrift.session.cli import open_session as open_cli_session
from fellesdrift.session.errors import (
    OutputDisturbedError,
    SessionLostError,
    TimedOutError,
    UnexpectedPromptError,
    UnreachableError,
)
from fellesdrift.session.target import Target
from fellesdrift.state.network import kinds, text
from fellesdrift.state.network.compare import Difference, compare
from fellesdrift.state.network.desired import check as check_desired
from fellesdrift.state.network.device import DeadMan, Device, Session, diff
from fellesdrift.state.network.errors import (
    HandsOffError,
    ManagementCutError,
    PredictionError,
    RevertPendingError,
    StillAwayError,
    StoppedError,
    UnsavedError,
)
from fellesdrift.state.network.intend import intend
from fellesdrift.state.network.kinds import Resources
from fellesdrift.state.network.plan import Step, steps
from fellesdrift.state.network.probes import Probe, run_probes
from fellesdrift.state.network.reach import loses_controller, management_cuts
from fellesdrift.state.network.read import touched

Status = Literal["unchanged", "changed", "reverted", "held"]
Opener = Callable[[Target], AbstractContextManager[Session]]
MINUTES = 5
"""Until the dead man's switch acts: longer than a change takes, shorter than anybody waits for a telephone."""
LINES_A_MINUTE = 60
"""What a device of 2005 takes at least over a leased line. A longer change gets a minute more for every so many: a
switch that acts in the middle of a list is a fault of its own."""
LONGEST = 20
"""Minutes that no switch is set beyond: the lease of a stage must outlast it, and somebody waits for a telephone."""
BOOT = 180.0
"""Seconds that a small router of 2005 takes from reload to SSH."""
_RETRY = 2.0
# what a device that boots or rolls back may answer with; anything else will not get better by waiting
_MAY_PASS = (UnreachableError, SessionLostError, TimedOutError, OutputDisturbedError)
# after these the session is closed; after any other error it can be used to go back
_SESSION_GONE = (SessionLostError, TimedOutError, UnexpectedPromptError)


@dataclass(frozen=True)
class StepEvent:
    """state: `intended` before the first line of the step is sent, `confirmed` after it was checked. number from 1."""

    number: int
    total: int
    step: Step
    state: Literal["intended", "confirmed"]


@dataclass(frozen=True)
class ApplyPlan:
    """What is about to be done to one device, before the first line of it is sent.

    before, after   of everything that differs: an interface's attributes, the whole of a route or an access list.
                    Desiring `before` undoes the change; a rollback needs both
    """

    before: Resources
    after: Resources
    steps: list[Step]


@dataclass(frozen=True)
class ApplyResult:
    """How it ended.

    status            unchanged: nothing was to do, or nothing was done; changed: as desired and confirmed; reverted:
                      as before, proven by reading; held: unknown, or known to be neither
    before, after     normal form; after is the last that was read, None when the device could not be read
    recorded_before, recorded_after   what desired claims, before and after: what rollback needs
    predicted_exact   the configuration read afterwards was exactly the predicted one
    error             why it is not changed, None when all went well
    """

    host: str
    status: Status
    before: str
    after: str | None
    predicted: str
    recorded_before: Resources
    recorded_after: Resources
    differences: list[Difference]
    steps: list[Step]
    predicted_exact: bool
    error: FellesdriftError | None = None


@dataclass
class _Change:
    """One change of one device, while it runs."""

    target: Target
    desired: Resources
    probes: Sequence[Probe]
    dead_man: DeadMan
    minutes: int
    on_step: Callable[[StepEvent], None]
    check: Callable[[Device, Step], None]
    opener: Opener
    patience: float
    speed: float
    on_plan: Callable[[ApplyPlan], None]
    on_undo: Callable[[], None]
    must_be_saved: bool
    before: str = ""
    predicted: str = ""
    recorded: Resources = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    last_confirmed: str = "none"

    # -- before anything is written

    def undo_earlier(self, device: Device, recorded: Mapping[str, Any]) -> None:
        """Take back what an attempt of ours left that was cut off in the middle."""
        self.on_undo()
        if device.pending_revert() is not None and self.dead_man == "revert_timer":
            device.revert_by_timer()
        device.type_steps(steps(device.read_running(), recorded))
        if device.pending_revert() is not None:
            device.confirm(self.dead_man)

    def prepare(self, device: Device, controller: str | None) -> None:
        """Read, refuse, compare, plan. Raises; nothing was written then."""
        # first of all: a revert that acts between a reading and what follows from it would make the reading a lie
        if pending := device.pending_revert():
            raise RevertPendingError(self.target.host, pending)
        reading = device.read()
        self.before = text.normalise(reading.running)
        self.recorded = touched(reading.running, self.desired)
        self.predicted = intend(reading.running, self.desired)
        self.differences = compare(self.desired, self.recorded)
        self.steps = steps(reading.running, self.desired)
        if not self.steps:
            return
        if self.must_be_saved and not reading.saved:
            # a reload would go back further than to the state before this change
            raise UnsavedError(self.target.host, reading.unsaved_diff())
        device.check_dead_man(self.dead_man)
        if controller is not None:
            self._refuse_cuts(reading.running, controller)
        run_probes(device, self.probes, "before the first step")
        self.on_plan(plan_of(self.desired, self.recorded, self.differences, self.steps))

    def _refuse_cuts(self, running: str, controller: str) -> None:
        host = self.target.host
        for cut in management_cuts(running, self.steps, controller):
            raise ManagementCutError(host, cut.step, cut.line, f"{controller} by {cut.found}", cut.expected)
        if loses_controller(running, self.steps, controller):
            last = self.steps[-1]
            raise ManagementCutError(
                host, last.title, last.lines[-1].strip(), f"no way to {controller} afterwards", "a way"
            )

    # -- writing

    def write(self, device: Device) -> None:
        """Arm and take the steps. Raises whatever stops it; the switch is armed then."""
        minutes = switch_minutes(sum(len(step.lines) for step in self.steps), self.minutes)
        self.patience += (minutes - self.minutes) * 60 / self.speed
        device.arm(self.dead_man, minutes)
        for number, step in enumerate(self.steps, 1):
            self.on_step(StepEvent(number, len(self.steps), step, "intended"))
            device.type_step(step)
            run_probes(device, self.probes, f"after step {number} ({step.title})")
            self.check(device, step)
            self.on_step(StepEvent(number, len(self.steps), step, "confirmed"))
            self.last_confirmed = f"{number} ({step.title})"
        found = text.normalise(device.read_running())
        if found != self.predicted:
            raise PredictionError(self.target.host, diff(self.predicted, found))

    def confirm_by_new_session(self) -> None:
        """A new connection proves that the device can be managed; only then is the change kept."""
        with self.opener(self.target) as session:
            device = Device(session)
            found = text.normalise(device.read_running())
            if found != self.predicted:
                raise PredictionError(self.target.host, diff(self.predicted, found))
            device.confirm(self.dead_man)

    # -- the way back

    def go_back(self, cause: FellesdriftError, device: Device | None) -> ApplyResult:
        """Bring the device back to what it was before, in this session if it still works, else in new ones until the
        patience is over: by then the dead man's switch has acted, if the device lives."""
        if device is not None and not isinstance(cause, _SESSION_GONE):
            try:
                return self._back(device, cause)
            except HandsOffError:
                raise
            except _MAY_PASS:
                pass  # lost on the way back: try again in a new session
            except FellesdriftError as failed:
                return self._held(failed, cause)
        deadline = time.monotonic() + self.patience
        while True:
            try:
                with self.opener(self.target) as session:
                    return self._back(Device(session), cause)
            except HandsOffError:
                raise
            except _MAY_PASS as failed:
                last = failed
            except FellesdriftError as failed:
                return self._held(failed, cause)
            if time.monotonic() + _RETRY > deadline:
                why = last.found or last.problem
                return self._held(StillAwayError(self.target.host, self.patience, self.last_confirmed, why), cause)
            time.sleep(_RETRY)

    def _held(self, error: FellesdriftError, cause: FellesdriftError) -> ApplyResult:
        """The error names what to do now; what began it goes below."""
        error.details = [*error.details, "after:", *(f"  {line}" for line in str(cause).splitlines())]
        return self.result("held", None, error)

    def _back(self, device: Device, cause: FellesdriftError) -> ApplyResult:
        self.on_undo()
        device.revert_now(self.dead_man, self.recorded, self.before)
        return self.result("reverted", self.before, cause)

    def result(self, status: Status, after: str | None, error: FellesdriftError | None = None) -> ApplyResult:
        return ApplyResult(
            host=self.target.host,
            status=status,
            before=self.before,
            after=after,
            predicted=self.predicted,
            recorded_before=self.recorded,
            recorded_after=touched(after, self.desired) if after is not None else {},
            differences=self.differences,
            steps=self.steps,
            predicted_exact=after == self.predicted,
            error=error,
        )


def plan_of(
    desired: Resources, recorded: Resources, differences: Sequence[Difference], planned: list[Step]
) -> ApplyPlan:
    """The plan of what differs. recorded: `touched` of the present configuration."""
    before: Resources = {}
    after: Resources = {}
    for difference in differences:
        for whole, part in ((recorded, before), (desired, after)):
            resource = whole.get(difference.kind, {}).get(difference.key, {})
            chosen = part.setdefault(difference.kind, {}).setdefault(difference.key, {})
            if difference.kind == kinds.INTERFACE:
                chosen[difference.attribute] = resource.get(difference.attribute)
            else:
                chosen.update(resource)
    return ApplyPlan(before, after, planned)


def _ignore_plan(_plan: ApplyPlan) -> None:
    """No journal."""


def _ignore_undo() -> None:
    """No journal."""


def _ignore_event(_event: StepEvent) -> None:
    """No journal."""


def _no_check(_device: Device, _step: Step) -> None:
    """Probes are enough."""


def switch_minutes(lines: int, minutes: int = MINUTES) -> int:
    """Minutes until the switch acts for a change of that many lines; `minutes` for a short one."""
    return max(minutes, min(minutes + lines // LINES_A_MINUTE, LONGEST))


def wait_for_switch(minutes: int, speed: float) -> float:
    """Seconds until a device that was lost is given up: by then its switch has acted, if it lives, and it has booted.

    speed   how fast the device's clock runs (1 but in a twin)
    """
    return (minutes * 60 + BOOT) / speed


def apply_safely(
    target: Target,
    desired: Mapping[str, Any],
    *,
    probes: Sequence[Probe] = (),
    dead_man: DeadMan = "revert_timer",
    minutes: int = MINUTES,
    controller: str | None = None,
    on_step: Callable[[StepEvent], None] = _ignore_event,
    check: Callable[[Device, Step], None] = _no_check,
    opener: Opener = open_cli_session,
    patience: float | None = None,
    speed: float = 1.0,
    resume: Mapping[str, Any] | None = None,
    on_plan: Callable[[ApplyPlan], None] = _ignore_plan,
    on_undo: Callable[[], None] = _ignore_undo,
    must_be_saved: bool = True,
) -> ApplyResult:
    """Make the device as desired, or leave it as it was.

    probes       must answer before the first and after every step
    minutes      until the dead man's switch acts; a long change gets a minute more for every LINES_A_MINUTE lines,
                 up to LONGEST
    controller   its address: a plan that loses the way to it at any line is refused
    on_step      called before a step is sent (write the journal here; an exception stops and reverts, but HandsOffError
                 leaves the device to its switch) and after
    check        further checks after each step; raises FellesdriftError to stop and revert
    resume       the recorded before of an attempt of ours that the journal knows to be cut off in the middle: a pending
                 revert is then ours, and what that attempt left is taken back first
    patience     seconds to wait for a device that was lost; default: until its switch has acted and it has booted
    speed        how fast the device's clock runs (1 but in a twin)
    on_plan      called once, before anything is written, when something differs; an exception stops it
    on_undo      called before anything of ours is taken back: what an earlier attempt left, or this one.
                 HandsOffError from it or from on_step leaves the device to whoever has taken the change over
    must_be_saved   refuse a device whose running configuration is not saved; False for the way back of a change of ours
                    that was never saved

    Raises FellesdriftError for what is found before anything is written. Afterwards the result tells.
    """
    change = _Change(
        target,
        check_desired(desired),
        probes,
        dead_man,
        minutes,
        on_step,
        check,
        opener,
        wait_for_switch(minutes, speed) if patience is None else patience,
        speed,
        on_plan,
        on_undo,
        must_be_saved,
    )
    failed: FellesdriftError | None = None
    with opener(target) as session:
        device = Device(session)
        if resume is not None:
            change.undo_earlier(device, resume)
        try:
            change.prepare(device, controller)
        except FellesdriftError as error:
            error.host = error.host or target.host  # what is found in text and data does not know whose it is
            raise
        if not change.steps:
            return change.result("unchanged", change.before)
        try:
            change.write(device)
        except HandsOffError:
            raise
        except FellesdriftError as error:
            failed = error
            if not isinstance(error, _SESSION_GONE):
                return change.go_back(error, device)
        except Exception as error:
            # a fault of the caller's: the device must not be left half-way for it
            change.go_back(StoppedError(target.host, type(error).__name__), device)
            raise
    if failed is not None:
        return change.go_back(failed, None)
    try:
        change.confirm_by_new_session()
    except FellesdriftError as error:
        return change.go_back(error, None)
    return change.result("changed", change.predicted)
