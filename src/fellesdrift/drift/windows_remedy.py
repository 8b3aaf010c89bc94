"""What mends the differences of one Windows host: asked of the engine that would do it, in the same session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from fellesdrift.drift.model import Remedy
from fellesdrift.errors import FellesdriftError
from fellesdrift.state.windows import KINDS, Host, Resource, Resources, Step, prepare
from fellesdrift.state.windows.catalogue.assertions import Assertion
from fellesdrift.state.windows.errors import RefusedStateError
from fellesdrift.state.windows.kinds import PRESENT
from fellesdrift.state.windows.refusals import ByHandError, ManagementPathError

if TYPE_CHECKING:
    from fellesdrift.drift.windows_judge import Place
    from fellesdrift.estate.typed_snapshots import Kinds

_TRIES = 5
"""How often a host is read for what was refused on its own: a visit has an end."""


def remedies(host: Host, places: Sequence[Place], recorded: Kinds, present: Kinds, command: str) -> list[Remedy]:
    """One for each place, in their order.

    What the engine refuses on its own is asked for again together with everything that it takes: a printer whose port
    is gone too, a port that is used by a printer that is to go.
    """
    steps: dict[int, list[Step]] = {}
    refused: dict[int, FellesdriftError] = {}
    notes = {number: note for number, place in enumerate(places) if (note := _of_people(place, recorded, present))}
    for number, place in enumerate(places):
        if number not in notes:
            try:
                steps[number] = _steps(host, [place])
            except FellesdriftError as error:
                refused[number] = error
    _again(host, places, steps, refused)
    notes |= {number: _note(error) for number, error in refused.items()}
    return [
        Remedy(note=notes[number]) if number in notes else _remedy(steps[number], command)
        for number, _ in enumerate(places)
    ]


def merged(places: Iterable[tuple[Place, Resource]]) -> Resources:
    """Resources of several places as one desired state."""
    found: Resources = {}
    for place, values in places:
        keys = found.setdefault(place.kind, {})
        keys[place.key] = _joined(keys.get(place.key, {}), values)
    return found


def _joined(one: Resource, other: Resource) -> Resource:
    found = dict(one)
    for name, value in other.items():
        both = isinstance(value, Mapping) and isinstance(found.get(name), Mapping)
        found[name] = {**found[name], **value} if both else value
    return found


def _of_people(place: Place, recorded: Kinds, present: Kinds) -> str:
    """Why nothing is asked of the engine; "" when it is."""
    if place.unanswered:
        return f"{place.have}: see why the host does not answer this any more, then check it again"
    if place.by_hand:
        return "an account or a secret that is not recorded by name: see the host, and put it right there"
    kind = KINDS[place.kind]
    by_name = place.key.lower() in {key.lower() for key in recorded.get(place.kind, {})}
    if place.desired.get(PRESENT, True) or by_name or not kind.removable or isinstance(kind, Assertion):
        return ""
    if kind.purgeable and kind.ours(place.key, present[place.kind].get(place.key, {})):
        return ""
    return "removed by name only: see whose it is, then remove it on the host, or record it"


def _steps(host: Host, places: Sequence[Place]) -> list[Step]:
    """Raises FellesdriftError."""
    return prepare(host, merged((place, place.desired) for place in places)).steps


def _again(
    host: Host, places: Sequence[Place], steps: dict[int, list[Step]], refused: dict[int, FellesdriftError]
) -> None:
    """Move from `refused` to `steps` what goes together with others: all but what is still refused then."""
    waiting = [number for number, error in refused.items() if _may_yet(error)]
    for _ in range(_TRIES):
        if not waiting:
            return
        try:
            found = _steps(host, [places[number] for number in sorted({*steps, *waiting})])
        except FellesdriftError as error:
            where = f"{error.key}/".lower()
            left = [number for number in waiting if not where.startswith(_path(places[number]))]
            waiting = left if len(left) < len(waiting) else []
            continue
        for number in waiting:
            steps[number] = [each for each in found if f"{each.kind}/{each.key}/".lower() == _path(places[number])]
            del refused[number]
        return


def _path(place: Place) -> str:
    return f"{place.kind}/{place.key}/".lower()


def _may_yet(error: FellesdriftError) -> bool:
    return isinstance(error, RefusedStateError) and not isinstance(error, ByHandError | ManagementPathError)


def _note(error: FellesdriftError) -> str:
    return f"not by itself: {error.code}: {error.problem}: {error.found}; {error.next_step}"


def _remedy(steps: Sequence[Step], command: str) -> Remedy:
    if not steps:
        return Remedy(note="it has been put right meanwhile")
    return Remedy(steps=[step.title for step in steps], command=command)
