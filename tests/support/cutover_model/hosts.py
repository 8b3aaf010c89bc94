"""One device brought to a state or back: the records that plugins/plugin_utils/device_change.py writes, in its order.

Each is a generator. It stops at every point where a controller may be killed: `COLD` where anything may happen next,
and `HOT` between an intent and its step, where the kill is all that may (the step is meant to follow at once, and its
deadline is shorter than the lease).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from fellesdrift.cutover import way_back
from fellesdrift.cutover.progress import HostProgress
from fellesdrift.cutover.stopping import StopAskedError
from fellesdrift.errors import FellesdriftError
from support.cutover_model.world import Device, LostError, Values

COLD, HOT = "cold", "hot"
SOAKING = "soaking"
"""A cold point in the middle of a soak."""
PLANNED = "planned"
"""A cold point between the plan of a stage and its opening."""
PATIENCE = 3
"""How often a device that was lost is asked again before it is given up."""

type Resources = dict[str, dict[str, dict[str, Any]]]
type Points[T] = Generator[str, None, T]
type Record = Callable[[str, dict[str, Any]], None]


class NotOursError(FellesdriftError):
    """The lease is lost: the device is somebody else's, and not even taken back."""


@dataclass
class Change:
    """One change of one device. intended: the event that holds its before and after."""

    device: Device
    record: Record
    intended: str
    must_be_saved: bool = True

    def apply(self, desired: Values, resume: Values | None) -> Points[bool]:
        """Make the device as desired, or leave it as it was; gives whether anything was to do. resume: the recorded
        before of what was cut off in the middle."""
        device = self.device
        device.ask()
        yield COLD
        if resume is not None:
            yield from self._undo(resume)
        if device.armed is not None:
            raise FellesdriftError("FD422", "a revert is pending", host=device.name)
        before = {place: device.get(place) for place in desired}
        after = {place: value for place, value in desired.items() if before[place] != value}
        if not after:
            return False
        if self.must_be_saved and device.running != device.startup:
            raise FellesdriftError("FD423", "not saved", host=device.name)
        steps = _steps(after)
        payload = {
            "before": resources({place: before[place] for place in after}),
            "after": resources(after),
            "steps": [title for title, _ in steps],
        }
        self.record(self.intended, payload)
        yield HOT
        try:
            device.arm()
            for title, values in steps:
                self.record("step_intended", {"title": title})
                yield HOT
                device.write(values, "step")
                yield HOT
                self.record("step_confirmed", {"title": title})
                yield HOT
            hold(device, after)
            device.confirm()
        except FellesdriftError as error:
            if error.code == "FD611":
                raise NotOursError("FD611", error.problem, host=device.name) from error
            yield from self._go_back(error, {place: before[place] for place in after})
        yield HOT
        return True

    def _undo(self, resume: Values) -> Points[None]:
        """Take back what an attempt of ours left that was cut off."""
        device = self.device
        self.record("undo_intended", {})
        yield HOT
        device.revert("back")
        device.write(resume, "back")
        if device.armed is not None:
            device.confirm()

    def _go_back(self, cause: FellesdriftError, before: Values) -> Points[None]:
        device = self.device
        for _ in range(PATIENCE):
            yield COLD
            if not device.alive:
                continue
            try:
                self.record("undo_intended", {})
            except FellesdriftError as error:
                if error.code == "FD611":
                    raise NotOursError("FD611", error.problem, host=device.name) from error
            try:
                device.revert("back")
                device.write(before, "back")
            except LostError:
                continue
            raise _RevertedError(cause)
        raise cause


class _RevertedError(Exception):
    def __init__(self, cause: FellesdriftError) -> None:
        super().__init__(str(cause))
        self.cause = cause


def applied(
    device: Device,
    record: Record,
    desired: Resources,
    earlier: HostProgress | None,
    leave: Callable[[FellesdriftError], bool],
) -> Points[None]:
    """`state: applied`. leave: whether a host that does not answer may be left behind."""
    try:
        resume = None
        if earlier is not None and earlier.before and not earlier.applied and not earlier.back:
            resume = flat(earlier.before)
        saved_before = not (earlier and earlier.drained)
        try:
            change = Change(device, record, "host_intended", saved_before)
            changed = yield from change.apply(flat(desired), resume)
        except _RevertedError as reverted:
            record("host_reverted", {"reason": str(reverted.cause)})
            raise reverted.cause from reverted
        if changed or (earlier and earlier.left):
            record("host_applied", {})
    except LostError as error:
        if not leave(error):
            _failed(device, record, error)
            raise
    except FellesdriftError as error:
        _failed(device, record, error)
        raise
    yield COLD


