"""What is written down of a Windows host: the baseline, the changes by name, the resources that roles claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fellesdrift.drift.typed_recorded import Form, TypedRecorded, recorded_by
from fellesdrift.estate import windows_snapshots
from fellesdrift.state.windows import KINDS, Resource, check
from fellesdrift.state.windows.compare import joined

if TYPE_CHECKING:
    from fellesdrift.drift.recorded import Writings
    from fellesdrift.estate.typed_snapshots import Kinds

WindowsRecorded = TypedRecorded


def recorded_of(writings: Writings, host: str) -> WindowsRecorded:
    """FD704 without a baseline, FD713 for one that cannot be used; FD2xx, FD420."""
    return recorded_by(_FORM, writings, host)


def _read(text: str) -> tuple[str, Kinds, Mapping[str, str]]:
    found = windows_snapshots.read(text)
    return found.computer, found.kinds, found.unread


def _joined(kind: str, there: Resource, claimed: Resource) -> Resource:
    """With single members of a group that are claimed in the list of all that is recorded."""
    resource = joined(KINDS[kind], there, claimed)
    single = resource.get("member")
    if not isinstance(single, Mapping) or "members" not in resource:
        return resource
    claims = {name.lower(): there for name, there in single.items()}
    members = [name for name in resource["members"] if claims.get(name.lower(), True)]
    known = {name.lower() for name in members}
    members += [name for name, there in single.items() if there and name.lower() not in known]
    return {name: value for name, value in resource.items() if name != "member"} | {"members": members}


_FORM = Form(_read, windows_snapshots.SCHEMA, check, lambda kind, key: KINDS[kind].key(key), _joined)
