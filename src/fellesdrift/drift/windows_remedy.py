"""What mends the differences of one Windows host: asked of the engine that would do it, in the same session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fellesdrift.drift.typed import Engine, Place, Resources, remedies
from fellesdrift.state.windows import KINDS, Host, prepare
from fellesdrift.state.windows.catalogue.assertions import Assertion
from fellesdrift.state.windows.errors import RefusedStateError
from fellesdrift.state.windows.kinds import PRESENT
from fellesdrift.state.windows.refusals import ByHandError, ManagementPathError

if TYPE_CHECKING:
    from fellesdrift.drift.model import Remedy
    from fellesdrift.errors import FellesdriftError
    from fellesdrift.estate.typed_snapshots import Kinds

_PERSON = "<person"
REDACTED = "<secret>"


def windows_remedies(
    host: Host, places: Sequence[Place], recorded: Kinds, present: Kinds, command: str
) -> list[Remedy]:
    """One for each place, in their order."""

    def steps(desired: Resources) -> list[tuple[str, str]]:
        return [(f"{step.kind}/{step.key}/".lower(), step.title) for step in prepare(host, desired).steps]

    notes = {number: note for number, place in enumerate(places) if (note := _of_people(place, recorded, present))}
    return remedies(Engine(steps, _may_yet), places, notes, command)


def _by_hand(place: Place) -> bool:
    """Whether it is about an account or a secret that nothing here knows."""
    return _PERSON in f"{place.key}{place.desired}" or REDACTED in str(place.desired)


def _of_people(place: Place, recorded: Kinds, present: Kinds) -> str:
    """Why nothing is asked of the engine; "" when it is."""
    if place.unanswered:
        return f"{place.have}: see why the host does not answer this any more, then check it again"
    if _by_hand(place):
        return "an account or a secret that is not recorded by name: see the host, and put it right there"
    kind = KINDS[place.kind]
    by_name = place.key.lower() in {key.lower() for key in recorded.get(place.kind, {})}
    if place.desired.get(PRESENT, True) or by_name or not kind.removable or isinstance(kind, Assertion):
        return ""
    if kind.purgeable and kind.ours(place.key, present[place.kind].get(place.key, {})):
        return ""
    return "removed by name only: see whose it is, then remove it on the host, or record it"


def _may_yet(error: FellesdriftError) -> bool:
    return isinstance(error, RefusedStateError) and not isinstance(error, ByHandError | ManagementPathError)