def drained(device: Device, record: Record, desired: Resources, earlier: HostProgress | None) -> Points[None]:
    """`state: drained`: in the running configuration only."""
    try:
        resume = flat(earlier.drained) if earlier and earlier.drained and earlier.drain_cut else None
        saved_before = not (earlier and (earlier.drained or (earlier.before and not earlier.back)))
        try:
            changed = yield from Change(device, record, "drained", saved_before).apply(flat(desired), resume)
        except _RevertedError as reverted:
            record("given_back", {"reason": str(reverted.cause)})
            raise reverted.cause from reverted
        if changed:
            record("host_drained", {})
    except FellesdriftError as error:
        _failed(device, record, error)
        raise
    yield COLD


def given_back(
    device: Device, record: Record, now: Callable[[], HostProgress | None], *, best_effort: bool
) -> Points[None]:
    """`state: given_back`, from the recorded before. now: what the attempt did to the host so far."""
    last: FellesdriftError = LostError(device.name)
    for _ in range(PATIENCE):
        earlier = now()
        if earlier is None or not earlier.drained:
            return
        try:
            device.ask()
            if not earlier.drain_cut:
                refuse_conflicts(device, earlier.drained, earlier.draining)
            change = Change(device, record, "giving_back", must_be_saved=False)
            try:
                yield from change.apply(flat(earlier.drained), {} if earlier.drain_cut else None)
            except _RevertedError as reverted:
                raise reverted.cause from reverted
            device.ask()
            if not (earlier.before and not earlier.back and not earlier.saved) and device.startup != device.running:
                device.save()
            yield HOT
            record("given_back", {})
        except LostError as error:
            last = error
            yield COLD
            continue
        except FellesdriftError as error:
            last = error
            break
        yield COLD
        return
    if best_effort and last.code != "FD611":
        return
    _failed(device, record, last)
    raise last


def _failed(device: Device, record: Record, error: FellesdriftError) -> None:
    """Write it down, unless it is no failure of this host, or the host is somebody else's by now."""
    if not isinstance(error, StopAskedError | NotOursError):
        record("host_failed", {"reason": f"{device.name}: {error.code}: {error.problem}"})


def saved(device: Device, record: Record, desired: Resources) -> Points[None]:
    """`state: saved`: verify in a new session, then save."""
    try:
        hold(device, flat(desired))
        record("save_intended", {"title": "save"})
        yield HOT
        if device.startup != device.running:
            device.save()
        yield HOT
        record("host_saved", {})
    except FellesdriftError as error:
        _failed(device, record, error)
        raise
    yield COLD


def reverted(
    device: Device, record: Record, before: Resources, after: Resources, earlier: HostProgress | None
) -> Points[None]:
    """`state: reverted`, best effort: what cannot be brought back is left to the settling."""
    for _ in range(PATIENCE):
        try:
            device.ask()
            if after and not (earlier and earlier.going_back):
                refuse_conflicts(device, before, after)
            resume = None
            if earlier is not None and not earlier.applied:
                resume = flat(before)
            elif earlier is not None and earlier.going_back:
                resume = {}
            change = Change(device, record, "back_intended", must_be_saved=False)
            changed = yield from change.apply(flat(before), resume)
            device.ask()
            if not (earlier and earlier.drained) and device.startup != device.running:
                device.save()
            yield HOT
            if earlier is None or not earlier.back or changed:
                record("host_back", {})
        except _RevertedError:
            return
        except LostError:
            yield COLD
            continue
        except FellesdriftError as error:
            if error.code == "FD611":
                raise
            return
        yield COLD
        return


def hold(device: Device, desired: Values) -> None:
    """Read it and compare. LostError, or FD632 when it is not as desired."""
    device.ask()
    wrong = [place for place, value in desired.items() if device.get(place) != value]
    if wrong:
        raise FellesdriftError("FD632", "not as desired", host=device.name, found=str(wrong))


def refuse_conflicts(device: Device, before: Resources, after: Resources) -> None:
    """FD633 when a value is neither the recorded before nor the recorded after."""
    old, new = flat(before), flat(after)
    if any(device.get(place) not in (old[place], new.get(place)) for place in old):
        raise FellesdriftError("FD633", "somebody else changed it", host=device.name)


def flat(nested: Resources) -> Values:
    """By place."""
    return dict(way_back.places(nested))


def resources(values: Values) -> Resources:
    """kind -> key -> attribute -> value."""
    nested: Resources = {}
    for (kind, key, attribute), value in values.items():
        nested.setdefault(kind, {}).setdefault(key, {})[attribute] = value
    return nested


def _steps(after: Values) -> list[tuple[str, Values]]:
    """One for each resource, in order."""
    found: dict[str, Values] = {}
    for place, value in after.items():
        found.setdefault("/".join(place[:2]), {})[place] = value
    return list(found.items())
