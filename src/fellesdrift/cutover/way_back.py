"""What a stage goes back to, on hosts that others' stages have changed as well.

A shared list holds what several municipalities have brought. Taking one of them back must give what compose says
without it; the recorded before is right only where compose then says nothing, and there it is followed through those
who were taken back meanwhile. What we last wrote ourselves is what a device should have now: anything else is a change
of somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fellesdrift.cutover.of_people import APART, is_of_people, whole
from fellesdrift.cutover.told import difference

if TYPE_CHECKING:
    from fellesdrift.journal import Record

type Resources = dict[str, dict[str, dict[str, Any]]]
type Place = tuple[str, str, str]
type Key = tuple[str, str]


@dataclass
class _Change:
    """One stage's change of one attribute. before: what was there; follows: that is what we last wrote there."""

    stage: Key
    before: Any
    follows: bool


class History:
    """Every attribute of one host that stages have changed, oldest first."""

    def __init__(self, records: Iterable[Record], host: str) -> None:
        self._changes: dict[Place, list[_Change]] = {}
        self._last: dict[Place, Any] = {}
        self._on_the_way: set[Key] = set()
        self._applied: set[Key] = set()
        self._again: dict[Key, dict[Place, Any]] = {}
        self._unnamed: dict[Place, Any] | None = None
        self._overwritten: dict[Key, list[str]] = {}
        for record in records:
            if record.host == host:
                self._read((record.municipality, record.stage), record.event, whole(record))

    def overwritten(self, stage: Key) -> list[str]:
        """What the way back of a stage found to be another value than the stage, or we since, had written, for people:
        somebody else's, which it has put back to what was there before the stage. A line each."""
        return self._overwritten.get(stage, [])

    def last(self, place: Place) -> Any:
        """What we last wrote there. KeyError where we never did."""
        return self._last[place]

    def gone(self, place: Place) -> bool:
        """Whether what we wrote last was that there is no such thing."""
        return self._last.get((place[0], place[1], "present")) is False

    def before(self, stage: Key, place: Place, recorded: Any) -> Any:
        """The recorded before, or that of those who wrote it and were taken back since."""
        return next((change.before for change in self._changes.get(place, ()) if change.stage == stage), recorded)

    def _read(self, stage: Key, event: str, payload: dict[str, Any]) -> None:
        match event:
            case "host_intended":
                self._again.pop(stage, None)
                if stage in self._applied:  # what undoes it leads to what was found, and not to before
                    self._applied.discard(stage)
                    self._again[stage] = dict(self._last)
                for place, value in places(payload["before"]):
                    changes = self._changes.setdefault(place, [])
                    if not any(change.stage == stage for change in changes):
                        # of what is erased nobody knows whether it was ours
                        follows = value != APART and place in self._last and self._last[place] == value
                        changes.append(_Change(stage, value, follows))
                self._last |= dict(places(payload["after"]))
            case "back_intended":
                self._overwritten[stage] = list(self._others(stage, payload["before"]))
                self._last |= dict(places(payload["after"]))
                self._on_the_way.add(stage)
            case "host_applied":
                self._applied.add(stage)
                self._again.pop(stage, None)
            case "host_reverted" if stage in self._again:
                self._last = self._again.pop(stage)
                self._applied.add(stage)
            case "host_back" | "host_reverted":
                self._applied.discard(stage)
                self._again.pop(stage, None)
                # without an intent the device was found as before, or its own switch took it back
                written = event == "host_back" and stage in self._on_the_way
                for place in self._changes:
                    self._take_out(place, stage, written=written)
                self._on_the_way.discard(stage)
            case _:
                self._read_named(event, payload)

    def _others(self, stage: Key, found: Resources) -> Iterator[str]:
        """What of `found` is not as we last wrote it; in the middle of a change, or of a way back, nobody knows."""
        if stage in self._applied and stage not in self._on_the_way:
            for place, value in places(found):
                last = self._last.get(place, APART)
                if APART not in (value, last) and (told := difference(value, last)):
                    yield f"{'/'.join(place)}: {'another name' if is_of_people(place) else told}"

    def _read_named(self, event: str, payload: dict[str, Any]) -> None:
        """A change outside every stage is nobody's to take back, but what it leaves is ours."""
        match event:
            case "day2_host_intended" | "day2_back_intended":
                if self._unnamed is None:
                    self._unnamed = dict(self._last)
                self._last |= dict(places(payload["after"]))
            case "day2_host_applied" | "day2_host_back":
                self._unnamed = None
            case "day2_host_reverted" if self._unnamed is not None:  # the device's own switch took it back
                self._last, self._unnamed = self._unnamed, None
            case _:
                pass

    def _take_out(self, place: Place, stage: Key, *, written: bool) -> None:
        """Who found this stage's work there finds what this stage had found."""
        changes = self._changes[place]
        index = next((number for number, change in enumerate(changes) if change.stage == stage), None)
        if index is None:
            return
        gone = changes.pop(index)
        if index < len(changes) and changes[index].follows:
            changes[index].before, changes[index].follows = gone.before, gone.follows
        if not written:
            self._last[place] = gone.before


def targets(history: History, stage: Key, recorded: Resources, without: Resources) -> tuple[Resources, Resources]:
    """What a host goes back to, and what it should have now, of every attribute that the stage changed.

    recorded   the stage's before, from the journal
    without    what compose says of the host when the stage is not completed
    """
    goal: Resources = {}
    present: Resources = {}
    for kind, keys in recorded.items():
        for key, attributes in keys.items():
            left = without.get(kind, {}).get(key, {})
            if left and attributes.get("present") is False:  # it was not there, and another stage now says what it is
                goal.setdefault(kind, {})[key] = dict(left)
                continue
            for place, value in places({kind: {key: attributes}}):
                was = history.before(stage, place, value)
                _put(goal, place, _over(was, left[place[2]]) if place[2] in left else was)
    for place, _ in places(recorded):
        if history.gone(place):
            _put(present, (place[0], place[1], "present"), False)
        else:
            _put(present, place, history.last(place))
    return goal, present


def _over(recorded: Any, claimed: Any) -> Any:
    """What is claimed now; of something that is claimed member by member, the others as they were recorded."""
    both = isinstance(recorded, dict) and isinstance(claimed, dict)
    return {**recorded, **claimed} if both else claimed


def places(resources: Resources) -> Iterator[tuple[Place, Any]]:
    """Each attribute with its value."""
    for kind, keys in resources.items():
        for key, attributes in keys.items():
            for attribute, value in attributes.items():
                yield (kind, key, attribute), value


def _put(resources: Resources, place: Place, value: Any) -> None:
    kind, key, attribute = place
    resources.setdefault(kind, {}).setdefault(key, {})[attribute] = value
