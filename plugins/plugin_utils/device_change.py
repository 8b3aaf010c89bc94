"""One change of one network device, with the journal around it: applied, saved, taken back, drained or given back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.action import FellesdriftAction
from ansible_collections.fellesdrift.core.plugins.plugin_utils.deadline import deadline
from ansible_collections.fellesdrift.core.plugins.plugin_utils.device_results import (
    applied_result,
    refuse_conflicts,
    with_flows,
)
from ansible_collections.fellesdrift.core.plugins.plugin_utils.draining import (
    drain,
    give_back,
)
from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_change import HostChange, left_behind, not_back
from ansible_collections.fellesdrift.core.plugins.plugin_utils.recording import Recorder

from fellesdrift.cutover import quorum
from fellesdrift.cutover.permit import Permit
from fellesdrift.cutover.stopping import StopAskedError
from fellesdrift.cutover.told import difference
from fellesdrift.errors import FellesdriftError
from fellesdrift.journal import Journal  # here, so that the parent loads it once and no worker has to
from fellesdrift.session import Target, open_session
from fellesdrift.session.errors import UnreachableError
from fellesdrift.state.network import (
    check,
    compare,
    touched,
)
from fellesdrift.state.network.apply import (
    ApplyPlan,
    ApplyResult,
    StepEvent,
    apply_safely,
    switch_minutes,
    wait_for_switch,
)
from fellesdrift.state.network.device import Device
from fellesdrift.state.network.errors import HandsOffError
from fellesdrift.state.network.probes import Probe

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from fellesdrift.estate.header import Header
    from fellesdrift.state.network import Resources


class Change(HostChange[Target]):
    """One change of one device, with its journal."""

    NO_FAILURE = (StopAskedError, HandsOffError)

    def __init__(
        self,
        action: FellesdriftAction,
        target: Target,
        desired: Resources,
        arguments: dict[str, Any],
        task_vars: dict[str, Any],
    ) -> None:
        super().__init__(action, target, arguments, task_vars)
        self._desired = desired
        self._dead_man = action.variable("fellesdrift_dead_man", task_vars, default="none")

    def _done(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        """Apply, save or go back, as `state` says."""
        match self._state:
            case "applied":
                return self._applied(header, journal, record)
            case "saved" if left := self._left(journal):
                return left_behind(left)
            case "saved":
                return self._saved(record)
            case "drained":
                return drain(self, header, journal, record)
            case "given_back":
                return give_back(self, header, journal, record)
            case _:
                return self._reverted(header, journal, record)

    def _applied(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        earlier = self.earlier(journal)
        resume = earlier.undo if earlier and earlier.cut_off else None
        # what is drained on this host meanwhile was never saved
        saved = not (earlier and earlier.drained)
        result = self.apply(header, journal, record, "host_intended", resume=resume, must_be_saved=saved)
        if result.error is not None:
            if result.status == "reverted":
                record("host_reverted", {"reason": str(result.error)})
            raise result.error
        if result.status == "changed" or (earlier and earlier.left):
            record("host_applied", {})  # who was left behind and is found as it should be is no longer
        return applied_result(self._target.host, result)

    def apply(
        self,
        header: Header,
        journal: Journal,
        record: Recorder,
        event: str,
        *,
        resume: Resources | None = None,
        must_be_saved: bool = True,
        desired: Resources | None = None,
    ) -> ApplyResult:
        """One change under its journal. desired: instead of what was asked for."""

        def on_plan(plan: ApplyPlan) -> None:
            titles = [step.title for step in plan.steps]
            lines = sum(len(step.lines) for step in plan.steps)
            record.lasting(wait_for_switch(switch_minutes(lines), header.speed))
            record(event, {"before": plan.before, "after": plan.after, "steps": titles})

        def on_step(step: StepEvent) -> None:
            payload = {"title": step.step.title, "number": step.number, "of": step.total}
            _while_ours(record, f"step_{step.state}", payload)

        def on_undo() -> None:
            try:
                _while_ours(record, "undo_intended", {})
            except HandsOffError:
                raise
            except FellesdriftError:
                # The journal cannot be written. What is taken back is in it, and left alone the device would be half
                # changed for as long as nobody has mended the disk.
                if resume is not None:
                    raise

        probes = [probe for probe in self._arguments["probes"] if probe["protected"]]
        if self._arguments["permit"] and probes:
            permit = Permit(**self._arguments["permit"])
            probes = quorum.without_left(probes, quorum.left_hosts(journal, permit.key))
        return apply_safely(
            self._target,
            self._desired if desired is None else desired,
            probes=[Probe(probe["name"], probe["address"], probe["source"]) for probe in probes],
            dead_man=self._dead_man,
            controller=header.controller,
            on_step=on_step,
            on_plan=on_plan,
            on_undo=on_undo,
            resume=resume,
            must_be_saved=must_be_saved,
            speed=header.speed,
        )

    def _saved(self, record: Recorder) -> dict[str, Any]:
        """A new session proves that the device is as desired; only then is it saved."""
        with open_session(self._target) as session:
            device = Device(session)
            with deadline(self._target.host, self._arguments["deadline"]):
                reading = device.read()
            differences = compare(self._desired, touched(reading.running, self._desired))
            if differences:
                raise FellesdriftError(
                    "FD632",
                    "the device is not what the stage says, although its steps were confirmed",
                    host=self._target.host,
                    key="/".join((differences[0].kind, differences[0].key, differences[0].attribute)),
                    found=difference(differences[0].have, differences[0].want),
                    expected=difference(differences[0].want, differences[0].have),
                )
            result = with_flows(
                {"changed": not reading.saved, "status": "unchanged", "steps": []},
                self._target.host,
                reading.running,
                self._arguments["flows"],
            )
            # a stage counts its saved hosts; outside one, what was saved already is no event
            counted = bool(self._arguments["permit"]) or not reading.saved
            if counted:
                attributes = sum(len(one) for keys in self._desired.values() for one in keys.values())
                evidence = {"attributes": attributes, "was_saved": reading.saved}
                record.happened("verified", evidence | {name: result[name] for name in ("flows",) if name in result})
                record("save_intended", {"title": "save the running configuration"})
            if not reading.saved:
                device.save()
        if counted:
            record("host_saved", {})
        text = "as desired; startup configuration " + ("was the running one" if reading.saved else "saved")
        return result | {"summary": "\n".join([text, *result.get("summary", "").splitlines()])}

    def _reverted(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        """Best effort: what cannot be brought back is a result, and the stage's settling holds it. Outside a stage
        nobody settles, and it is an error."""
        try:
            return self._back(header, journal, record)
        except FellesdriftError as error:
            if not self._arguments["permit"]:
                raise
            return not_back(error)

    def described(self, result: ApplyResult) -> dict[str, Any]:
        """What was done, as a task's result."""
        return applied_result(self._target.host, result)

    def session(self) -> AbstractContextManager[Any]:
        """A new session to the device."""
        return open_session(self._target)

    def refuse_conflicts(self, before: Resources, after: Resources) -> None:
        """FD633 when an attribute of the device is neither of both."""
        with self.session() as session:
            refuse_conflicts(self._target.host, Device(session).read_running(), before, after)

    def _back(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        lines = _lines(self._desired) + _lines(self._arguments["expected"] or {})
        deadline = time.monotonic() + wait_for_switch(switch_minutes(lines), header.speed)
        while True:
            if self._arguments["permit"]:
                record.hold(wait_for_switch(switch_minutes(lines), header.speed))
            try:
                return self._back_once(header, journal, record)
            except UnreachableError:
                # it may be restarting: its own dead man's switch brings it back
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)

    def _back_once(self, header: Header, journal: Journal, record: Recorder) -> dict[str, Any]:
        expected, earlier = check(self._arguments["expected"]), self.earlier(journal)
        # once its way back has begun it is between the two, by our own hand
        if expected and not (earlier and earlier.going_back):
            with open_session(self._target) as session:
                refuse_conflicts(self._target.host, Device(session).read_running(), self._desired, expected)
        resume = None
        if earlier is not None and not earlier.applied:
            resume = self._desired
        elif earlier is not None and earlier.going_back:
            # cut off on its way back: a revert that is pending is ours, and nothing else is to be undone first
            resume = {}
        result = self.apply(header, journal, record, "back_intended", resume=resume, must_be_saved=False)
        if result.error is not None:
            raise result.error
        with open_session(self._target) as session:
            device = Device(session)
            # what is drained is never saved: who gives it back saves both
            if not (earlier and earlier.drained) and not device.read().saved:
                record("save_intended", {"title": "save the running configuration"})
                device.save()
        if earlier is None or not earlier.back or result.status == "changed":
            record("host_back", {})
        return applied_result(self._target.host, result) | {"status": "back"}


def _while_ours(record: Recorder, event: str, payload: dict[str, Any]) -> None:
    """Write it. HandsOffError when the lease is lost: another run may be at work on this very device."""
    try:
        record(event, payload)
    except FellesdriftError as error:
        if error.code == "FD611":
            raise HandsOffError(error) from error
        raise


def _lines(resources: Resources) -> int:
    """About how many lines it takes to write them: an access list's entries are what there are many of."""
    return sum(len(key.get("entries") or ()) or len(key) for keys in resources.values() for key in keys.values())
