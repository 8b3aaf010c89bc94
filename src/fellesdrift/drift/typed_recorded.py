"""What is written down of a host without a configuration: the baseline, the changes by name, what roles claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fellesdrift.compose import compose_claims
from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import places
from fellesdrift.estate.typed_snapshots import Kinds, SnapshotFormError

if TYPE_CHECKING:
    from fellesdrift.compose import Claims
    from fellesdrift.drift.recorded import Writings
    from fellesdrift.drift.typed import Place, Resource, Resources


@dataclass(frozen=True)
class TypedRecorded:
    """What a host is held against.

    name      as it calls itself: a Windows host's NetBIOS name
    kinds     kind -> key -> resource, in canonical form
    claims    (kind, lower-case key, attribute) -> the role that claims it
    unread    kinds that it could not answer when the baseline was taken
    """

    name: str
    kinds: Kinds
    claims: Claims = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)

    def owner(self, kind: str, key: str, attribute: str = "") -> str:
        """The role that claims the attribute, or anything of the resource; "" when none does."""
        low = key.lower()
        if attribute:
            return self.claims.get((kind, low, attribute), "")
        return next((role for (one, other, _), role in self.claims.items() if (one, other) == (kind, low)), "")

    def owner_of(self, place: Place) -> str:
        """The same, of a difference."""
        return self.owner(place.kind, place.key, place.attribute.partition("/")[0])


@dataclass(frozen=True)
class Form:
    """How one kind of host is written down.

    read      a snapshot's text -> (its name, kinds, kinds that were not answered); raises SnapshotFormError
    schema    of its snapshots
    check     desired data in canonical form
    key       (kind, key) -> the key in canonical form; raises KeyError or ValueError
    joined    (kind, resource, claims over it) -> the resource
    """

    read: Callable[[str], tuple[str, Kinds, Mapping[str, str]]]
    schema: str
    check: Callable[[Mapping[str, Any]], Resources]
    key: Callable[[str, str], str]
    joined: Callable[[str, Resource, Resource], Resource]


def recorded_by(form: Form, writings: Writings, host: str) -> TypedRecorded:
    """FD704 without a baseline, FD713 for one that cannot be used; FD2xx, and what `check` raises."""
    name, there, unread = _baseline(form, writings, host)
    desired, claims = compose_claims(host, writings.estate, writings.completed, writings.roles_path)
    kinds = {kind: {key: dict(value) for key, value in keys.items()} for kind, keys in there.items()}
    for resources in (*writings.changes.get(host, ()), desired):
        for kind, keys in form.check(resources).items():
            _overlay(form, kinds.setdefault(kind, {}), kind, keys)
    known = {(kind, _key(form, kind, key).lower(), attribute): role for (kind, key, attribute), role in claims.items()}
    return TypedRecorded(name, kinds, known, unread)


def _baseline(form: Form, writings: Writings, host: str) -> tuple[str, Kinds, Mapping[str, str]]:
    estate = writings.estate
    path = estate.snapshot(host)
    shown = places.shown(path, estate.inventory_dir)
    try:
        return form.read(path.read_text(encoding="utf-8"))
    except SnapshotFormError as error:
        raise FellesdriftError(
            "FD713",
            "what is recorded of this host is no snapshot of such a host",
            host=host,
            file=shown,
            found=str(error),
            expected=f"JSON of the schema {form.schema}",
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


def _overlay(form: Form, there: dict[str, dict[str, Any]], kind: str, keys: Mapping[str, Resource]) -> None:
    """Put claims over what is recorded, in the recorded spelling."""
    spelled = {key.lower(): key for key in there}
    for key, resource in keys.items():
        name = spelled.get(key.lower(), key)
        there[name] = form.joined(kind, there.get(name, {"present": False}), resource)


def _key(form: Form, kind: str, key: str) -> str:
    try:
        return form.key(kind, key)
    except (KeyError, ValueError):
        return key  # `check` tells of it
