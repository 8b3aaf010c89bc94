"""What is written down of a Windows host: the baseline, the changes by name, the resources that roles claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fellesdrift.compose import compose_claims
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import places, windows_snapshots
from fellesdrift.estate.typed_snapshots import Kinds, SnapshotFormError
from fellesdrift.state.windows import KINDS, Resource, check
from fellesdrift.state.windows.compare import joined
from fellesdrift.state.windows.kinds import ABSENT, PRESENT

if TYPE_CHECKING:
    from fellesdrift.compose import Claims
    from fellesdrift.drift.recorded import Writings


@dataclass(frozen=True)
class WindowsRecorded:
    """What a host is held against.

    computer  its NetBIOS name
    kinds     kind -> key -> resource, in canonical form
    claims    (kind, lower-case key, attribute) -> the role that claims it
    unread    kinds that it could not answer when the baseline was taken
    """

    computer: str
    kinds: Kinds
    claims: Claims = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)

    def owner(self, kind: str, key: str, attribute: str = "") -> str:
        """The role that claims the attribute, or anything of the resource; "" when none does."""
        low = key.lower()
        if attribute:
            return self.claims.get((kind, low, attribute), "")
        return next((role for (one, other, _), role in self.claims.items() if (one, other) == (kind, low)), "")


def recorded_of(writings: Writings, host: str) -> WindowsRecorded:
    """FD704 without a baseline, FD713 for one that cannot be used; FD2xx, FD420."""
    estate = writings.estate
    baseline = _baseline(writings, host)
    desired, claims = compose_claims(host, estate, writings.completed, writings.roles_path)
    kinds = {kind: {key: dict(value) for key, value in keys.items()} for kind, keys in baseline.kinds.items()}
    for resources in (*writings.changes.get(host, ()), desired):
        for kind, keys in check(resources).items():
            _overlay(kinds.setdefault(kind, {}), kind, keys)
    known = {(kind, _key(kind, key).lower(), attribute): role for (kind, key, attribute), role in claims.items()}
    return WindowsRecorded(baseline.computer, kinds, known, baseline.unread)


def _baseline(writings: Writings, host: str) -> windows_snapshots.WindowsSnapshot:
    estate = writings.estate
    path = estate.snapshot(host)
    shown = places.shown(path, estate.inventory_dir)
    try:
        return windows_snapshots.read(path.read_text(encoding="utf-8"))
    except SnapshotFormError as error:
        raise FellesdriftError(
            "FD713",
            "what is recorded of this host is no snapshot of such a host",
            host=host,
            file=shown,
            found=str(error),
            expected=f"JSON of the schema {windows_snapshots.SCHEMA}",
            next_step="bring the file back from version control",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise FellesdriftError(
            "FD704",
            "there is nothing to hold this device against",
            host=host,
            file=shown,
            found=type(error).__name__,
            expected="its baseline: what it said before the first move",
            next_step=f"ansible-playbook playbooks/snapshot.yml --limit {host} -e first_baseline={host}",
        ) from error


def _overlay(there: dict[str, dict[str, Any]], kind: str, keys: Mapping[str, Resource]) -> None:
    """Put claims over what is recorded, in the recorded spelling."""
    spelled = {key.lower(): key for key in there}
    for key, resource in keys.items():
        name = spelled.get(key.lower(), key)
        there[name] = _members(joined(KINDS[kind], there.get(name, dict(ABSENT)), resource))


def _members(resource: Resource) -> Resource:
    """Single members of a group that are claimed, in the list of all that is recorded."""
    single = resource.get("member")
    if not isinstance(single, Mapping) or "members" not in resource:
        return resource
    claimed = {name.lower(): there for name, there in single.items()}
    members = [name for name in resource["members"] if claimed.get(name.lower(), True)]
    known = {name.lower() for name in members}
    members += [name for name, there in single.items() if there and name.lower() not in known]
    return {name: value for name, value in resource.items() if name != "member"} | {"members": members}


def _key(kind: str, key: str) -> str:
    try:
        return KINDS[kind].key(key)
    except (KeyError, ValueError):
        return key  # `check` tells of it


def absent(resource: Mapping[str, Any]) -> bool:
    """Whether a resource is one that is not to be there."""
    return not resource.get(PRESENT, True)
