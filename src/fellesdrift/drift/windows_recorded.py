"""What is written down of a Windows host: the baseline, the changes by name, the resources that roles claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fellesdrift.cutover.of_people import with_erased_as
from fellesdrift.drift.typed_recorded import Form, TypedRecorded, recorded_by
from fellesdrift.estate import windows_snapshots
from fellesdrift.state.typed.people import personal
from fellesdrift.state.windows import KINDS, Resource, Resources, check
from fellesdrift.state.windows.compare import joined

if TYPE_CHECKING:
    from fellesdrift.drift.recorded import Writings
    from fellesdrift.estate.typed_snapshots import Kinds

WindowsRecorded = TypedRecorded
_NOBODY_KNOWS = "<person>"


def recorded_of(writings: Writings, host: str) -> WindowsRecorded:
    """FD704 without a baseline, FD713 for one that cannot be used; FD2xx, FD420."""
    return recorded_by(_FORM, writings, host)


def _read(text: str) -> tuple[str, Kinds, Mapping[str, str]]:
    found = windows_snapshots.read(text)
    return found.computer, found.kinds, found.unread


def _checked(desired: Mapping[str, Any]) -> Resources:
    return check(with_erased_as(_NOBODY_KNOWS, desired))


def _joined(kind: str, there: Resource, claimed: Resource) -> Resource:
    """With single members of a group that are claimed in the list of all that is recorded, and without a name that was
    given by name and that retention has erased since: any may be there."""
    resource = joined(KINDS[kind], there, claimed)
    unknown = {name for name in personal(KINDS[kind]) if resource.get(name) == _NOBODY_KNOWS}
    resource = {name: value for name, value in resource.items() if name not in unknown}
    single = resource.get("member")
    if not isinstance(single, Mapping) or "members" not in resource:
        return resource
    claims = {name.lower(): there for name, there in single.items()}
    members = [name for name in resource["members"] if claims.get(name.lower(), True)]
    known = {name.lower() for name in members}
    members += [name for name, there in single.items() if there and name.lower() not in known]
    return {name: value for name, value in resource.items() if name != "member"} | {"members": members}


_FORM = Form(_read, windows_snapshots.SCHEMA, _checked, lambda kind, key: KINDS[kind].key(key), _joined)
